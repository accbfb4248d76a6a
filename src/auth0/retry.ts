import { setTimeout as sleep } from 'node:timers/promises';
import { Auth0Fault, abortFault, type FaultCode, HeldBack } from './errors.ts';
import type { RetryBudget } from './retry-budget.ts';

export type RetryOptions = {
  /** Whether the request may arrive twice without harm. */
  readonly reads: boolean;
  readonly signal: AbortSignal;
  /** When the signal will be aborted, in the time of `now`. Where that is not known, a 429 is the last word. */
  readonly endsAt?: number | undefined;
  readonly budget?: RetryBudget;
  /** Told before each other attempt what became of the last one. */
  readonly onRetry?: (fault: FaultCode) => void;
  /** Monotonic, in milliseconds. */
  readonly now?: () => number;
  /** From 0 to below 1. */
  readonly random?: () => number;
};

/** The longest pause before each repetition; there is none beyond these. */
const pausesMs = [50, 400] as const;
/** An answer that makes no sense is likely to be given again. */
const mostSenselessAnswers = 1;

/**
 * Makes the attempt again where its fault allows and there is time: after a pause of random length within the budget,
 * or once, and at once, after a 429: the attempt itself then waits until there should be a slot (`paced.ts`).
 */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { budget, endsAt = Number.POSITIVE_INFINITY, now = () => performance.now() } = options;
  let pauses: Pauses | undefined;
  budget?.countRequest();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const ms = error instanceof Auth0Fault ? (pauses ??= new Pauses(options)).after(error) : null;
      if (ms === null || now() + ms >= endsAt) throw error;
      if (!isRateLimited(error)) await pause(ms, error as Auth0Fault, options.signal);
      options.onRetry?.((error as Auth0Fault).code);
    }
  }
}

class Pauses {
  readonly #options: RetryOptions;
  #repetitions = 0;
  #senselessAnswers = 0;
  #hasWaitedForSlot = false;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /** `null`: there is to be no other attempt. */
  after(fault: Auth0Fault): number | null {
    if (fault instanceof HeldBack) return null;
    return isRateLimited(fault) ? this.#untilSlot(fault) : this.#beforeRepetition(fault);
  }

  #untilSlot({ retryAfterMs }: Auth0Fault): number | null {
    if (this.#options.endsAt === undefined || this.#hasWaitedForSlot) return null;
    this.#hasWaitedForSlot = true;
    return retryAfterMs;
  }

  #beforeRepetition({ code, repeat }: Auth0Fault): number | null {
    const { reads, budget, random = Math.random } = this.#options;
    const longestMs = pausesMs[this.#repetitions++];
    if (longestMs === undefined || repeat === 'nobody' || (repeat === 'readers' && !reads)) return null;
    if (code === 'bad_response' && this.#senselessAnswers++ >= mostSenselessAnswers) return null;
    return budget?.take() === false ? null : random() * longestMs;
  }
}

function isRateLimited(error: unknown): boolean {
  return error instanceof Auth0Fault && error.code === 'rate_limited';
}

async function pause(ms: number, fault: Auth0Fault, signal: AbortSignal) {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw abortFault(signal.reason, fault.outcome);
  }
}
