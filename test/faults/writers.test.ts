/** Several writers of one user, who all have read it in the same state: every order in which their calls may arrive. */
import { describe, expect, it } from 'vitest';
import type { UpdateUserOutcome } from '../../schema/context.ts';
import type { WireUser } from '../../src/auth0/wire.ts';
import { command, john, operation } from '../users/support.ts';

const readAt = new Date(String(john['updated_at']));

/** Each writer makes two calls, a read and a PATCH; in which order, the list of writers says. */
async function perform(order: readonly number[]) {
  let stored: WireUser = john;
  let patches = 0;
  const waiting = new Map<number, () => void>();
  const turn = (writer: number) => new Promise<void>((resolve) => void waiting.set(writer, resolve));

  const write = async (writer: number): Promise<UpdateUserOutcome> => {
    const { users } = operation([], {
      behaviour: {
        getUser: async () => {
          await turn(writer);
          return stored;
        },
        updateUser: async (_, patch) => {
          await turn(writer);
          stored = {
            ...stored,
            ...patch,
            updated_at: `2026-03-01T00:00:0${++patches}.000Z`,
            user_id: john.user_id,
          };
          return stored;
        },
      },
    });
    return users.update(command({ name: String(writer) }, { ifUnmodifiedSince: readAt }));
  };
  const outcomes = Array.from(new Set(order), write);
  for (const writer of order) {
    await settled();
    waiting.get(writer)?.();
    waiting.delete(writer);
  }
  return { outcomes: await Promise.all(outcomes), stored };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function ordersOf(calls: readonly number[]): number[][] {
  if (calls.length === 0) return [[]];
  return [...new Set(calls)].flatMap((first) => {
    const rest = [...calls];
    rest.splice(rest.indexOf(first), 1);
    return ordersOf(rest).map((order) => [first, ...order]);
  });
}

describe.each([
  [2, 6, [0, 0, 1, 1]],
  [3, 90, [0, 0, 1, 1, 2, 2]],
])('%i writers', (_, count, calls) => {
  const orders = ordersOf(calls);

  it(`in each of ${count} orders: whoever reads after a write is told of the conflict, with the user as it is`, async () => {
    expect(orders).toHaveLength(count);
    for (const order of orders) {
      const { outcomes, stored } = await perform(order);
      // The PATCH of a writer comes with its second turn, unless it read too late.
      const firstWrite = order.findIndex((writer, at) => order.indexOf(writer) < at);
      const writers = [...new Set(order)];
      const inTime = writers.filter((writer) => order.indexOf(writer) < firstWrite);
      for (const [at, outcome] of outcomes.entries()) {
        const writer = Number(writers[at]);
        expect([order, outcome.kind]).toEqual([order, inTime.includes(writer) ? 'success' : 'conflict']);
        if (outcome.kind === 'conflict') expect(inTime.map(String)).toContain(outcome.current.name);
      }
      // Those who read before anybody wrote cannot be told apart by Auth0: the last of them stands.
      const last = order.findLast((writer) => inTime.includes(writer));
      expect([order, stored['name']]).toEqual([order, String(last)]);
    }
  });
});
