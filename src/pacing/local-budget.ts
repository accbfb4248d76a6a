import { probeEveryMs, ratesOf, recoveryMs, reserveOf, slowestPerMs, tolerance } from './bucket-rules.ts';
import type { Grant, Rate, Reading, TenantBudget, Ticket } from './budget.ts';

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

  /**
   * @param now milliseconds that only ever grow
   * @param tokens how many calls there are to begin with; default: as many as it holds.
   */
  constructor({ burst, perSecond }: Rate, now: () => number, tokens = Number.POSITIVE_INFINITY) {
    this.#most = { burst, perMs: perSecond / 1_000 };
    this.#now = now;
    this.#perMs = this.#most.perMs;
    this.#burst = this.#withoutReserve(burst);
    this.#tokens = Math.min(tokens, this.#burst);
    this.#filledAt = now();
  }

  /** How many calls it holds, and how many it would take until it is full. */
  level(): { readonly left: number; readonly missing: number } {
    this.#fill();
    return { left: this.#tokens, missing: this.#burst - this.#tokens };
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
    return Math.max(1, burst - reserveOf(burst, this.#most.perMs));
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
