import { Auth0Fault, type FaultCode } from './errors.ts';

export type CircuitState = 'open' | 'closed';

/** Failures one after the other, without a single answer between them. */
const failuresToOpen = 10;
const pauseMs = 2_000;
/** A tenant that is well answers sooner. What is sent with less time left says something about the caller alone. */
const fairMs = 1_000;

/**
 * Leaves a tenant in peace that cannot be reached or fails: after so many failures in a row, requests are refused at
 * once, but for one in every pause, which finds out whether it is back. Any answer it gave on purpose closes the
 * circuit again, a refusal or a 429 as well.
 */
export class Circuit {
  readonly #onChange: (state: CircuitState) => void;
  readonly #now: () => number;
  #failures = 0;
  #nextAt = 0;

  /** @param now monotonic, in milliseconds. */
  constructor(onChange: (state: CircuitState) => void, now: () => number = () => performance.now()) {
    this.#onChange = onChange;
    this.#now = now;
  }

  /**
   * Before an attempt.
   *
   * @throws {Auth0Fault} Where there is to be none: the circuit is open.
   */
  admit(): void {
    if (!this.#isOpen()) return;
    const now = this.#now();
    if (now < this.#nextAt)
      throw new Auth0Fault('unavailable', 'Auth0 has been failing, and is left in peace for a moment', {
        outcome: 'not-applied',
        retryAfterMs: Math.ceil(this.#nextAt - now),
      });
    this.#nextAt = now + pauseMs;
  }

  /** After one that was answered. */
  succeeded(): void {
    const wasOpen = this.#isOpen();
    this.#failures = 0;
    if (wasOpen) this.#onChange('closed');
  }

  /**
   * After one that was not, or not as was hoped for.
   *
   * @param blames whether a failure may be the tenant's fault, and not that of what was asked
   */
  failed(error: unknown, blames = true): void {
    if (!isFailure(error)) this.succeeded();
    else if (blames && isTelling(error)) this.#fail();
  }

  #fail(): void {
    this.#failures++;
    if (this.#failures !== failuresToOpen) return;
    this.#nextAt = this.#now() + pauseMs;
    this.#onChange('open');
  }

  #isOpen(): boolean {
    return this.#failures >= failuresToOpen;
  }
}

/** No answer that the tenant gave on purpose. */
function isFailure(error: unknown): error is Auth0Fault {
  return error instanceof Auth0Fault && isUnanswered.has(error.code);
}

const isUnanswered: ReadonlySet<FaultCode> = new Set(['unavailable', 'timeout', 'aborted']);

/** One that was given up, or ran out of time before it was sent or shortly after, says nothing about the tenant. */
function isTelling({ code, outcome, waitedMs }: Auth0Fault): boolean {
  const hadTime = waitedMs === null || waitedMs >= fairMs;
  return code === 'unavailable' || (code === 'timeout' && outcome === 'unknown' && hadTime);
}
