import type { CallOptions } from '../auth0/client.ts';

/** Of what is left of the deadline, and never more than so many milliseconds. */
const share = 0.2;
const longestMs = 2_000;

/** The same deadline, moved forward for a write, so that there is time left to find out what became of it. */
export function leavingTimeToRead(options: CallOptions, now = performance.now()): CallOptions {
  const { endsAt, signal } = options;
  if (endsAt === undefined) return options;
  const leftMs = Math.max(0, endsAt - now);
  const writeMs = leftMs - Math.min(longestMs, share * leftMs);
  return {
    ...options,
    endsAt: now + writeMs,
    signal: AbortSignal.any([signal, AbortSignal.timeout(Math.floor(writeMs))]),
  };
}
