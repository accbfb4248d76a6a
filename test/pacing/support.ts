import type { Rate, TenantBudget } from '../../src/pacing/budget.ts';
import type { Clock } from '../../src/pacing/clock.ts';
import type { Lane, Place } from '../../src/pacing/place.ts';

/** A clock that only the test moves. */
export type VirtualClock = Clock & {
  /** Lets so much time pass, and everything happen that falls into it. */
  pass(ms: number): Promise<void>;
};

export function virtualClock(): VirtualClock {
  let nowMs = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  return {
    now: () => nowMs,
    after(ms, run) {
      const timer = { at: nowMs + Math.max(0, ms), run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async pass(ms) {
      const end = nowMs + ms;
      await settled();
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at);
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        nowMs = Math.max(nowMs, next.at);
        next.run();
        await settled();
      }
      nowMs = end;
      await settled();
    },
  };
}

/** Whatever promises have to do is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function place(caller: string, lane: Lane = 'interactive'): Place {
  return { caller, lane };
}

/** The budget, each of whose grants takes so long to arrive. */
export function slow(budget: TenantBudget, clock: Clock, ms: number): TenantBudget {
  return {
    async take(wanted) {
      const grant = await budget.take(wanted);
      await new Promise<void>((resolve) => clock.after(ms, resolve));
      return grant;
    },
    giveBack: () => budget.giveBack(),
    correct: (ticket, reading) => budget.correct(ticket, reading),
    pause: (ticket, ms, reading) => budget.pause(ticket, ms, reading),
  };
}

/** How many calls a bucket lets go at once: what flows back in a quarter of a second, or a quarter of it, is kept back. */
export function atOnce({ burst, perSecond }: Rate): number {
  return Math.max(1, burst - Math.min(burst, perSecond) / 4);
}

/** The bucket as the tenant keeps it. */
export function tenantBucket({ burst, perSecond }: Rate, now: () => number) {
  let tokens = burst;
  let filledAt = now();
  return {
    /** Whether it lets one more through, and how many whole calls it then says remain. */
    admit(): { readonly isAdmitted: boolean; readonly remaining: number } {
      tokens = Math.min(burst, tokens + ((now() - filledAt) / 1_000) * perSecond);
      filledAt = now();
      // What adding up fractions loses.
      const isAdmitted = tokens > 1 - 1e-6;
      if (isAdmitted) tokens -= 1;
      return { isAdmitted, remaining: Math.max(0, Math.floor(tokens)) };
    },
  };
}

/** The most that any stretch of time holds above what the bucket allows: 0 or less where it is kept to. */
export function excess(at: readonly number[], { burst, perSecond }: Rate): number {
  let worst = Number.NEGATIVE_INFINITY;
  // Of all stretches that end with a call, the one with the most above the rate, as in Kadane's algorithm.
  let sum = 0;
  let last = at[0] ?? 0;
  for (const time of at) {
    sum = Math.max(0, sum - ((time - last) / 1_000) * perSecond) + 1;
    last = time;
    worst = Math.max(worst, sum - burst);
  }
  return worst;
}
