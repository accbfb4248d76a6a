/** Reads of many users in one tick. */
import { describe, expect, it } from 'vitest';
import { Auth0Fault, Auth0Refusal } from '../../src/auth0/errors.ts';
import { RecentWritesMemory } from '../../src/users/recent-writes.ts';
import { type Behaviour, command, operation, person } from './support.ts';

const people = Array.from({ length: 130 }, (_, number) => person(number));
const idsOf = (count: number) => people.slice(0, count).map(({ user_id: id }) => id);
const nobodyFound: Behaviour = { listUsers: async () => ({ users: [], total: 0 }) };

describe('many users', () => {
  it('are searched for, fifty at a time', async () => {
    const { users, callsOf } = operation(people);
    const found = await Promise.all(idsOf(100).map((id) => users.find(id)));
    expect(found.map((user) => user?.id)).toEqual(idsOf(100));
    expect(callsOf('getUser')).toEqual([]);
    expect(callsOf('listUsers')).toMatchObject([[{ page: 0, perPage: 50 }], [{ page: 0, perPage: 50 }]]);
  });

  it('are counted once each, however often they are asked for', async () => {
    const { users, calls } = operation(people);
    await Promise.all([...idsOf(60), ...idsOf(40)].map((id) => users.find(id)));
    expect(calls.map(({ name }) => name)).toEqual(['listUsers', 'listUsers']);
  });

  it('are read one by one while they are a handful', async () => {
    const { users, callsOf } = operation(people);
    await Promise.all([...idsOf(5), ...idsOf(5)].map((id) => users.find(id)));
    expect(callsOf('getUser')).toHaveLength(5);
    expect(callsOf('listUsers')).toEqual([]);
    await Promise.all(people.slice(5, 11).map(({ user_id: id }) => users.find(id)));
    expect(callsOf('listUsers')).toHaveLength(1);
  });

  it('are read one by one where the search does not know them', async () => {
    const { users, callsOf } = operation(people.slice(0, 8), {
      behaviour: { listUsers: async () => ({ users: people.slice(0, 6), total: 6 }) },
    });
    const found = await Promise.all(idsOf(10).map((id) => users.find(id)));
    expect(found.map((user) => user?.id)).toEqual([...idsOf(8), undefined, undefined]);
    expect(callsOf('getUser').flat()).toEqual(idsOf(10).slice(6));
  });

  it('are searched for before others are read one by one', async () => {
    const odd = Array.from({ length: 20 }, (_, number) => person(0, { user_id: `auth0|*${number}` }));
    const { users, calls } = operation([...odd, ...people]);
    await Promise.all([...odd.map(({ user_id: id }) => id), ...idsOf(60)].map((id) => users.find(id)));
    expect(calls.map(({ name }) => name)).toEqual(['listUsers', 'listUsers', ...odd.map(() => 'getUser')]);
  });

  it('whose ids may be patterns are read one by one', async () => {
    const odd = person(0, { user_id: 'auth0|*' });
    const { users, callsOf } = operation([odd, ...people]);
    await Promise.all([odd.user_id, ...idsOf(9)].map((id) => users.find(id)));
    expect(callsOf('getUser')).toEqual([[odd.user_id]]);
    expect(JSON.stringify(callsOf('listUsers'))).not.toContain('*');
  });

  it('are not mixed up with others that a search brings', async () => {
    const { users } = operation(people.slice(0, 9), {
      behaviour: { listUsers: async () => ({ users: people.slice(3).toReversed(), total: 130 }) },
    });
    const found = await Promise.all(idsOf(9).map((id) => users.find(id)));
    expect(found.map((user) => user?.name)).toEqual(people.slice(0, 9).map(({ name }) => name));
  });
});

describe('a user written of late', () => {
  it('is never answered from a search', async () => {
    const recentWrites = new RecentWritesMemory();
    const writer = operation(people, { recentWrites });
    await writer.users.update(command({ name: 'Jack' }, { id: 'auth0|3' }));
    const { users, callsOf } = operation(people, { recentWrites });
    await Promise.all(idsOf(20).map((id) => users.find(id)));
    expect(callsOf('getUser')).toEqual([['auth0|3']]);
    expect(JSON.stringify(callsOf('listUsers'))).not.toContain('"auth0|3\\"');
  });

  it('is not even when the outcome of the write is unknown', async () => {
    const recentWrites = new RecentWritesMemory();
    const updateUser = () => Promise.reject(new Auth0Fault('timeout', 'canary', { outcome: 'unknown' }));
    const writer = operation(people, { recentWrites, behaviour: { updateUser } });
    await expect(writer.users.update(command({ name: 'Jack' }, { id: 'auth0|3' }))).rejects.toThrow(
      'no answer says',
    );
    const { users, callsOf } = operation(people, { recentWrites });
    await Promise.all(idsOf(20).map((id) => users.find(id)));
    expect(callsOf('getUser')).toEqual([['auth0|3']]);
  });

  it.each(['begun', 'begun and ended'])('is not when the write was %s during the search', async (when) => {
    const recentWrites = new RecentWritesMemory();
    const release = Promise.withResolvers<void>();
    const writer = operation(people, {
      recentWrites,
      behaviour: when === 'begun' ? { updateUser: () => release.promise.then(() => null) } : {},
    });
    const written: Promise<unknown>[] = [];
    const { users, callsOf } = operation(people, {
      recentWrites,
      behaviour: {
        listUsers: async () => {
          const write = writer.users.update(command({ name: 'Jack' }, { id: 'auth0|3' }));
          written.push(write);
          await (when === 'begun' ? untilCalled(writer.calls) : write);
          return { users: people.slice(0, 20), total: 20 };
        },
      },
    });
    await Promise.all(idsOf(20).map((id) => users.find(id)));
    expect(callsOf('getUser')).toEqual([['auth0|3']]);
    release.resolve();
    await Promise.all(written);
  });

  it('is searched for again after a dry run, which writes nothing', async () => {
    const recentWrites = new RecentWritesMemory();
    const writer = operation(people, { recentWrites });
    await writer.users.update(command({ name: 'Jack' }, { id: 'auth0|3', dryRun: true }));
    const { users, callsOf } = operation(people, { recentWrites });
    await Promise.all(idsOf(20).map((id) => users.find(id)));
    expect(callsOf('getUser')).toEqual([]);
  });
});

describe('a search that fails', () => {
  it.each(['rate_limited', 'unavailable', 'timeout', 'bad_response'] as const)(
    'as %s fails for its own users only, and is not made up for by single reads',
    async (fault) => {
      const listUsers: Behaviour['listUsers'] = async ({ q }) => {
        if (q?.includes('"auth0|0"')) throw new Auth0Fault(fault, 'canary', { outcome: 'unknown' });
        return { users: people.slice(50, 60), total: 10 };
      };
      const { users, callsOf } = operation(people, { behaviour: { listUsers } });
      const results = await Promise.allSettled(idsOf(60).map((id) => users.find(id)));
      expect(results.map(({ status }) => status)).toEqual([
        ...Array.from({ length: 50 }, () => 'rejected'),
        ...Array.from({ length: 10 }, () => 'fulfilled'),
      ]);
      expect(callsOf('getUser')).toEqual([]);
    },
  );

  it.each([
    [400, 'invalid_query_string'],
    [414, null],
  ])('with %i %s, as one that cannot be read, is made up for by single reads', async (status, errorCode) => {
    const refusal = new Auth0Refusal({ status, errorCode, upstreamMessage: 'canary' });
    const { users } = operation(people, { behaviour: { listUsers: () => Promise.reject(refusal) } });
    const found = await Promise.all(idsOf(12).map((id) => users.find(id)));
    expect(found.map((user) => user?.id)).toEqual(idsOf(12));
  });

  it('leaves a read by id to fail by itself', async () => {
    const { users } = operation(people, {
      behaviour: {
        ...nobodyFound,
        getUser: async (id) => {
          if (id === 'auth0|2') throw new Auth0Fault('unavailable', 'canary', { outcome: 'unknown' });
          return { user_id: id };
        },
      },
    });
    const results = await Promise.allSettled(idsOf(8).map((id) => users.find(id)));
    expect(results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([2]);
    expect(results[2]).toMatchObject({ reason: { extensions: { code: 'UPSTREAM_UNAVAILABLE' } } });
  });
});

async function untilCalled(calls: readonly unknown[]): Promise<void> {
  while (calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
}
