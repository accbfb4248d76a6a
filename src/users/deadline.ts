import type { CallOptions } from '../auth0/client.ts';

/** Of what is left of the deadline, and never more than so many milliseconds. */
const share = 0.2;
const longestMs = 2_000;

/** Writes by the same deadline, moved forward, so that there is time left to find out what became of it. */
export async function leavingTimeToRead<Value>(
  options: CallOptions,
  write: (options: CallOptions) => Promise<Value>,
  now = performance.now(),
): Promise<Value> {
  const { endsAt, signal } = options;
  if (endsAt === undefined) return write(options);
  const leftMs = Math.max(0, endsAt - now);
  const writeMs = leftMs - Math.min(longestMs, share * leftMs);

  // Not `any` and `timeout`: their signals, and a timer, would be left behind by every write.
  const sooner = new AbortController();
  const giveUp = () => sooner.abort(signal.reason);
  const timer = setTimeout(
    () => sooner.abort(new DOMException('The time to write is over', 'TimeoutError')),
    Math.floor(writeMs),
  );
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await write({ ...options, endsAt: now + writeMs, signal: sooner.signal });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}
