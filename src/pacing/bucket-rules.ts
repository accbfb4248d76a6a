/** What every bucket goes by, wherever it is kept. */
import type { Reading } from './budget.ts';

/** What a lowered rate takes to be the whole one again. */
export const recoveryMs = 300_000;
/** No rate is lowered beyond this, unless it was lower from the start. */
export const slowestPerMs = 1 / 1_000;
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
export const probeEveryMs = 2_000;
/** Of a call: what adding up fractions of calls loses. */
export const tolerance = 1e-6;

/** How much of a bucket is kept in reserve. */
export function reserveOf(burst: number, perMs: number): number {
  return Math.min(unevennessMs * perMs, largestReserve * burst);
}

/** Between which rates, in calls a millisecond, the tenant's own must lie. */
export function ratesOf(reading: Reading | null): { readonly least: number; readonly most: number } {
  const unknown = { least: 0, most: Number.POSITIVE_INFINITY };
  if (reading === null) return unknown;
  const { limit, remaining, fullInMs } = reading;
  const missing = limit - remaining;
  if (missing <= 0 || fullInMs <= 0 || fullInMs > longestFillMs) return unknown;
  const exactMs = fullInMs - roundingMs;
  return { least: missing / fullInMs, most: exactMs > 0 ? missing / exactMs : unknown.most };
}
