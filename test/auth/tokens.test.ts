import { createSign, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { exportPKCS8, exportSPKI, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenVerifier } from '../../src/auth/verify.ts';
import { createKey, type Key } from '../support/issuer.ts';
import { audience, forge, now, type Scene, startScene } from './support.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const goodClaims = () => ({
  iss: scene.issuer.url,
  aud: audience,
  sub: 'auth0|1',
  iat: now(),
  exp: now() + 3600,
});

const invalid = { kind: 'invalid-token' };
const invalidFor = (description: RegExp) => ({ ...invalid, description: expect.stringMatching(description) });

describe('an access token', () => {
  it('says who is calling', async () => {
    const claims = { permissions: ['read:users'], azp: 'spa' };
    expect(await scene.try({ claims })).toEqual({
      kind: 'caller',
      caller: { subject: 'auth0|1', kind: 'user', grants: new Set(['read:users']), clientId: 'spa' },
    });
  });

  it.each([
    ['no header', null, { kind: 'anonymous' }],
    ['an empty header', '', invalid],
    ['another scheme', 'Basic dXNlcjpwYXNz', invalid],
    ['an opaque token', 'Bearer opaque', invalid],
  ])('is not what %s is', async (_, header, expected) => {
    expect(await scene.authenticator.authenticate(header)).toMatchObject(expected);
  });

  it.each([undefined, 'JWT', 'jwt', 'at+jwt', 'application/at+JWT'])('may be of type %s', async (typ) => {
    const header: Record<string, string> = typ === undefined ? {} : { typ };
    const token = await new SignJWT(goodClaims())
      .setProtectedHeader({ alg: 'RS256', kid: scene.key.kid, ...header })
      .sign(scene.key.privateKey);
    expect(await scene.present(token)).toMatchObject({ kind: 'caller' });
  });

  it('may have several audiences, ours among them', async () => {
    const claims = { aud: [audience, 'https://acme.eu.auth0.com/userinfo'] };
    expect(await scene.try({ claims })).toMatchObject({ kind: 'caller' });
  });

  it('is accepted within the leeway of both clocks', async () => {
    for (const claims of [{ exp: now() - 10 }, { nbf: now() + 10 }, { iat: now() + 10 }]) {
      expect(await scene.try({ claims })).toMatchObject({ kind: 'caller' });
    }
  });
});

describe('a token is refused', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['without exp', { exp: undefined }, /no exp claim/],
    ['with a text for exp', { exp: '9999999999' }, /exp claim is malformed/],
    ['when it has expired', { exp: now() - 90 }, /expired/],
    ['before nbf', { nbf: now() + 90 }, /not valid yet/],
    ['without iat', { iat: undefined }, /no iat claim/],
    ['with a text for iat', { iat: '1' }, /iat claim is malformed/],
    ['issued over 30 days ago', { iat: now() - 30 * 24 * 3600 - 90 }, /too long ago/],
    ['issued in the future', { iat: now() + 90 }, /not valid yet/],
    ['without iss', { iss: undefined }, /no iss claim/],
    ['from another issuer', { iss: 'https://evil.example/' }, /another issuer/],
    ['from our issuer without the slash', { iss: () => scene.issuer.url.slice(0, -1) }, /another issuer/],
    ['from our issuer with another slash', { iss: () => `${scene.issuer.url}/` }, /another issuer/],
    ['from our issuer in capitals', { iss: () => scene.issuer.url.toUpperCase() }, /another issuer/],
    ['from several issuers, ours among them', { iss: () => [scene.issuer.url] }, /another issuer/],
    ['without aud', { aud: undefined }, /no aud claim/],
    ['for another audience', { aud: 'https://other.example/' }, /another audience/],
    ['for an audience that only begins like ours', { aud: `${audience}x` }, /another audience/],
    [
      'shaped like an ID token',
      { aud: 'spa-client-id', nonce: 'n', email: 'a@b.example' },
      /another audience/,
    ],
    ['without sub', { sub: undefined }, /no sub claim/],
    ['with an empty sub', { sub: '' }, /sub claim is malformed/],
    ['with a number for sub', { sub: 1 }, /sub claim is malformed/],
    ['with a list for sub', { sub: ['auth0|1'] }, /sub claim is malformed/],
  ])('%s', async (_, claims, description) => {
    const resolved = Object.entries(claims).map(([name, value]) => [
      name,
      typeof value === 'function' ? value() : value,
    ]);
    expect(await scene.try({ claims: Object.fromEntries(resolved) })).toEqual(invalidFor(description));
  });

  it.each([
    'logout+jwt',
    'dpop+jwt',
    'id_token',
    'secevent+jwt',
    'jwt+logout',
    'JWTs',
    'text/jwt',
    'at+at+jwt',
    '',
  ])('when its type is %s', async (typ) => {
    expect(await scene.try({ header: { typ } })).toEqual(invalidFor(/not an access token/));
  });

  it.each([1, null, ['JWT']])('when its type is no text: %j', async (typ) => {
    const token = await signRaw({ alg: 'RS256', kid: scene.key.kid, typ });
    expect(await scene.present(token)).toMatchObject(invalid);
  });

  it('when nobody signed it', async () => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      expect(await scene.present(forge({ alg, typ: 'JWT' }, goodClaims()))).toMatchObject(invalid);
    }
  });

  it('when the public key served as a secret', async () => {
    const secret = new TextEncoder().encode(await exportSPKI(scene.key.publicKey));
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      const token = await new SignJWT(goodClaims())
        .setProtectedHeader({ alg, kid: scene.key.kid })
        .sign(secret.length < 64 ? new Uint8Array(64) : secret);
      expect(await scene.present(token)).toEqual(invalidFor(/algorithm/));
    }
  });

  it('when another key signed it under our key id', async () => {
    const key = await createKey(scene.key.kid);
    expect(await scene.try({ key })).toEqual(invalidFor(/signature/));
  });

  it('when a key of unknown id signed it', async () => {
    const key = await createKey('unknown');
    expect(await scene.try({ key })).toEqual(invalidFor(/unknown key/));
  });

  it('when it brings or points to its own key', async () => {
    const key = await createKey('mine');
    const jku = `${scene.issuer.url}mine.json`;
    const fetches = scene.issuer.fetches();
    for (const header of [
      { jwk: key.jwk },
      { jku },
      { x5u: jku },
      { jwk: key.jwk, kid: scene.key.kid },
      { x5c: ['MIIB'], 'x5t#S256': 'AA', kid: scene.key.kid },
    ]) {
      expect(await scene.try({ key, header })).toMatchObject(invalid);
    }
    expect(scene.issuer.fetches()).toBe(fetches);
  });

  it('when it demands an extension', async () => {
    const token = await signRaw({ alg: 'RS256', kid: scene.key.kid, crit: ['exp'], exp: now() + 60 });
    expect(await scene.present(token)).toEqual(invalidFor(/malformed/));
  });

  it('when its algorithm is not the one its key is published for', async () => {
    const token = await signRaw({ alg: 'RS512', kid: scene.key.kid }, 'sha512');
    expect(await scene.present(token)).toEqual(invalidFor(/unknown key/));
  });

  it('when a part of it was changed', async () => {
    const [header = '', , signature = ''] = (await scene.sign()).split('.');
    const payload = Buffer.from(JSON.stringify({ ...goodClaims(), sub: 'auth0|admin' })).toString(
      'base64url',
    );
    expect(await scene.present(`${header}.${payload}.${signature}`)).toMatchObject(invalid);
  });

  it('whatever else it is', async () => {
    const part = fc.oneof(
      fc.string(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
      fc
        .record({
          alg: fc.constantFrom('RS256', 'ES256', 'none', 1),
          kid: fc.jsonValue(),
          crit: fc.jsonValue(),
        })
        .map((header) => Buffer.from(JSON.stringify(header)).toString('base64url')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        expect(await scene.authenticator.authenticate(`Bearer ${parts.join('.')}`)).toMatchObject(invalid);
      }),
    );
  });

  it('without a word of what it holds', async () => {
    const canary = 'canary-7f3a';
    const key = await createKey(canary);
    const overrides = [
      { claims: { iss: canary } },
      { claims: { aud: canary } },
      { claims: { sub: [canary] } },
      { claims: { exp: canary } },
      { claims: { iat: canary } },
      { header: { typ: canary } },
      { key },
    ];
    for (const override of overrides) {
      const token = await scene.sign(override);
      const answer = await scene.present(token);
      expect(answer).toMatchObject(invalid);
      expect(JSON.stringify(answer)).not.toMatch(new RegExp(`${canary}|${token.slice(0, 12)}`));
    }
  });

  /** Rightly signed, with a header that jose would not write. */
  const signRaw = async (header: object, hash = 'sha256'): Promise<string> => {
    const input = forge(header, goodClaims()).slice(0, -1);
    const pem = await exportPKCS8(scene.key.privateKey);
    return `${input}.${createSign(hash).update(input).sign(pem, 'base64url')}`;
  };
});

describe('each asymmetric algorithm', () => {
  it.each([
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
  ])('is accepted: %s', async (alg) => {
    await using other = await startScene({ key: await createKey('only', alg) });
    expect(await other.try()).toMatchObject({ kind: 'caller' });
  });
});

describe('a token that does not name its key', () => {
  const present = async (other: Scene, { alg, privateKey }: Key) => {
    const claims = { ...goodClaims(), iss: other.issuer.url };
    return other.present(await new SignJWT(claims).setProtectedHeader({ alg }).sign(privateKey));
  };

  it('is accepted where the issuer has but one key for its algorithm', async () => {
    const [rsa, ec] = await Promise.all([createKey('rsa'), createKey('ec', 'ES256')]);
    await using other = await startScene({ key: rsa });
    await other.try();
    other.issuer.publish(rsa, ec);
    other.clock.pass(30_000);
    expect(await other.try({ key: ec })).toMatchObject({ kind: 'caller' });
    expect(await present(other, rsa)).toMatchObject({ kind: 'caller' });
    expect(await present(other, ec)).toMatchObject({ kind: 'caller' });
  });

  it('is refused where it could be either of two', async () => {
    const [first, second] = await Promise.all([createKey('1', 'ES256'), createKey('2', 'ES256')]);
    await using other = await startScene({ key: first });
    await other.try();
    other.issuer.publish(first, second);
    other.clock.pass(30_000);
    expect(await other.try({ key: second })).toMatchObject({ kind: 'caller' });
    expect(await present(other, first)).toEqual(invalidFor(/which key/));
  });
});

describe('a key of the issuer', () => {
  it('that is too short for RSA judges no token', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'short', alg: 'RS256', use: 'sig' };
    await using other = await startScene();
    await other.try();
    other.issuer.publish({ ...other.key, jwk });
    other.clock.pass(30_000);
    const claims = { ...goodClaims(), iss: other.issuer.url };
    const input = forge({ alg: 'RS256', kid: 'short' }, claims).slice(0, -1);
    const signature = createSign('sha256').update(input).sign(privateKey, 'base64url');
    expect(await other.present(`${input}.${signature}`)).toEqual({ kind: 'unavailable' });
  });

  it('that is published for encryption judges no token', async () => {
    await using other = await startScene();
    await other.try();
    const { jwk } = await createKey('enc');
    other.issuer.publish({ ...other.key, jwk: { ...jwk, use: 'enc' } });
    other.clock.pass(30_000);
    expect(await other.try({ header: { kid: 'enc' } })).toEqual(invalidFor(/unknown key/));
  });
});

describe('a verifier', () => {
  const verifierOf = (options: { leewaySeconds?: number; find?: () => Promise<CryptoKey> }) => {
    const { leewaySeconds = 30, find = async () => scene.key.publicKey } = options;
    return createTokenVerifier({
      issuer: scene.issuer.url,
      audience,
      keys: { find },
      leewaySeconds,
      clock: scene.clock,
    });
  };

  it.each([0, 30, 60])(
    'with a leeway of %i seconds says until when a token is good',
    async (leewaySeconds) => {
      const exp = now() + 100;
      const verdict = await verifierOf({ leewaySeconds })(await scene.sign({ claims: { exp } }));
      expect(verdict).toMatchObject({ kind: 'valid', claims: { exp }, until: (exp + leewaySeconds) * 1000 });
    },
  );

  it.each([61, -1, Number.NaN])('cannot have a leeway of %s seconds', (leewaySeconds) => {
    expect(() => verifierOf({ leewaySeconds })).toThrow(
      new RangeError(`expected a leeway of 0 to 60 seconds, got ${leewaySeconds}`),
    );
  });

  it('does not blame a token for a bug', async () => {
    const bug = new TypeError('bug');
    const verdict = verifierOf({ find: () => Promise.reject(bug) })(await scene.sign());
    await expect(verdict).rejects.toBe(bug);
  });
});
