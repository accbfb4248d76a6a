import fc from 'fast-check';
import type { UpdateUserCommand, Users } from '../../schema/context.ts';
import type { UpdateUserInput } from '../../schema/update-user-input.ts';
import type { Auth0Client, CallOptions } from '../../src/auth0/client.ts';
import type { WireIdentity, WireUser } from '../../src/auth0/wire.ts';
import type { Once } from '../../src/users/once.ts';
import { type RecentWrites, RecentWritesMemory } from '../../src/users/recent-writes.ts';
import { createSharedReads } from '../../src/users/shared-reads.ts';
import { createUsers, type UsersDependencies } from '../../src/users/users.ts';

export const john: WireUser = {
  user_id: 'auth0|507f1f77bcf86cd799439020',
  email: 'john.doe@example.com',
  email_verified: false,
  given_name: 'John',
  name: 'John Doe',
  identities: [
    {
      connection: 'Username-Password-Authentication',
      user_id: '507f1f77bcf86cd799439020',
      provider: 'auth0',
      isSocial: false,
    },
  ],
  user_metadata: { colour: 'green', address: { city: 'Paris' } },
  app_metadata: { plan: 'gold' },
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-02-01T00:00:00.000Z',
};

/** Where no update has an idempotency key. */
export const noKeys: Once = async () => {
  throw new Error('Expected no idempotency key.');
};

/** One call of the client, as it was made. */
export type Call = {
  readonly name: string;
  readonly arguments: readonly unknown[];
  readonly options: CallOptions;
};

/** What a tenant does instead of answering as usual. */
export type Behaviour = Partial<
  Pick<Auth0Client, 'getUser' | 'listUsers' | 'usersByEmail' | 'updateUser' | 'getIdpTokens'>
>;

/** A tenant in memory, the users of one operation upon it, and every call that reached it. */
export function operation(
  people: readonly WireUser[],
  {
    behaviour = {},
    identities = {},
    recentWrites = new RecentWritesMemory(),
    deadline = new AbortController(),
    readsEnd = new AbortController(),
    once = noKeys,
    ...more
  }: {
    readonly behaviour?: Behaviour;
    readonly identities?: Readonly<Record<string, readonly WireIdentity[]>>;
    readonly recentWrites?: RecentWrites;
    readonly deadline?: AbortController;
    readonly readsEnd?: AbortController;
    readonly once?: Once;
  } & Pick<UsersDependencies, 'caller' | 'correlationId' | 'endsAt' | 'onReconciliation'> = {},
): {
  readonly users: Users;
  readonly calls: Call[];
  readonly callsOf: (name: string) => readonly unknown[][];
} {
  const calls: Call[] = [];
  const stored = new Map(people.map((user) => [user.user_id, user]));
  const usual: Required<Behaviour> = {
    getUser: async (id) => stored.get(id) ?? null,
    listUsers: async ({ q, page, perPage }) => {
      const found = people.filter(({ user_id: id }) => !q?.startsWith('user_id:') || q.includes(`"${id}"`));
      return { users: found.slice(page * perPage, (page + 1) * perPage), total: found.length };
    },
    usersByEmail: async (email) => people.filter((user) => user['email'] === email),
    updateUser: async (id, patch) => {
      const user = stored.get(id);
      if (user === undefined) return null;
      const updated: WireUser = { ...user, ...patch, updated_at: '2026-03-01T00:00:00.000Z', user_id: id };
      stored.set(id, updated);
      return updated;
    },
    getIdpTokens: async (id) => (stored.has(id) ? [...(identities[id] ?? [])] : null),
  };
  const does = { ...usual, ...behaviour };
  const note = (name: string, options: CallOptions, ...args: unknown[]) =>
    void calls.push({ name, arguments: args, options });
  const client: Auth0Client = {
    getUser: (id, options) => (note('getUser', options, id), does.getUser(id, options)),
    listUsers: (page, options) => (note('listUsers', options, page), does.listUsers(page, options)),
    usersByEmail: (email, options) => (
      note('usersByEmail', options, email), does.usersByEmail(email, options)
    ),
    updateUser: (id, patch, options) => (
      note('updateUser', options, id, patch), does.updateUser(id, patch, options)
    ),
    getIdpTokens: (id, options) => (note('getIdpTokens', options, id), does.getIdpTokens(id, options)),
    start() {},
    hasToken: () => true,
    async [Symbol.asyncDispose]() {},
  };
  return {
    users: createUsers({
      client,
      sharedReads: createSharedReads(client),
      recentWrites,
      deadline: deadline.signal,
      readsEnd: readsEnd.signal,
      once,
      ...more,
    }),
    calls,
    callsOf: (name) => calls.filter((call) => call.name === name).map((call) => [...call.arguments]),
  };
}

export function command(input: UpdateUserInput, more: Partial<UpdateUserCommand> = {}): UpdateUserCommand {
  return {
    id: john.user_id,
    input,
    ifUnmodifiedSince: null,
    dryRun: false,
    tellChanges: false,
    idempotencyKey: null,
    ...more,
  };
}

export function person(number: number, more: Partial<WireUser> = {}): WireUser {
  return { user_id: `auth0|${number}`, name: `Person ${number}`, ...more };
}

/** An object as it comes out of upstream JSON: keys of any name, `__proto__` among them, in any order. */
function upstreamObject(keys: readonly string[]): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const key = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...keys) },
    { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString') },
    { weight: 1, arbitrary: fc.string() },
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('true', 'false', '', '12', '2026-01-01T00:00:00.000Z', 1e21, 12345678, null, {}, []),
  );
  return fc.array(fc.tuple(key, value), { maxLength: 12 }).map(fromEntries);
}

/** Users of every shape that JSON allows, the id alone being sure. */
export const upstreamUsers: fc.Arbitrary<WireUser> = fc
  .record({
    user_id: fc.oneof(fc.string(), fc.constantFrom('auth0|1', 'ad|Example-LDAP|jdoe', 'github|12345678')),
    attributes: upstreamObject([
      'email',
      'email_verified',
      'name',
      'blocked',
      'user_metadata',
      'app_metadata',
      'multifactor',
      'logins_count',
      'last_login',
      'updated_at',
      'locale',
      'access_token',
    ]),
    identities: fc.oneof(
      fc.array(upstreamIdentity(), { maxLength: 4 }),
      fc.array(fc.oneof(upstreamIdentity(), fc.jsonValue()), { maxLength: 3 }),
      fc.jsonValue(),
      fc.constant(undefined),
    ),
  })
  .map(({ user_id, attributes, identities }) => ({
    ...attributes,
    ...(identities !== undefined && { identities }),
    user_id,
  }));

function upstreamIdentity(): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const profileData = upstreamObject([
    'email',
    'email_verified',
    'name',
    'gender',
    'access_token',
    'id_token',
  ]);
  return fc
    .tuple(
      upstreamObject(['provider', 'connection', 'user_id', 'isSocial', 'access_token', 'refresh_token']),
      fc.record(
        {
          provider: fc.constantFrom('auth0', 'github', 'ad', 'sms'),
          user_id: fc.oneof(fc.constantFrom('1', 'Example-LDAP|jdoe', 12345678), fc.bigInt(), fc.integer()),
          isSocial: fc.boolean(),
          profileData,
        },
        { requiredKeys: [] },
      ),
    )
    .map(([lies, truths]) => ({ ...lies, ...truths }));
}

function fromEntries(entries: readonly (readonly [string, unknown])[]): Readonly<Record<string, unknown>> {
  return JSON.parse(
    `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`,
  );
}
