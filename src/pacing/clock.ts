/** Time, as far as pacing needs any. */
export type Clock = {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Runs it once so many milliseconds have passed, unless what it gives back is called first. */
  after(ms: number, run: () => void): () => void;
};

/** The process's own: the time of `performance.now()`. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.ceil(ms), longestTimerMs));
    return () => clearTimeout(timer);
  },
};

/** `setTimeout` counts in 31 bits. */
const longestTimerMs = 2 ** 31 - 1;
