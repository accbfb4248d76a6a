import { setTimeout as sleep } from 'node:timers/promises';
import { Auth0Fault, abortFault } from './errors.ts';

export type RetryOptions = {
  /** Whether the request may arrive twice without harm. */
  readonly reads: boolean;
  readonly signal: AbortSignal;
  /** From 0 to below 1. */
  readonly random?: () => number;
};

/** Once for whatever befell a read, twice for a request that was never sent. */
const repetitions = { readers: 1, anyone: 2, nobody: 0 };
const firstPauseMs = 100;
const longestPauseMs = 400;

/** Makes the attempt again where its fault allows, after a short pause of random length, within the signal. */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const left = { ...repetitions, readers: options.reads ? repetitions.readers : 0 };
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Auth0Fault) || left[error.repeat]-- === 0) throw error;
      await pause(pauseMs, error, options);
    }
  }
}

async function pause(ms: number, fault: Auth0Fault, { signal, random = Math.random }: RetryOptions) {
  try {
    await sleep(random() * ms, undefined, { signal });
  } catch {
    throw abortFault(signal.reason, fault.outcome);
  }
}
