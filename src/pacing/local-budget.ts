import type { Grant, Rate, Reading, TenantBudget, Ticket } from './budget.ts';

/** What a lowered rate takes to be the whole one again. */
const recoveryMs = 300_000;
/** No rate is lowered beyond this, unless it was lower from the start. */
const slowestPerMs = 1 / 1_000;
/** How much later than it is a tenant may say that its bucket is full. */
const roundingMs = 2_000;
/** A bucket that takes longer to fill is none that Auth0 has: what is said of it is no rate to go by. */
const longestFillMs = 60_000;
/**
 * How much longer one call may take to the tenant than another: a connection is made first, or the process was busy. So
 * much of what flows back is kept in reserve, or calls that were sent in time would arrive in too short a time; of a
 * bucket that is filled faster than that, this share.
 */
const unevennessMs = 250;
const largestReserve = 0.25;
/** While it is paused, one call goes in so long. */
const probeEveryMs = 2_000;
/** Of a call: what adding up fractions of calls loses. */
const tolerance = 1e-6;

/**
 * A token bucket in this process's memory, never above its own rate, corrected by what the tenant says of the real one,
 * which others empty too.
 *
 * An answer is old when it arrives: calls were granted since, and the bucket was filled. What is taken from it is the
 * most that can be left, so that calls which only this process makes are never slowed by news of themselves.
 */
export class LocalBudget implements TenantBudget {
  readonly #most: { readonly burst: number; readonly perMs: number };
  readonly #now: () => number;
  #burst: number;
  #perMs: number;
  #tokens: number;
  #filledAt: number;
  #pause = { until: Number.NEGATIVE_INFINITY, probeAt: 0, since: 0 };
  /** How many calls were granted, ever. */
  #count = 0;
  /** How many had been when the rate was last lowered. */
  #loweredAt = 0;

  /** @param now milliseconds that only ever grow */
  constructor({ burst, perSecond }: Rate, now: () => number) {
    this.#most = { burst, perMs: perSecond / 1_000 };
    this.#now = now;
    this.#perMs = this.#most.perMs;
    this.#burst = this.#withoutReserve(burst);
    this.#tokens = this.#burst;
    this.#filledAt = now();
  }

  take(wanted: number): Grant {
    const now = this.#fill();
    const pausedMs = Math.max(0, this.#pause.until - now);
    const probeMs = Math.max(0, this.#pause.probeAt - now);
    const mostNow = pausedMs === 0 ? wanted : Math.min(wanted, probeMs === 0 ? 1 : 0);
    const granted = Math.max(0, Math.min(mostNow, Math.floor(this.#tokens + tolerance)));
    this.#tokens -= granted;
    this.#count += granted;
    if (pausedMs > 0 && granted > 0) this.#pause.probeAt = now + probeEveryMs;
    return {
      granted,
      ticket: { at: now, count: this.#count },
      forecast: {
        pausedMs,
        probeMs: Math.max(0, this.#pause.probeAt - now),
        refillMs: (1 - this.#tokens) / this.#perMs,
        intervalMs: 1 / this.#perMs,
      },
    };
  }

  giveBack(): void {
    this.#fill();
    this.#tokens = Math.min(this.#burst, this.#tokens + 1);
    this.#count--;
  }

  correct({ at, count }: Ticket, reading: Reading | null): void {
    const now = this.#fill();
    if (count > this.#pause.since) this.#pause.until = now;
    if (reading === null) return;
    const { limit, remaining } = reading;
    this.#resize(limit);
    const sentSince = Math.max(0, this.#count - count);
    // One more than it says, since it says whole calls.
    const mostLeft = remaining + 1 + (now - at) * this.#perMs - sentSince;
    this.#tokens = Math.min(this.#tokens, Math.max(0, mostLeft));
  }

  pause({ count }: Ticket, ms: number, reading: Reading | null): void {
    const now = this.#fill();
    this.#pause = {
      until: Math.max(this.#pause.until, now + ms),
      probeAt: now + probeEveryMs,
      since: this.#count,
    };
    this.#tokens = Math.min(this.#tokens, 0);
    if (reading) this.#resize(reading.limit);
    // Calls that were under way together are refused together, which is one reason to go slower, not several.
    if (count <= this.#loweredAt) return;
    this.#loweredAt = this.#count;
    const { least, most } = ratesOf(reading);
    const halved = Math.min(Math.max(this.#perMs / 2, least), most);
    this.#perMs = Math.min(this.#perMs, Math.max(halved, Math.min(slowestPerMs, this.#most.perMs)));
  }

  #resize(limit: number): void {
    this.#burst = this.#withoutReserve(Math.min(this.#most.burst, limit));
    this.#tokens = Math.min(this.#tokens, this.#burst);
  }

  #withoutReserve(burst: number): number {
    return Math.max(1, burst - Math.min(unevennessMs * this.#most.perMs, largestReserve * burst));
  }

  #fill(): number {
    const now = this.#now();
    const ms = now - this.#filledAt;
    this.#filledAt = now;
    this.#tokens = Math.min(this.#burst, this.#tokens + ms * this.#perMs);
    this.#perMs = Math.min(this.#most.perMs, this.#perMs + (ms / recoveryMs) * this.#most.perMs);
    return now;
  }
}

/** Between which rates, in calls a millisecond, the tenant's own must lie. */
function ratesOf(reading: Reading | null): { readonly least: number; readonly most: number } {
  const unknown = { least: 0, most: Number.POSITIVE_INFINITY };
  if (reading === null) return unknown;
  const { limit, remaining, fullInMs } = reading;
  const missing = limit - remaining;
  if (missing <= 0 || fullInMs <= 0 || fullInMs > longestFillMs) return unknown;
  const exactMs = fullInMs - roundingMs;
  return { least: missing / fullInMs, most: exactMs > 0 ? missing / exactMs : unknown.most };
}
