/** Where each call waits for the tenant's budget. */
import { expect, it } from 'vitest';
import type { Users } from '../../schema/context.ts';
import { Auth0Fault } from '../../src/auth0/errors.ts';
import { type Behaviour, command, john, operation, person } from './support.ts';

const people = [john, ...Array.from({ length: 7 }, (_, number) => person(number))];
const someIds = (most: number) => people.slice(0, most).map(({ user_id: id }) => id);
const rename = command({ name: 'J' });
const unanswered: Behaviour = {
  updateUser: async () => {
    throw new Auth0Fault('unavailable', 'canary', { outcome: 'unknown' });
  },
};

it.each<[string, (users: Users) => Promise<unknown>, readonly string[], Behaviour?]>([
  ['a user', (users) => users.find(john.user_id), ['getUser interactive']],
  [
    'a handful of users',
    (users) => Promise.all(someIds(2).map((id) => users.find(id))),
    ['getUser interactive', 'getUser interactive'],
  ],
  ['many users', (users) => Promise.all(someIds(6).map((id) => users.find(id))), ['listUsers bulk']],
  [
    'those of many users that a search does not find',
    (users) => Promise.all([...someIds(6), 'auth0|nobody'].map((id) => users.find(id))),
    ['listUsers bulk', 'getUser bulk'],
  ],
  ['tokens', (users) => users.idpTokens(john.user_id), ['getIdpTokens interactive']],
  [
    'tokens of many',
    (users) => Promise.all(someIds(6).map((id) => users.idpTokens(id))),
    Array(6).fill('getIdpTokens bulk'),
  ],
  ['an address', (users) => users.findByEmail('a@example.com'), ['usersByEmail interactive']],
  [
    'a search',
    (users) => users.search({ query: 'name:J', sort: null, offset: 0, limit: 5 }),
    ['listUsers bulk'],
  ],
  ['an update', (users) => users.update(rename), ['updateUser interactive']],
  [
    'an update that has to know of before',
    (users) => users.update({ ...rename, tellChanges: true }),
    ['getUser interactive', 'updateUser interactive'],
  ],
  [
    'an update without an answer',
    (users) => users.update(rename),
    ['updateUser interactive', 'getUser reconciliation'],
    unanswered,
  ],
])('%s waits in its lane, as its caller', async (_, ask, places, behaviour = {}) => {
  const { users, calls } = operation(people, { caller: 'auth0|caller', behaviour });
  await ask(users).catch(() => {});
  expect(calls.map(({ name, options }) => `${name} ${options.place?.lane}`)).toEqual(places);
  for (const { options } of calls) expect(options.place?.caller).toBe('auth0|caller');
});

it('an update that was begun before is looked for before all else', async () => {
  const { users, calls } = operation(people, {
    caller: 'auth0|caller',
    once: async (_key, _request, work) => work.resume(john),
  });
  await users.update({ ...rename, idempotencyKey: 'key' }).catch(() => {});
  expect(calls.map(({ options }) => options.place)).toEqual([
    { lane: 'reconciliation', caller: 'auth0|caller' },
  ]);
});
