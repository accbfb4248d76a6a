import { describe, expect, it, vi } from 'vitest';
import { createKey, type Key, startIssuer } from '../support/issuer.ts';
import { type Scene, startScene } from './support.ts';

const minute = 60_000;
const hour = 60 * minute;
const cooldown = 30_000;

const rotate = async (scene: Scene): Promise<Key> => {
  const key = await createKey('second', 'ES256');
  scene.issuer.publish(key);
  return key;
};

describe('rotation', () => {
  it('accepts a new key within 30 seconds', async () => {
    await using scene = await startScene();
    expect(await scene.try()).toMatchObject({ kind: 'caller' });
    const key = await rotate(scene);
    scene.clock.pass(cooldown);
    expect(await scene.try({ key })).toMatchObject({ kind: 'caller' });
  });

  it('refuses the old key once the new ones are known', async () => {
    await using scene = await startScene();
    const old = await scene.sign();
    await scene.present(old);
    expect(await scene.present(old)).toMatchObject({ kind: 'caller' });
    const key = await rotate(scene);
    scene.clock.pass(cooldown);
    await scene.try({ key });
    expect(await scene.present(old)).toMatchObject({ kind: 'invalid-token' });
  });

  it('is not held up by a date that was set back', async () => {
    await using scene = await startScene();
    await scene.try();
    const key = await rotate(scene);
    scene.clock.setDate(-hour);
    scene.clock.pass(cooldown);
    expect(await scene.try({ key, claims: { iat: undefined } })).toMatchObject({ kind: 'caller' });
  });
});

describe('unknown keys', () => {
  it('cost at most one fetch per cooldown, however many come', async () => {
    await using scene = await startScene();
    await scene.try();
    expect(scene.issuer.fetches()).toBe(1);
    const key = await createKey('unknown', 'ES256');
    const flood = () =>
      Promise.all(Array.from({ length: 50 }, (_, index) => scene.try({ key, header: { kid: `k${index}` } })));

    expect(new Set((await flood()).map((answer) => answer.kind))).toEqual(new Set(['invalid-token']));
    expect(scene.issuer.fetches()).toBe(1);
    scene.clock.pass(cooldown);
    await flood();
    await flood();
    expect(scene.issuer.fetches()).toBe(2);
  });

  it('cost no more while the issuer is down', async () => {
    await using scene = await startScene();
    await scene.try();
    scene.issuer.answer((_request, response) => response.writeHead(500).end());
    scene.clock.pass(cooldown);
    const key = await createKey('unknown', 'ES256');
    for (let times = 0; times < 20; times += 1) {
      expect(await scene.try({ key })).toEqual({ kind: 'unavailable' });
    }
    // The first fetch, the one that failed, and retries in the background, ever further apart: not one for each token.
    expect(scene.issuer.fetches()).toBeLessThan(8);
  });

  it('cannot be told from new ones while the issuer is down', async () => {
    await using scene = await startScene();
    await scene.try();
    await scene.issuer.stop();
    scene.clock.pass(cooldown);
    expect(await scene.try({ key: await createKey('unknown', 'ES256') })).toEqual({ kind: 'unavailable' });
    expect(await scene.try()).toMatchObject({ kind: 'caller' });
  });
});

describe('an issuer that is back', () => {
  it('is believed again about unknown keys', async () => {
    await using scene = await startScene();
    await scene.try();
    const key = await createKey('unknown', 'ES256');
    scene.issuer.answer((_request, response) => response.writeHead(500).end());
    scene.clock.pass(cooldown);
    expect(await scene.try({ key })).toEqual({ kind: 'unavailable' });
    scene.issuer.publish(scene.key);
    scene.clock.pass(cooldown);
    expect(await scene.try({ key })).toMatchObject({ kind: 'invalid-token' });
  });
});

describe('an issuer that is down at the start', () => {
  it('makes tokens unjudgeable, never invalid', async () => {
    await using scene = await startScene({ isDown: true });
    expect(await scene.try()).toEqual({ kind: 'unavailable' });
    expect(await scene.authenticator.authenticate(null)).toEqual({ kind: 'anonymous' });
    expect(scene.authenticator.ready()).toBe(false);
    expect(scene.keysFailures).not.toHaveLength(0);
  });

  it('is found in the background when it comes up', async () => {
    await using scene = await startScene({ isDown: true });
    expect(await scene.try()).toEqual({ kind: 'unavailable' });
    await scene.issuer.restart();
    await vi.waitFor(() => expect(scene.authenticator.ready()).toBe(true), { timeout: 10_000 });
    expect(await scene.try()).toMatchObject({ kind: 'caller' });
  });
});

describe('an issuer that goes down later', () => {
  it('leaves its keys good for a day', async () => {
    await using scene = await startScene();
    await scene.try();
    await scene.issuer.stop();
    scene.clock.pass(23 * hour);
    const claims = { exp: Math.floor(Date.now() / 1000) + 48 * 3600 };
    const token = await scene.sign({ claims });
    expect(await scene.present(token)).toMatchObject({ kind: 'caller' });
    expect(await scene.present(token)).toMatchObject({ kind: 'caller' });
    scene.clock.pass(hour);
    expect(await scene.present(token)).toEqual({ kind: 'unavailable' });
    expect(await scene.try({ claims: { ...claims, sub: 'auth0|2' } })).toEqual({ kind: 'unavailable' });
  });

  it('is asked again after that', async () => {
    await using scene = await startScene();
    await scene.try();
    scene.clock.pass(25 * hour);
    expect(await scene.try({ claims: { exp: Math.floor(Date.now() / 1000) + 48 * 3600 } })).toMatchObject({
      kind: 'caller',
    });
    expect(scene.issuer.fetches()).toBe(2);
  });
});

describe('what is no key set', () => {
  it.each<[string, number, string]>([
    ['an error', 500, '{"keys":[{"kty":"EC"}]}'],
    ['a page', 200, '<html>'],
    ['another object', 200, '{"hello":"world"}'],
    ['an empty set', 200, '{"keys":[]}'],
    ['nothing', 204, ''],
  ])('does not replace one: %s', async (_, status, body) => {
    await using scene = await startScene();
    await scene.try();
    scene.issuer.answer((_request, response) => response.writeHead(status).end(body));
    scene.clock.pass(cooldown);
    expect(await scene.try({ key: await createKey('unknown', 'ES256') })).toEqual({ kind: 'unavailable' });
    expect(await scene.try()).toMatchObject({ kind: 'caller' });
    expect(scene.keysFailures).not.toHaveLength(0);
  });

  it('is one that a redirect leads to', async () => {
    await using scene = await startScene();
    await scene.try();
    const key = await createKey('elsewhere', 'ES256');
    await using elsewhere = await startIssuer(key);
    scene.issuer.answer((_request, response) =>
      response.writeHead(302, { location: elsewhere.jwksUri }).end(),
    );
    scene.clock.pass(cooldown);
    expect(await scene.try({ key })).toEqual({ kind: 'unavailable' });
    expect(elsewhere.fetches()).toBe(0);
  });

  it('is a key that is too weak or broken', async () => {
    await using scene = await startScene();
    await scene.try();
    const { jwk, ...rest } = scene.key;
    for (const n of ['AQAB', '!']) {
      scene.issuer.publish({ ...rest, jwk: { ...jwk, kid: n, n } });
      scene.clock.pass(cooldown);
      expect(await scene.try({ header: { kid: n } })).toEqual({ kind: 'unavailable' });
    }
  });
});

describe('a verified token', () => {
  it('is not verified again', async () => {
    await using scene = await startScene();
    const token = await scene.sign();
    const callerOf = async () => {
      const answer = await scene.present(token);
      return answer.kind === 'caller' ? answer.caller : null;
    };
    await callerOf();
    const caller = await callerOf();
    expect(caller).not.toBeNull();
    expect(await callerOf()).toBe(caller);
  });

  it('is good until it expires and no longer', async () => {
    await using scene = await startScene();
    await scene.try();
    const token = await scene.sign();
    expect(await scene.present(token)).toMatchObject({ kind: 'caller' });
    scene.clock.setDate(59 * minute);
    expect(await scene.present(token)).toMatchObject({ kind: 'caller' });
    scene.clock.setDate(2 * minute);
    expect(await scene.present(token)).toEqual({
      kind: 'invalid-token',
      description: expect.stringMatching(/expired/),
    });
  });

  it('is not mistaken for another', async () => {
    await using scene = await startScene();
    const tokens = await Promise.all(['auth0|1', 'auth0|2'].map((sub) => scene.sign({ claims: { sub } })));
    for (const token of [...tokens, ...tokens]) await scene.present(token);
    const subjects = await Promise.all(tokens.map((token) => scene.present(token)));
    expect(subjects).toMatchObject([{ caller: { subject: 'auth0|1' } }, { caller: { subject: 'auth0|2' } }]);
  });
});

it('ends a fetch under way when disposed of', async () => {
  const scene = await startScene({ isDown: true });
  scene.issuer.answer(() => {});
  await scene.issuer.restart();
  await vi.waitFor(() => expect(scene.issuer.fetches()).toBe(1), { timeout: 10_000 });
  const failures = scene.keysFailures.length;
  await scene[Symbol.asyncDispose]();
  expect(scene.keysFailures).toHaveLength(failures);
});
