import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { john, startTenant, type Tenant, userPath } from './support.ts';

const gatewayApi = 'https://users.gateway.example/';
const gateway = { grant_type: 'client_credentials', client_id: 'gateway', client_secret: 'gateway-secret' };
const console = {
  grant_type: 'password',
  client_id: 'console',
  client_secret: 'console-secret',
  audience: gatewayApi,
};
const asJohn = { ...console, username: 'john.doe@gmail.com', password: 'sandbox' };

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());

async function claimsOf(token: unknown, audience = gatewayApi) {
  const jwks = createRemoteJWKSet(new URL(`${tenant.origin}/.well-known/jwks.json`));
  const { payload, protectedHeader } = await jwtVerify(String(token), jwks, {
    issuer: `${tenant.origin}/`,
    audience,
    algorithms: ['RS256'],
  });
  expect(protectedHeader.kid).toBeTypeOf('string');
  return payload;
}

describe('an application’s token', () => {
  it('opens the Management API with every scope of users', async () => {
    const audience = `${tenant.origin}/api/v2/`;
    const { status, body } = await tenant.requestToken({ ...gateway, audience });
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      scope: expect.stringContaining('update:users '),
      expires_in: 86_400,
      token_type: 'Bearer',
    });
    const claims = await claimsOf(body['access_token'], audience);
    expect(claims).toMatchObject({
      sub: 'gateway@clients',
      azp: 'gateway',
      gty: 'client-credentials',
      scope: body['scope'],
    });
    expect(claims.exp).toBe((claims.iat ?? 0) + 86_400);
  });

  it('has what was asked for of what is granted', async () => {
    const scope = 'read:users delete:everything update:users';
    const { body } = await tenant.requestToken({ ...gateway, audience: `${tenant.origin}/api/v2/`, scope });
    expect(body['scope']).toBe('read:users update:users');
  });

  it('may call the gateway with all permissions', async () => {
    const { body } = await tenant.requestToken({ ...console, grant_type: 'client_credentials' });
    const claims = await claimsOf(body['access_token']);
    expect(claims).toMatchObject({ sub: 'console@clients', gty: 'client-credentials' });
    expect(claims['permissions']).toEqual(String(body['scope']).split(' '));
    expect(claims['permissions']).toContain('update:users');
  });
});

describe('a person’s token', () => {
  it('names the user, their permissions, and as scope what was asked of those', async () => {
    const { status, body } = await tenant.requestToken({
      ...asJohn,
      scope: 'openid update:current_user read:users',
    });
    expect(status).toBe(200);
    expect(body['scope']).toBe('update:current_user');
    expect(await claimsOf(body['access_token'])).toMatchObject({
      sub: john,
      azp: 'console',
      scope: 'update:current_user',
      permissions: ['update:current_user', 'update:current_user_metadata'],
    });
  });

  it('has every permission where nothing in particular was asked for', async () => {
    const { body } = await tenant.requestToken(asJohn);
    expect(body['scope']).toBe('update:current_user update:current_user_metadata');
  });

  it('is given for an e-mail in any case of letters', async () => {
    expect((await tenant.requestToken({ ...asJohn, username: 'John.Doe@GMail.com' })).status).toBe(200);
  });

  it('is asked for by a form, and by HTTP Basic, as well', async () => {
    const { client_id: id, client_secret: secret, ...fields } = asJohn;
    const answer = await fetch(`${tenant.origin}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams(fields),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('is issued without a password and without counting as a sign-in', async () => {
    const { body: before } = await tenant.call('GET', userPath(john));
    const issued = await tenant.issueToken('John.Doe@gmail.com');
    expect(await claimsOf(issued?.access_token)).toMatchObject({ sub: john, scope: issued?.scope });
    expect(issued).toMatchObject({ expires_in: 86_400, token_type: 'Bearer' });
    expect((await tenant.call('GET', userPath(john))).body).toEqual(before);
  });

  it('is not issued to those who cannot sign in', async () => {
    expect(await tenant.issueToken('nobody@example.com')).toBeNull();
    expect(await tenant.issueToken('bruno.blocked@example.com')).toBeNull();
  });
});

describe('signing in', () => {
  it('is seen at the user', async () => {
    const { body: before } = await tenant.call('GET', userPath('auth0|6131c0dbce67b00071910e02'));
    expect(before).not.toHaveProperty('last_login');
    await tenant.requestToken({ ...asJohn, username: 'lena.linked@example.com' });
    const { body: after } = await tenant.call('GET', userPath('auth0|6131c0dbce67b00071910e02'));
    expect(after).toMatchObject({
      logins_count: 1,
      last_ip: '127.0.0.1',
      last_login: after['updated_at'],
    });
    expect(Date.parse(String(after['updated_at']))).toBeGreaterThan(Date.parse(String(before['updated_at'])));
    await tenant.requestToken({ ...asJohn, username: 'lena.linked@example.com' });
    const { body: again } = await tenant.call('GET', userPath('auth0|6131c0dbce67b00071910e02'));
    expect(again['logins_count']).toBe(2);
  });

  it('ends with a block, and comes back with its end', async () => {
    const as = { ...asJohn, username: 'clara.custom@example.com' };
    const clara = userPath('auth0|some_unique_id');
    await tenant.call('PATCH', clara, { body: { blocked: true } });
    const { status, body } = await tenant.requestToken(as);
    expect([status, body]).toEqual([401, { error: 'unauthorized', error_description: 'user is blocked' }]);
    await tenant.call('PATCH', clara, { body: { blocked: false } });
    expect((await tenant.requestToken(as)).status).toBe(200);
  });

  it('ends with the user', async () => {
    await using own = await startTenant();
    await own.call('DELETE', userPath(john));
    expect((await own.requestToken(asJohn)).status).toBe(403);
    expect(await own.issueToken('john.doe@gmail.com')).toBeNull();
  });

  it('is possible for a user that was created with a password', async () => {
    await tenant.call('POST', '/users', {
      body: {
        connection: 'Username-Password-Authentication',
        email: 'fresh@example.com',
        password: 'fresh and long',
      },
    });
    const { status, body } = await tenant.requestToken({
      ...asJohn,
      username: 'fresh@example.com',
      password: 'fresh and long',
    });
    expect(status).toBe(200);
    expect((await claimsOf(body['access_token']))['permissions']).toEqual([]);
  });
});

describe('a token is refused', () => {
  const management = () => ({ ...gateway, audience: `${tenant.origin}/api/v2/` });
  it.each([
    [
      'to an unknown application',
      () => ({ ...management(), client_id: 'other' }),
      401,
      'access_denied',
      'Unauthorized',
    ],
    [
      'for a wrong secret',
      () => ({ ...management(), client_secret: 'x' }),
      401,
      'access_denied',
      'Unauthorized',
    ],
    [
      'for a wrong password',
      () => ({ ...asJohn, password: 'x' }),
      403,
      'invalid_grant',
      'Wrong email or password.',
    ],
    [
      'to an unknown person',
      () => ({ ...asJohn, username: 'nobody@example.com' }),
      403,
      'invalid_grant',
      'Wrong email or password.',
    ],
    [
      'for a grant the application has not',
      () => ({ ...asJohn, client_id: 'gateway', client_secret: 'gateway-secret' }),
      403,
      'unauthorized_client',
      "Grant type 'password' not allowed for the client.",
    ],
    [
      'for a grant nobody has',
      () => ({ ...gateway, grant_type: 'implicit' }),
      403,
      'unsupported_grant_type',
      'Unsupported grant type: implicit',
    ],
    [
      'for an unknown API',
      () => ({ ...gateway, audience: 'https://other.example/' }),
      403,
      'access_denied',
      'Service not found: https://other.example/',
    ],
    [
      'for an API the application may not call',
      () => ({ ...gateway, audience: gatewayApi }),
      403,
      'access_denied',
      `Client is not authorized to access "${gatewayApi}". You need to create a "client-grant" associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants`,
    ],
    [
      'without a grant type',
      () => ({ client_id: 'gateway' }),
      400,
      'invalid_request',
      'Missing required parameter: grant_type',
    ],
    [
      'without a password',
      () => ({ ...console, username: 'a' }),
      400,
      'invalid_request',
      'Missing required parameter: password',
    ],
  ])('%s', async (_, fields, status, error, description) => {
    const answer = await tenant.requestToken(fields());
    expect([answer.status, answer.body]).toEqual([status, { error, error_description: description }]);
  });
});

describe('the tenant’s metadata', () => {
  it('names the issuer with one slash at the end', async () => {
    const answer = await fetch(`${tenant.origin}/.well-known/openid-configuration`);
    expect(await answer.json()).toMatchObject({
      issuer: `${tenant.origin}/`,
      token_endpoint: `${tenant.origin}/oauth/token`,
      jwks_uri: `${tenant.origin}/.well-known/jwks.json`,
    });
  });

  it('publishes the public half of one RS256 key', async () => {
    const answer = await fetch(`${tenant.origin}/.well-known/jwks.json`);
    const { keys } = (await answer.json()) as { keys: readonly { [name: string]: unknown }[] };
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ kty: 'RSA', use: 'sig', alg: 'RS256' });
    expect(Object.keys(keys[0] ?? {})).not.toContain('d');
  });
});
