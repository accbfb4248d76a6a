/** The users upon the real client, against the sandbox tenant. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Users } from '../../schema/context.ts';
import type { UpdateUserInput } from '../../schema/update-user-input.ts';
import { type Auth0Client, createAuth0Client } from '../../src/auth0/client.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { inFull } from '../../src/users/identities.ts';
import { RecentWritesMemory } from '../../src/users/recent-writes.ts';
import { createSharedReads } from '../../src/users/shared-reads.ts';
import { createUsers } from '../../src/users/users.ts';
import { command, noKeys } from './support.ts';

const john = 'auth0|507f1f77bcf86cd799439020';
const lena = 'auth0|6131c0dbce67b00071910e02';
const gail = 'google-oauth2|111199914890750704174';

let sandbox: Sandbox;
let client: Auth0Client;
const exchanges: string[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({
    port: 0,
    rateLimit: { kind: 'none' },
    searchLagMs: 0,
    onExchange: ({ method, path }) => void exchanges.push(`${method} ${path}`),
  });
  client = createAuth0Client({
    origin: sandbox.origin,
    audience: `${sandbox.origin}/api/v2/`,
    clientId: 'gateway',
    clientSecret: 'gateway-secret',
  });
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});

describe('in a tenant', () => {
  it('every person is found by id, with one primary identity', async () => {
    const users = operation();
    const { users: people, total } = await users.search({ query: null, sort: null, offset: 0, limit: 100 });
    expect(people).toHaveLength(total);
    for (const { id } of people) {
      const user = await users.find(id);
      expect(user?.id).toBe(id);
      expect(user?.identities.map(({ isPrimary }) => isPrimary)).toEqual(
        user?.identities.map((_, at) => at === 0),
      );
      expect(user?.identities[0]?.id).toBe(id);
    }
  });

  it('an id with pipes and slashes is one segment of the path', async () => {
    expect(await operation().find('ad|Example-LDAP|../../clients')).toBeNull();
    expect(exchanges.at(-1)).toContain('/api/v2/users/ad%7CExample-LDAP%7C..%2F..%2Fclients');
  });

  it('an address is found however it is written', async () => {
    expect((await operation().findByEmail('John.DOE@gmail.com')).map(({ id }) => id)).toEqual([john]);
  });

  it('pages put together are the whole list', async () => {
    const sort = { field: 'CREATED_AT', direction: 'DESC' } as const;
    const whole = await operation().search({ query: null, sort, offset: 0, limit: 100 });
    const joined: string[] = [];
    for (let offset = 0; offset < whole.total; offset += 3) {
      const { users } = await operation().search({ query: null, sort, offset, limit: 3 });
      joined.push(...users.map(({ id }) => id));
    }
    expect(joined).toEqual(whole.users.map(({ id }) => id));
  });

  it('a query that cannot be read is the fault of who sent it', async () => {
    const search = operation().search({ query: 'name:(', sort: null, offset: 0, limit: 1 });
    await expect(search).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });

  it('provider tokens are in no user, and to be had apart', async () => {
    expect(JSON.stringify(await operation().find(gail))).not.toMatch(/sandbox-google|token/);
    expect(Object.fromEntries(await operation().idpTokens(gail))).toEqual({
      [gail]: {
        accessToken: 'ya29.sandbox-google-access-token',
        accessTokenSecret: null,
        refreshToken: '1//sandbox-google-refresh-token',
        expiresIn: 3599,
      },
    });
  });
});

describe('a dry run foresees', () => {
  it.each<[string, string, UpdateUserInput]>([
    ['names', john, { givenName: 'Jack', name: 'Jack Doe', nickname: 'jack' }],
    ['an address in capitals', john, { email: 'Jack.Doe@Example.com', emailVerified: true }],
    ['a user name in capitals', john, { username: 'JackDoe' }],
    [
      'merged metadata',
      john,
      { userMetadata: { theme: null, addresses: { work: null } }, appMetadata: { plan: 'x' } },
    ],
    ['a password, of which nothing shows', john, { password: 'correct horse battery staple' }],
    ['cleared metadata', john, { userMetadata: null, appMetadata: null }],
    ['a phone number unset', john, { phoneNumber: null, blocked: true }],
    ['the address of a user with linked accounts', lena, { email: 'Lena.New@Example.com' }],
    ['the phone number of a linked account', gail, { connection: 'sms', phoneNumber: '+14155550199' }],
  ])('%s', async (_, id, input) => {
    const more = { id, tellChanges: true };
    const foreseen = await operation().update(command(input, { ...more, dryRun: true }));
    const made = await operation().update(command(input, more));
    if (foreseen.kind !== 'success' || made.kind !== 'success')
      throw new Error(`${foreseen.kind}, ${made.kind}`);
    expect(inFull({ ...foreseen.user, updatedAt: null })).toEqual(inFull({ ...made.user, updatedAt: null }));
    expect(foreseen.changedFields).toEqual(made.changedFields);
    expect([foreseen.applied, made.applied]).toEqual([false, true]);
  });
});

describe('a refusal of the tenant is told of', () => {
  it.each<[string, string, UpdateUserInput, (keyof UpdateUserInput)[]]>([
    ['an address that is taken', john, { email: 'admin@example.com' }, ['email']],
    ['a weak password', john, { password: 'x' }, ['password']],
    ['a name that may not be unset', john, { givenName: null, nickname: null }, ['givenName', 'nickname']],
    ['names that come from the provider', gail, { name: 'Gail', picture: null }, ['name', 'picture']],
    ['the address of a social user', gail, { email: 'gail@example.com' }, ['email']],
    ['a connection nobody knows', john, { connection: 'nowhere', email: 'jack@example.com' }, ['connection']],
    [
      'a forbidden pair',
      john,
      { email: 'jack@example.com', password: 'correct horse' },
      ['email', 'password'],
    ],
  ])('%s', async (_, id, input, fields) => {
    expect(await operation().update(command(input, { id }))).toMatchObject({ kind: 'rejected', fields });
  });
});

function operation(): Users {
  return createUsers({
    client,
    sharedReads: createSharedReads(client),
    recentWrites: new RecentWritesMemory(),
    deadline: AbortSignal.timeout(10_000),
    readsEnd: new AbortController().signal,
    correlationId: 'test',
    once: noKeys,
  });
}
