import { bodyOf } from '../../src/auth0/answer.ts';
import { Auth0Fault } from '../../src/auth0/errors.ts';
import { createPaced } from '../../src/auth0/paced.ts';
import { withRetries } from '../../src/auth0/retry.ts';
import type { Pacing } from '../../src/pacing/pacing.ts';
import { type Asked, callsOf } from './load.ts';
import type { SimulatedTenant } from './tenant.ts';
import type { Timeline } from './timeline.ts';

export type Answered = Asked & {
  readonly outcome: 'answered' | 'refused' | 'late';
  /** Until the last of its calls was sent. */
  readonly waitedMs: number;
};

/** OPERATION_TIMEOUT_MS, as it is by default. */
const timeoutMs = 10_000;

/** What `auth0/client.ts` does of each call, on a timeline and without a network. */
export function createReplica(pacing: Pacing, tenant: SimulatedTenant, timeline: Timeline) {
  return async (asked: Asked): Promise<Answered> => {
    const { method, lane, calls } = callsOf[asked.kind];
    const endsAt = timeline.now() + timeoutMs;
    const { signal } = new AbortController();
    const place = { lane, caller: asked.caller };
    let sentAt = timeline.now();
    const call = () => {
      const paced = createPaced(method === 'GET' ? pacing.read : pacing.write, { place, signal, endsAt });
      const attempt = () =>
        paced(async (heed) => {
          sentAt = timeline.now();
          const answer = await tenant.send(method);
          heed(answer);
          return bodyOf(answer);
        });
      return withRetries(attempt, { reads: method === 'GET', signal, endsAt, now: () => timeline.now() });
    };
    const faults = (await Promise.allSettled(Array.from({ length: calls }, call))).flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    for (const fault of faults)
      if (!(fault instanceof Auth0Fault) || fault.code !== 'rate_limited') throw fault;
    const isLate = timeline.now() > endsAt;
    return {
      ...asked,
      outcome: faults.length > 0 ? 'refused' : isLate ? 'late' : 'answered',
      waitedMs: sentAt - asked.at,
    };
  };
}
