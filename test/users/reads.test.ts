import { describe, expect, it, vi } from 'vitest';
import { Auth0Fault } from '../../src/auth0/errors.ts';
import { command, john, operation, person } from './support.ts';

describe('find', () => {
  it('reads the same id once in an operation', async () => {
    const { users, callsOf } = operation([john]);
    const [one, other] = await Promise.all([users.find(john.user_id), users.find(john.user_id)]);
    expect([one?.id, other, await users.find(john.user_id)]).toEqual([john.user_id, one, one]);
    expect(callsOf('getUser')).toEqual([[john.user_id]]);
  });

  it('answers null for nobody', async () => {
    expect(await operation([]).users.find('auth0|nobody')).toBeNull();
  });

  it.each(['', 'auth0', '|', 'auth0|', 'auth0|\0', 'auth0|\ud800', `a|${'x'.repeat(300)}`])(
    'answers null for %j without a call',
    async (id) => {
      const { users, calls } = operation([john]);
      expect(await users.find(id)).toBeNull();
      expect((await users.idpTokens(id)).size).toBe(0);
      expect(calls).toEqual([]);
    },
  );

  it('reads users that a search does not find ten at a time', async () => {
    const people = Array.from({ length: 37 }, (_, number) => person(number));
    let underWay = 0;
    let most = 0;
    const getUser = async (id: string) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return people.find(({ user_id }) => user_id === id) ?? null;
    };
    const listUsers = async () => ({ users: [], total: 0 });
    const { users } = operation(people, { behaviour: { getUser, listUsers } });
    const found = await Promise.all(people.map(({ user_id }) => users.find(user_id)));
    expect(found.map((user) => user?.id)).toEqual(people.map(({ user_id }) => user_id));
    expect(most).toBe(10);
  });

  it('fails for the one id whose read failed', async () => {
    const { users } = operation([], {
      behaviour: {
        getUser: async (id) => {
          if (id === 'auth0|2') throw new Auth0Fault('unavailable', 'canary', { outcome: 'not-applied' });
          return { user_id: id };
        },
      },
    });
    const results = await Promise.allSettled(['auth0|1', 'auth0|2', 'auth0|3'].map((id) => users.find(id)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { extensions: { code: 'UPSTREAM_UNAVAILABLE' } } });
  });

  it('ends where reads have to', async () => {
    const readsEnd = new AbortController();
    const getUser = () => new Promise<never>(() => {});
    const { users, calls } = operation([john], {
      readsEnd,
      correlationId: 'request-1',
      behaviour: { getUser },
    });
    const found = users.find(john.user_id);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    expect(calls[0]?.options.correlationId).toBe('request-1');
    expect(calls[0]?.options.signal.aborted).toBe(false);
    readsEnd.abort();
    await expect(found).rejects.toMatchObject({ extensions: { code: 'SHUTTING_DOWN' } });
    expect(calls[0]?.options.signal.aborted).toBe(true);
  });
});

describe('findByEmail', () => {
  it('looks the address up in lower case', async () => {
    const { users, callsOf } = operation([john]);
    expect((await users.findByEmail('John.Doe@Example.com')).map(({ id }) => id)).toEqual([john.user_id]);
    expect(callsOf('usersByEmail')).toEqual([['john.doe@example.com']]);
  });

  it.each(['', '  ', '\t\n', '\ud800@example.com'])('answers [] for %j without a call', async (email) => {
    const { users, calls } = operation([john]);
    expect(await users.findByEmail(email)).toEqual([]);
    expect(calls).toEqual([]);
  });

  it('remembers the users it found', async () => {
    const { users, callsOf } = operation([john]);
    const [found] = await users.findByEmail('john.doe@example.com');
    expect(await users.find(john.user_id)).toBe(found);
    expect(callsOf('getUser')).toEqual([]);
  });
});

describe('search', () => {
  const people = Array.from({ length: 130 }, (_, number) => person(number));

  it('asks for one page and gives what is in the window', async () => {
    const { users, callsOf } = operation(people);
    const { users: found, total } = await users.search({ query: null, sort: null, offset: 1, limit: 2 });
    expect(found.map(({ id }) => id)).toEqual(['auth0|1', 'auth0|2']);
    expect(total).toBe(130);
    expect(callsOf('listUsers')).toEqual([[{ page: 0, perPage: 3 }]]);
  });

  it('joins two pages where one does not reach', async () => {
    const { users, callsOf } = operation(people);
    const { users: found } = await users.search({ query: null, sort: null, offset: 51, limit: 70 });
    expect(found.map(({ id }) => id)).toEqual(people.slice(51, 121).map(({ user_id }) => user_id));
    expect(callsOf('listUsers')).toHaveLength(2);
  });

  it('ends where the users end', async () => {
    const { users } = operation(people);
    const request = { query: null, sort: null, limit: 25 };
    expect((await users.search({ ...request, offset: 125 })).users).toHaveLength(5);
    expect(await users.search({ ...request, offset: 150 })).toEqual({ users: [], total: 130 });
  });

  it("sends the caller's own query as it is", async () => {
    const { users, callsOf } = operation(people);
    const query = 'email.domain:"example.com" AND name:Jo*\\"';
    await users.search({ query, sort: null, offset: 0, limit: 1 });
    expect(callsOf('listUsers')).toEqual([[{ q: query, page: 0, perPage: 1 }]]);
  });

  it.each([
    ['CREATED_AT', 'ASC', 'created_at:1'],
    ['UPDATED_AT', 'DESC', 'updated_at:-1'],
    ['LAST_LOGIN', 'ASC', 'last_login:1'],
    ['LOGINS_COUNT', 'DESC', 'logins_count:-1'],
    ['EMAIL', 'ASC', 'email:1'],
    ['NAME', 'DESC', 'name:-1'],
    ['FAMILY_NAME', 'ASC', 'family_name:1'],
  ] as const)('sorts by %s %s as %s', async (field, direction, sort) => {
    const { users, callsOf } = operation(people);
    await users.search({ query: null, sort: { field, direction }, offset: 0, limit: 1 });
    expect(callsOf('listUsers')).toEqual([[{ sort, page: 0, perPage: 1 }]]);
  });

  it('does not remember users that may be out of date', async () => {
    const { users, callsOf } = operation(people);
    await users.search({ query: null, sort: null, offset: 0, limit: 1 });
    await users.find('auth0|0');
    expect(callsOf('getUser')).toEqual([['auth0|0']]);
  });

  it('refuses half a surrogate pair without a call', async () => {
    const { users, calls } = operation(people);
    const search = users.search({ query: 'name:\ud800', sort: null, offset: 0, limit: 1 });
    await expect(search).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(calls).toEqual([]);
  });
});

describe('idpTokens', () => {
  const google = { provider: 'google-oauth2', user_id: '5', access_token: 'a', expires_in: 3599 };
  const twitter = {
    provider: 'twitter',
    user_id: 7,
    access_token: 't',
    access_token_secret: 's',
    refresh_token: {},
  };
  const database = { provider: 'auth0', user_id: '1', expires_in: 5, refresh_token: '' };
  const user = { user_id: 'google-oauth2|5' };

  it('are given by the id of the identity', async () => {
    const { users } = operation([user], { identities: { [user.user_id]: [database, twitter, google] } });
    expect(Object.fromEntries(await users.idpTokens(user.user_id))).toEqual({
      'google-oauth2|5': { accessToken: 'a', accessTokenSecret: null, refreshToken: null, expiresIn: 3599 },
      'twitter|7': { accessToken: 't', accessTokenSecret: 's', refreshToken: null, expiresIn: null },
    });
  });

  it.each([3.5, '3599', null, 2 ** 31, {}])('take a lifetime of %o for none', async (expires_in) => {
    const { users } = operation([user], { identities: { [user.user_id]: [{ ...google, expires_in }] } });
    expect((await users.idpTokens(user.user_id)).get('google-oauth2|5')).toMatchObject({ expiresIn: null });
  });

  it('are read once for all identities of a user', async () => {
    const { users, calls } = operation([user], { identities: { [user.user_id]: [google] } });
    await Promise.all([users.idpTokens(user.user_id), users.idpTokens(user.user_id)]);
    expect(calls.map(({ name }) => name)).toEqual(['getIdpTokens']);
  });

  it('of nobody are none', async () => {
    expect((await operation([]).users.idpTokens('auth0|nobody')).size).toBe(0);
  });
});

describe('what an operation remembers', () => {
  it('is the user as an update left it', async () => {
    const { users, callsOf } = operation([john]);
    expect((await users.find(john.user_id))?.name).toBe('John Doe');
    await users.update(command({ name: 'Jack' }));
    expect((await users.find(john.user_id))?.name).toBe('Jack');
    expect(callsOf('getUser')).toHaveLength(1);
  });

  it('is not the user that a dry run foresaw', async () => {
    const { users } = operation([john]);
    await users.update(command({ name: 'Jack' }, { dryRun: true }));
    expect((await users.find(john.user_id))?.name).toBe('John Doe');
  });

  it('is nothing of a user whose update may have been applied', async () => {
    const behaviour = {
      updateUser: () => Promise.reject(new Auth0Fault('timeout', 'canary', { outcome: 'unknown' })),
    };
    const { users, callsOf } = operation([john], { behaviour });
    await users.find(john.user_id);
    await expect(users.update(command({ name: 'Jack' }))).rejects.toThrow('no answer says');
    await users.find(john.user_id);
    // The second found out what it could of the update.
    expect(callsOf('getUser')).toHaveLength(3);
  });
});
