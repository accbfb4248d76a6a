/** Whether there is a user is told only to those who may know it. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CallerName, type Cast, type Reply, startCast, users } from '../support/cast.ts';

let cast: Cast;
beforeAll(async () => {
  cast = await startCast();
});
afterAll(() => cast[Symbol.asyncDispose]());
beforeEach(() => void cast.takeUpstreamCalls());

const missing = 'auth0|nobody';
const impossible = ['', 'auth0', '|', '..', '../../clients', 'auth0|\0', `auth0|${'x'.repeat(300)}`];
const notTheirs = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(missing, ...impossible));

describe.for<CallerName>(['none', 'self', 'prof', 'meta', 'idp', 'upd', 'app', 'mcur', 'mnon'])(
  'to %s, who may not read every user,',
  (caller) => {
    test('a user of somebody else and no user at all read the same, to the byte', async () => {
      await expectSame((id) => read(caller, id));
      await expectSame((id) => represent(caller, id));
    });
  },
);

describe.for<CallerName>(['none', 'self', 'prof', 'meta', 'idp', 'read', 'mcur', 'mnon'])(
  'to %s, who may not update every user,',
  (caller) => {
    test('updates of somebody else and of no user at all are refused alike, to the byte', async () => {
      await expectSame((id) => rename(caller, id));
    });

    test('a dry run and a condition make no difference', async () => {
      await expectSame((id) => tryOn(caller, id));
    });
  },
);

describe('to who may read every user', () => {
  test.for([missing, ...impossible])('there is none called %j', async (id) => {
    for (const caller of ['read', 'supp', 'admn', 'mach'] as const) {
      expect(await read(caller, id)).toMatchObject({ data: { user: null }, errors: [] });
      expect(await represent(caller, id)).toMatchObject({ data: { _entities: [null] }, errors: [] });
    }
  });
});

describe('to who may update every user', () => {
  test.for([missing, ...impossible])('there is none called %j', async (id) => {
    for (const caller of ['upd', 'admn', 'mach'] as const) {
      const { data } = await rename(caller, id);
      expect(data).toMatchObject({ updateUser: { __typename: 'UserNotFound' } });
    }
  });

  test('so is told whose app metadata they may update alone', async () => {
    const { data } = await cast.ask('app', update, { id: missing, input: { appMetadata: { plan: 'gold' } } });
    expect(data).toMatchObject({ updateUser: { __typename: 'UserNotFound' } });
  });
});

/** That the answer is the one given about another's user, whatever the id is, and that nothing is asked upstream. */
async function expectSame(ask: (id: string) => Promise<Reply>): Promise<void> {
  const { text, errors } = await ask(users.another);
  expect(errors).toHaveLength(1);
  expect(['FORBIDDEN', 'UNAUTHENTICATED']).toContain(errors[0]?.extensions.code);
  for (const id of [missing, ...impossible]) expect((await ask(id)).text).toBe(text);
  await fc.assert(
    fc.asyncProperty(notTheirs, async (id) => (await ask(id)).text === text),
    { numRuns: 30 },
  );
  expect(cast.takeUpstreamCalls()).toEqual([]);
}

const update = `mutation ($id: ID!, $input: UpdateUserInput!, $dryRun: Boolean! = false, $since: DateTime) {
  updateUser(id: $id, input: $input, dryRun: $dryRun, ifUnmodifiedSince: $since) { __typename }
}`;

function read(caller: CallerName, id: string): Promise<Reply> {
  return cast.ask(caller, 'query ($id: ID!) { user(id: $id) { id } }', { id });
}

/** As routers ask for users. */
function represent(caller: CallerName, id: string): Promise<Reply> {
  const query =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';
  return cast.ask(caller, query, { representations: [{ __typename: 'User', id }] });
}

function rename(caller: CallerName, id: string): Promise<Reply> {
  return cast.ask(caller, update, { id, input: { name: 'New' } });
}

function tryOn(caller: CallerName, id: string): Promise<Reply> {
  const since = '2000-01-01T00:00:00.000Z';
  return cast.ask(caller, update, { id, input: { name: 'New' }, dryRun: true, since });
}
