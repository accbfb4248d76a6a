import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticate } from '../../src/sandbox/access.ts';
import { LaggingIndex } from '../../src/sandbox/search/lagging-index.ts';
import { createSigning, generateSigningKey } from '../../src/sandbox/signing.ts';
import { Store } from '../../src/sandbox/store.ts';
import { UsersApi } from '../../src/sandbox/users-api.ts';
import { john, person, startTenant, type Tenant, userPath } from './support.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());

describe('a bearer token', () => {
  const unauthorized = (message: string) => ({ statusCode: 401, error: 'Unauthorized', message });

  it('is needed', async () => {
    const { status, body } = await tenant.call('GET', userPath(john), { token: null });
    expect([status, body]).toEqual([401, unauthorized('Missing authentication')]);
  });

  it.each(['Bearer', 'Bearer a b', 'Token abc', 'abc'])('is not "%s"', async (authorization) => {
    const { status, body } = await tenant.call('GET', userPath(john), {
      token: null,
      headers: { authorization },
    });
    expect(status).toBe(400);
    expect(body).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: 'Bad HTTP authentication header format',
      errorCode: 'Bearer',
    });
  });

  it('is a token', async () => {
    const { status, body } = await tenant.call('GET', userPath(john), { token: 'abc.def.ghi' });
    expect([status, body]).toEqual([401, unauthorized('Invalid token')]);
  });

  it('is for the Management API', async () => {
    const granted = await tenant.issueToken('admin@example.com');
    const { status, body } = await tenant.call('GET', userPath(john), {
      token: String(granted?.access_token),
    });
    expect([status, body]).toEqual([401, unauthorized('Invalid token')]);
  });

  it('is signed by the tenant', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const forged = (kid: string) =>
      new SignJWT({ scope: 'read:users' })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer(`${tenant.origin}/`)
        .setAudience(`${tenant.origin}/api/v2/`)
        .setExpirationTime('1h')
        .sign(privateKey);
    const { keys } = (await (await fetch(`${tenant.origin}/.well-known/jwks.json`)).json()) as {
      keys: { kid: string }[];
    };
    for (const kid of ['another', String(keys[0]?.kid)]) {
      const { status, body } = await tenant.call('GET', userPath(john), { token: await forged(kid) });
      expect([status, body]).toEqual([
        401,
        unauthorized('Invalid signature received for JSON Web Token validation'),
      ]);
    }
  });

  it('is signed at all', async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: `${tenant.origin}/`, aud: `${tenant.origin}/api/v2/`, scope: 'read:users' };
    const token = `${part({ alg: 'none' })}.${part(claims)}.`;
    expect((await tenant.call('GET', userPath(john), { token })).status).toBe(401);
  });

  it('is not signed with the public key as a secret', async () => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(publicKey)));
    const token = await new SignJWT({ scope: 'read:users' })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(secret);
    expect((await tenant.call('GET', userPath(john), { token })).status).toBe(401);
  });

  it('has not expired', async () => {
    const key = await generateSigningKey();
    const issuer = 'http://127.0.0.1:1/';
    const token = await new SignJWT({ scope: 'read:users' })
      .setProtectedHeader({ alg: 'RS256', kid: key.kid })
      .setIssuer(issuer)
      .setAudience('a')
      .setExpirationTime('-1s')
      .sign(key.privateKey);
    const message = 'Expired token received for JSON Web Token validation';
    await expect(authenticate(`Bearer ${token}`, createSigning(key, issuer), 'a')).rejects.toMatchObject({
      status: 401,
      message,
      attributes: { error: message },
    });
  });
});

describe('a scope', () => {
  const create = { connection: 'email', email: 'new@example.com' };
  it.each([
    ['GET', '/users', undefined, 'read:users,read:user_idp_tokens'],
    ['GET', '/users-by-email?email=a@example.com', undefined, 'read:users'],
    ['GET', userPath(john), undefined, 'read:users,read:current_user,read:user_idp_tokens'],
    ['POST', '/users', create, 'create:users'],
    [
      'PATCH',
      userPath(john),
      { name: 'x' },
      'update:users,update:users_app_metadata,update:current_user_metadata',
    ],
    ['DELETE', userPath(john), undefined, 'delete:users,delete:current_user'],
  ])('is needed for %s %s', async (method, path, body, scopes) => {
    const token = await tenant.managementToken('read:users_app_metadata');
    const answer = await tenant.call(method, path, body === undefined ? { token } : { token, body });
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({
      statusCode: 403,
      error: 'Forbidden',
      message: `Insufficient scope, expected any of: ${scopes}`,
      errorCode: 'insufficient_scope',
    });
  });

  it('is judged before the body and before the id', async () => {
    const token = await tenant.managementToken('read:users');
    expect((await tenant.call('PATCH', '/users/nopipe', { token, body: '{"nam' })).status).toBe(403);
  });

  it('is enough for exactly its part', async () => {
    const token = await tenant.managementToken('read:users');
    expect((await tenant.call('GET', userPath(john), { token })).status).toBe(200);
    expect((await tenant.call('GET', '/users', { token })).status).toBe(200);
  });

  it('update:users_app_metadata alone changes app_metadata and nothing else', async () => {
    const token = await tenant.managementToken('update:users_app_metadata');
    const { status, body } = await tenant.call('PATCH', userPath(john), {
      token,
      body: { app_metadata: { vip: true } },
    });
    expect(status).toBe(200);
    expect(body['app_metadata']).toMatchObject({ vip: true, plan: 'premium' });
    const refused = await tenant.call('PATCH', userPath(john), {
      token,
      body: { given_name: 'x', app_metadata: {}, user_metadata: { a: 1 } },
    });
    expect(refused.status).toBe(403);
    expect(refused.body['message']).toBe('You cannot update the following fields: given_name, user_metadata');
  });
});

describe('the identity providers’ tokens', () => {
  const gail = 'google-oauth2|111199914890750704174';
  const secrets = /access_token|refresh_token|expires_in|sandbox-google/;

  it('are shown to read:user_idp_tokens', async () => {
    const { body } = await tenant.call('GET', userPath(gail));
    expect(body['identities']).toMatchObject([
      {
        access_token: 'ya29.sandbox-google-access-token',
        refresh_token: '1//sandbox-google-refresh-token',
        expires_in: 3599,
      },
      {},
    ]);
  });

  it('are shown to nobody else, by no endpoint', async () => {
    const token = await tenant.managementToken('read:users update:users');
    for (const [method, path, body] of [
      ['GET', userPath(gail), undefined],
      ['GET', '/users?per_page=100', undefined],
      ['GET', '/users-by-email?email=gail.google@example.com', undefined],
      ['PATCH', userPath(gail), { blocked: false }],
    ] as const) {
      const { status, text } = await tenant.call(method, path, body ? { token, body } : { token });
      expect(status).toBe(200);
      expect(text).not.toMatch(secrets);
    }
  });
});

describe('a user’s own token for the Management API', () => {
  const signIn = async () => {
    const { body } = await tenant.requestToken({
      grant_type: 'password',
      client_id: 'console',
      client_secret: 'console-secret',
      audience: `${tenant.origin}/api/v2/`,
      username: 'lena.linked@example.com',
      password: 'sandbox',
    });
    return String(body['access_token']);
  };
  const lena = 'auth0|6131c0dbce67b00071910e02';

  it('reads oneself and changes one’s own user_metadata', async () => {
    const token = await signIn();
    expect((await tenant.call('GET', userPath(lena), { token })).status).toBe(200);
    const { status, body } = await tenant.call('PATCH', userPath(lena), {
      token,
      body: { user_metadata: { theme: 'dark' } },
    });
    expect(status).toBe(200);
    expect(body['user_metadata']).toEqual({ language: 'de', theme: 'dark' });
  });

  it.each([
    ['GET', undefined],
    ['PATCH', { user_metadata: { a: 1 } }],
  ])('does not %s anybody else', async (method, body) => {
    const token = await signIn();
    const answer = await tenant.call(method, userPath(john), body ? { token, body } : { token });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      message: 'User to be acted on does not match subject in bearer token.',
      errorCode: 'unowned_resource',
    });
  });

  it('changes none of one’s other fields', async () => {
    const token = await signIn();
    const body = { given_name: 'L', email: 'l@example.com', user_metadata: {} };
    const answer = await tenant.call('PATCH', userPath(lena), { token, body });
    expect(answer.status).toBe(403);
    expect(answer.body['message']).toBe('You cannot update the following fields: given_name, email');
  });

  it('keeps to oneself even beside a wider grant', () => {
    const api = new UsersApi(new Store([person('a'), person('b')], () => {}), new LaggingIndex(0));
    const access = {
      subject: 'auth0|a',
      scopes: new Set(['update:current_user_metadata', 'update:users_app_metadata']),
    };
    const change = () => ({ user_metadata: { x: 1 } });
    expect(api.update(access, 'auth0|a', change)).toMatchObject({ user_metadata: { x: 1 } });
    expect(() => api.update(access, 'auth0|b', change)).toThrow(
      'You cannot update the following fields: user_metadata',
    );
  });

  it('lists nobody', async () => {
    expect((await tenant.call('GET', '/users', { token: await signIn() })).status).toBe(403);
  });
});
