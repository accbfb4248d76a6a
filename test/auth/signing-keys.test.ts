import type { RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createKey, type Key, startIssuer } from '../support/issuer.ts';
import { now, type Scene, startScene } from './support.ts';

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
    const claims = { iat: now() - 2 * 3600 };
    expect(await scene.try({ key, claims })).toMatchObject({ kind: 'caller' });
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
    ['a set of nothing', 200, '{"keys":[{"error":"maintenance"}]}'],
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

describe('an answer with keys', () => {
  it('may come zipped', async () => {
    await using scene = await startScene();
    await scene.try();
    const key = await createKey('zipped', 'ES256');
    scene.issuer.answer((_request, response) =>
      response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync(JSON.stringify({ keys: [key.jwk] }))),
    );
    scene.clock.pass(cooldown);
    expect(await scene.try({ key })).toMatchObject({ kind: 'caller' });
    expect(scene.keysFailures).toEqual([]);
  });

  it.each<[string, RequestListener]>([
    ['endless', (_request, response) => void pipeEndlessly(response)],
    [
      'endless when inflated',
      (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end(gzipSync(`{"keys":[],"padding":"${'x'.repeat(10_000_000)}"}`));
      },
    ],
    [
      'endless when inflated, and much before',
      (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end(gzipSync(Buffer.alloc(100_000_000)));
      },
    ],
  ])('is given up when it is %s', async (_, listener) => {
    await using scene = await startScene();
    await scene.try();
    scene.issuer.answer(listener);
    scene.clock.pass(cooldown);
    expect(await scene.try({ key: await createKey('unknown', 'ES256') })).toEqual({ kind: 'unavailable' });
    expect(scene.keysFailures).toMatchObject([{ message: expect.stringMatching(/bytes of keys, got more/) }]);
    expect(await scene.try()).toMatchObject({ kind: 'caller' });
  });

  it('is not waited for longer than the caller has time', async () => {
    await using scene = await startScene();
    await scene.try();
    scene.issuer.answer(() => {});
    scene.clock.pass(cooldown);
    const authorization = `Bearer ${await scene.sign({ key: await createKey('unknown', 'ES256') })}`;
    const deadline = new AbortController();
    const answer = scene.authenticator.authenticate(authorization, deadline.signal);
    await vi.waitFor(() => expect(scene.issuer.fetches()).toBe(2), { timeout: 10_000 });
    deadline.abort();
    expect(await answer).toEqual({ kind: 'unavailable' });
    const late = await scene.authenticator.authenticate(authorization, deadline.signal);
    expect(late).toEqual({ kind: 'unavailable' });
    // The issuer still has its time.
    expect(scene.keysFailures).toEqual([]);
  });

  it('is given up when it is another protocol, and asked for again', async () => {
    await using scene = await startScene();
    await scene.try();
    scene.issuer.answer((request) =>
      request.socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'),
    );
    scene.clock.pass(cooldown);
    expect(await scene.try({ key: await createKey('unknown', 'ES256') })).toEqual({ kind: 'unavailable' });
    expect(scene.keysFailures).toMatchObject([{ message: expect.stringContaining('another protocol') }]);
  });

  it('is given up when it does not come', async () => {
    await using scene = await startScene();
    await scene.try();
    scene.issuer.answer((_request, response) => void response.writeHead(200).write('{"keys":'));
    scene.clock.pass(cooldown);
    expect(await scene.try({ key: await createKey('unknown', 'ES256') })).toEqual({ kind: 'unavailable' });
    expect(scene.keysFailures).toMatchObject([{ name: 'TimeoutError' }]);
  });
});

describe('keys at hand', () => {
  afterEach(() => vi.useRealTimers());

  it('are asked for again every five minutes, so that a key taken back is refused', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await using scene = await startScene();
    const token = await scene.sign();
    expect(await scene.present(token)).toMatchObject({ kind: 'caller' });
    await rotate(scene);
    await vi.advanceTimersByTimeAsync(5 * minute);
    await vi.waitFor(
      async () => expect(await scene.present(token)).toMatchObject({ kind: 'invalid-token' }),
      {
        timeout: 10_000,
      },
    );
    expect(scene.issuer.fetches()).toBe(2);
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

  it('is good for 30 days, whatever it says itself', async () => {
    await using scene = await startScene();
    const token = await scene.sign({ claims: { exp: now() + 365 * 24 * 3600 } });
    expect(await scene.present(token)).toMatchObject({ kind: 'caller' });
    scene.clock.setDate(30 * 24 * hour);
    expect(await scene.present(token)).toMatchObject({ kind: 'caller' });
    scene.clock.setDate(2 * minute);
    expect(await scene.present(token)).toEqual({
      kind: 'invalid-token',
      description: expect.stringMatching(/too long ago/),
    });
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

async function pipeEndlessly(response: ServerResponse): Promise<void> {
  const endless = Readable.from(
    (function* () {
      yield '{"keys":[],"padding":"';
      for (;;) yield 'x'.repeat(64 * 1024);
    })(),
  );
  // Ends when the reader leaves.
  await pipeline(endless, response).catch(() => {});
}
