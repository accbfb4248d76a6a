import { Management, ManagementClient } from 'auth0';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { john, startTenant, type Tenant } from './support.ts';

/** Auth0's own SDK, as it is published; it insists on https, so the transport it is given takes that back. */
function sdkFor(origin: string, secret = 'gateway-secret'): ManagementClient {
  return new ManagementClient({
    domain: new URL(origin).host,
    clientId: 'gateway',
    clientSecret: secret,
    audience: `${origin}/api/v2/`,
    maxRetries: 0,
    fetch: plain,
  });
}

const plain: typeof fetch = (input, init) =>
  fetch(String(input instanceof Request ? input.url : input).replace(/^https:/, 'http:'), init);

describe('the auth0 SDK', () => {
  let tenant: Tenant;
  let sdk: ManagementClient;
  beforeAll(async () => {
    tenant = await startTenant();
    sdk = sdkFor(tenant.origin);
  });
  afterAll(() => tenant[Symbol.asyncDispose]());

  it('gets a user', async () => {
    expect(await sdk.users.get(john)).toMatchObject({ user_id: john, email: 'john.doe@gmail.com' });
  });

  it('lists users page by page', async () => {
    const all = new Set<string | undefined>();
    for await (const user of await sdk.users.list({ per_page: 5, include_totals: true }))
      all.add(user.user_id);
    expect(all.size).toBe((await tenant.call('GET', '/users?per_page=100')).list.length);
    expect(all).toContain(john);
  });

  it('searches', async () => {
    const page = await sdk.users.list({ q: `user_id:("${john}" OR "github|12345678")`, search_engine: 'v3' });
    expect(page.data.map(({ user_id }) => user_id)).toEqual([john, 'github|12345678']);
  });

  it('finds by e-mail', async () => {
    const found = await sdk.users.listUsersByEmail({ email: 'john.doe@gmail.com' });
    expect(found.map(({ user_id }) => user_id)).toEqual([john]);
  });

  it('creates, updates and deletes a user', async () => {
    const { user_id: id = '' } = await sdk.users.create({
      connection: 'Username-Password-Authentication',
      email: 'sdk@example.com',
      password: 'long enough',
    });
    const updated = await sdk.users.update(id, { name: 'Sdk', user_metadata: { theme: 'dark' } });
    expect(updated).toMatchObject({ user_id: id, name: 'Sdk', user_metadata: { theme: 'dark' } });
    await sdk.users.delete(id);
    await expect(sdk.users.get(id)).rejects.toBeInstanceOf(Management.NotFoundError);
  });

  it('reads what it is refused with', async () => {
    await expect(sdk.users.get('auth0|nobody')).rejects.toMatchObject({
      statusCode: 404,
      body: { errorCode: 'inexistent_user', message: 'The user does not exist.' },
    });
    await expect(sdk.users.update(john, {})).rejects.toBeInstanceOf(Management.BadRequestError);
    await expect(sdk.users.update(john, { email: 'admin@example.com' })).rejects.toMatchObject({
      statusCode: 400,
      body: { message: 'The specified new email already exists' },
    });
    await expect(
      sdk.users.create({
        connection: 'Username-Password-Authentication',
        email: 'admin@example.com',
        password: 'long enough',
      }),
    ).rejects.toBeInstanceOf(Management.ConflictError);
  });

  it('reads that a token does not do', async () => {
    const withToken = (token: string) =>
      new ManagementClient({
        domain: new URL(tenant.origin).host,
        token: () => token,
        maxRetries: 0,
        fetch: plain,
      });
    const narrow = withToken(await tenant.managementToken('read:users'));
    await expect(narrow.users.update(john, { name: 'x' })).rejects.toBeInstanceOf(Management.ForbiddenError);
    await expect(withToken('no.such.token').users.get(john)).rejects.toBeInstanceOf(
      Management.UnauthorizedError,
    );
  });

  it('reads a spent budget', async () => {
    await using own = await startTenant({ rateLimit: { kind: 'bucket', burst: 1, perSecond: 0.001 } });
    const limited = sdkFor(own.origin);
    await limited.users.get(john);
    await expect(limited.users.get(john)).rejects.toBeInstanceOf(Management.TooManyRequestsError);
  });

  it('is refused a token for a wrong secret', async () => {
    await expect(sdkFor(tenant.origin, 'wrong').users.get(john)).rejects.toThrow(/Unauthorized/);
  });
});
