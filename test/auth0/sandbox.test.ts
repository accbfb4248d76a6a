/** Against the sandbox tenant, which is written apart from the client. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Auth0Client, createAuth0Client } from '../../src/auth0/client.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { failure, fault, patiently } from './support.ts';

const john = 'auth0|507f1f77bcf86cd799439020';
const gail = 'google-oauth2|111199914890750704174';

let sandbox: Sandbox;
let client: Auth0Client;

beforeAll(async () => {
  sandbox = await startTenant();
  client = clientOf(sandbox);
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});

describe('in the sandbox', () => {
  it('everybody in the list is found by id', async () => {
    const { users, total } = await client.listUsers({ page: 0, perPage: 100 }, patiently());
    expect(users).toHaveLength(total);
    for (const { user_id } of users)
      expect(await client.getUser(user_id, patiently())).toMatchObject({ user_id });
  });

  it('pages are parts of the list', async () => {
    const list = (page: number, perPage: number) =>
      client.listUsers({ sort: 'created_at:1', page, perPage }, patiently());
    const { users, total } = await list(0, 100);
    expect(await list(1, 3)).toEqual({ users: users.slice(3, 6), total });
    expect(await list(50, 3)).toEqual({ users: [], total });
  });

  it('a search finds who matches', async () => {
    const { users } = await client.listUsers({ q: `user_id:"${john}"`, page: 0, perPage: 5 }, patiently());
    expect(users.map(({ user_id }) => user_id)).toEqual([john]);
  });

  it('a search that cannot be read is refused', async () => {
    const search = client.listUsers({ q: 'name:(', page: 0, perPage: 5 }, patiently());
    expect(await failure(search)).toMatchObject({ status: 400, errorCode: 'invalid_query_string' });
  });

  it('a user is found by address', async () => {
    const user = await client.getUser(john, patiently());
    const found = await client.usersByEmail(String(user?.['email']), patiently());
    expect(found).toEqual([user]);
    expect(await client.usersByEmail('nobody@example.com', patiently())).toEqual([]);
  });

  it('an update is answered with the whole user', async () => {
    const options = { ...patiently(), correlationId: 'request-1' };
    const updated = await client.updateUser(john, { nickname: 'jack', user_metadata: { a: 'b' } }, options);
    expect(updated).toMatchObject({ user_id: john, nickname: 'jack', user_metadata: { a: 'b' } });
    expect(await client.getUser(john, patiently())).toEqual(updated);
  });

  it('an update that may not be is refused', async () => {
    const refused = client.updateUser(john, { email: 'admin@example.com' }, patiently());
    expect(await failure(refused)).toMatchObject({ code: 'refused', status: 400 });
  });

  it('nobody is null', async () => {
    expect(await client.getUser('auth0|nobody', patiently())).toBeNull();
    expect(await client.getIdpTokens('auth0|nobody', patiently())).toBeNull();
    expect(await client.updateUser('auth0|nobody', { nickname: 'x' }, patiently())).toBeNull();
  });

  it('provider tokens are in the identities, and in no user', async () => {
    expect(JSON.stringify(await client.getUser(gail, patiently()))).not.toMatch(/_token|expires_in/);
    const [identity] = (await client.getIdpTokens(gail, patiently())) ?? [];
    expect(identity).toMatchObject({ access_token: 'ya29.sandbox-google-access-token', expires_in: 3599 });
  });

  it('a number too long for a number is its digits', async () => {
    expect(await client.getUser('github|9007199254740993', patiently())).toMatchObject({
      identities: [{ user_id: '9007199254740993' }],
    });
  });

  it('a spent rate limit says how long to wait', async () => {
    await using strict = await startTenant({ rateLimit: { kind: 'bucket', burst: 1, perSecond: 0.1 } });
    await using limited = clientOf(strict);
    await limited.getUser(john, patiently());
    const { code, retryAfterMs } = await fault(limited.getUser(john, patiently()));
    expect(code).toBe('rate_limited');
    expect(retryAfterMs).toBeGreaterThan(5_000);
    expect(retryAfterMs).toBeLessThanOrEqual(12_000);
  });

  it('a wrong secret gets no token', async () => {
    await using impostor = clientOf(sandbox, 'not-the-secret');
    expect(await fault(impostor.getUser(john, patiently()))).toMatchObject({
      code: 'credentials_unavailable',
      outcome: 'not-applied',
    });
    expect(impostor.hasToken()).toBe(false);
  });
});

function startTenant(options: SandboxOptions = {}): Promise<Sandbox> {
  return startSandbox({ port: 0, rateLimit: { kind: 'none' }, searchLagMs: 0, ...options });
}

function clientOf({ origin }: Sandbox, clientSecret = 'gateway-secret'): Auth0Client {
  return createAuth0Client({ origin, audience: `${origin}/api/v2/`, clientId: 'gateway', clientSecret });
}
