import { expect, test } from 'vitest';
import { operationLimits } from '../../schema/limits.ts';
import { command, john, operation, person } from './support.ts';

const people = [john, ...Array.from({ length: operationLimits.calls + 5 }, (_, number) => person(number))];

test('an operation reads as often as it may, and no further', async () => {
  const { users, calls } = operation(people);
  const reads = await Promise.allSettled([
    users.findByEmail('a@example.com'),
    users.search({ query: null, sort: null, offset: 0, limit: 10 }),
    ...people.flatMap(({ user_id }) => [users.find(user_id), users.idpTokens(user_id)]),
  ]);
  expect(calls).toHaveLength(operationLimits.calls);
  const refused = reads.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(2 + 2 * people.length - operationLimits.calls);
  const reason = {
    code: 'OPERATION_TOO_COMPLEX',
    message: expect.stringContaining(`${operationLimits.calls}`),
  };
  expect(refused).toMatchObject(refused.map(() => ({ reason })));
});

test('a user who is asked for again costs nothing', async () => {
  const { users, calls } = operation(people);
  for (let round = 0; round < 2 * operationLimits.calls; round++) await users.find(john.user_id);
  expect(calls).toHaveLength(1);
});

test('a write is not kept back by what was read before it', async () => {
  const { users } = operation(people);
  await Promise.allSettled(people.map(({ user_id }) => users.find(user_id)));
  expect(await users.update(command({ name: 'J' }))).toMatchObject({ kind: 'success', applied: true });
});
