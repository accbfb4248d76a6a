import type { HttpAnswer } from '../../src/auth0/exchange.ts';
import { createRateLimiter, type RateLimit } from '../../src/sandbox/rate-limit.ts';
import type { Chance } from './chance.ts';
import type { Timeline } from './timeline.ts';

export type Method = 'GET' | 'PATCH';

export type SimulatedTenant = {
  /** One call, there and back. */
  send(method: Method): Promise<HttpAnswer>;
  /** When calls arrived, and whether they were let through. */
  readonly arrivals: readonly Arrival[];
};

export type Arrival = { readonly at: number; readonly method: Method; readonly isRefused: boolean };

/** Any time will do, but for its part of a second: headers are told in whole ones. */
const startedAt = Date.UTC(2026, 10, 24) + 250;

/** A tenant with the sandbox's rate limit, some way off. */
export function createTenant(limit: RateLimit, timeline: Timeline, chance: Chance): SimulatedTenant {
  const wall = () => startedAt + timeline.now();
  const admit = createRateLimiter(limit, { monotonic: () => timeline.now(), wall });
  const arrivals: Arrival[] = [];
  return {
    arrivals,
    async send(method) {
      await timeline.sleep(onTheWayMs(chance));
      const { headers, refusal } = admit(method, '/api/v2/users');
      arrivals.push({ at: timeline.now(), method, isRefused: refusal !== undefined });
      const date = new Date(wall()).toUTCString();
      if (refusal === undefined) await timeline.sleep(atWorkMs(chance));
      await timeline.sleep(onTheWayMs(chance));
      return { status: refusal === undefined ? 200 : 429, headers: { ...headers, date }, text: '{}' };
    },
  };
}

/** Mostly some 25 ms; at times a connection has to be made first, or a packet is lost. */
function onTheWayMs(chance: Chance): number {
  return Math.min(200, 10 + chance.exponential(15));
}

function atWorkMs(chance: Chance): number {
  return 20 + chance.exponential(20);
}
