import { Auth0Fault, abortFault, TokenRefused } from './errors.ts';
import type { WireToken } from './wire.ts';

export type FetchToken = (signal: AbortSignal) => Promise<WireToken>;

export type TokenOptions = {
  /** Monotonic, in milliseconds. */
  readonly now?: () => number;
  /** From 0 to below 1. */
  readonly random?: () => number;
};

const fetchTimeoutMs = 5_000;
/** The last fifth of a token's life is there to ride out an outage of the token endpoint. */
const renewAfter = 0.8;
const firstHoldOffMs = 250;
/** With what chance adds to it, 4.5 s: whoever is back is served within 5. */
const longestHoldOffMs = 3_000;
/** After a token was refused that had just been issued. The next one may well be refused too, so it costs one a while. */
const refusedHoldOffMs = 2_000;
/** `setTimeout` counts in 31 bits. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * The management token: one for all calls, fetched once for however many wait for it, renewed while the old one still
 * works. After a failure the endpoint is left in peace for a while, and who needs a token meanwhile is told at once.
 */
export class ManagementToken implements Disposable {
  readonly #fetchToken: FetchToken;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #disposal = new AbortController();
  #token: { readonly value: string; readonly renewAt: number; readonly expiresAt: number } | null = null;
  #fetching: Promise<string> | null = null;
  #failures = 0;
  #holdOff: { readonly until: number; readonly cause: unknown } | null = null;
  #inBackground = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    fetchToken: FetchToken,
    { now = () => performance.now(), random = Math.random }: TokenOptions = {},
  ) {
    this.#fetchToken = fetchToken;
    this.#now = now;
    this.#random = random;
  }

  /** From here on there is a token before anyone asks. */
  start(): void {
    this.#inBackground = true;
    this.#keepFresh();
  }

  isAtHand(): boolean {
    return this.#token !== null && this.#now() < this.#token.expiresAt;
  }

  /**
   * Makes the attempt with a token, and once more with another one if Auth0 does not take the first: a request
   * answered with 401 was not processed, so that even a write may be sent again.
   */
  async use<T>(attempt: (token: string) => Promise<T>, signal: AbortSignal): Promise<T> {
    const got = this.#get(signal);
    const first = typeof got === 'string' ? got : await got;
    try {
      return await attempt(first);
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      this.#drop(first, 0);
    }
    const second = await this.#get(signal);
    try {
      return await attempt(second);
    } catch (error) {
      // A fresh token was refused: the fault lies deeper, and a third would fare no better.
      if (error instanceof TokenRefused) this.#drop(second, refusedHoldOffMs);
      throw error;
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#disposal.abort();
  }

  #get(signal: AbortSignal): string | Promise<string> {
    if (signal.aborted) throw abortFault(signal.reason, 'not-applied');
    if (!this.#token || !this.isAtHand()) return untilAborted(this.#fetch(), signal);
    if (this.#now() >= this.#token.renewAt) this.#fetch().catch(ignore);
    return this.#token.value;
  }

  /** Among many who were refused with the same token, only the first drops it. */
  #drop(token: string, holdOffMs: number): void {
    if (this.#token?.value !== token) return;
    this.#token = null;
    if (holdOffMs > 0) this.#holdOffAfter(new TokenRefused(), holdOffMs);
    // The timer was set for the end of the token's life, and whoever met the refusal may be gone by now.
    this.#keepFresh();
  }

  #fetch(): Promise<string> {
    if (this.#fetching) return this.#fetching;
    const waitMs = this.#holdOff ? this.#holdOff.until - this.#now() : 0;
    if (waitMs > 0) return Promise.reject(unavailable(waitMs, this.#holdOff?.cause));
    this.#fetching = this.#fetchOnce().finally(() => {
      this.#fetching = null;
      this.#keepFresh();
    });
    return this.#fetching;
  }

  async #fetchOnce(): Promise<string> {
    const askedAt = this.#now();
    const disposed = this.#disposal.signal;
    try {
      const { accessToken, lifetimeMs } = await this.#fetchToken(
        AbortSignal.any([disposed, AbortSignal.timeout(fetchTimeoutMs)]),
      );
      this.#token = {
        value: accessToken,
        renewAt: askedAt + renewAfter * lifetimeMs,
        expiresAt: askedAt + lifetimeMs,
      };
      this.#failures = 0;
      this.#holdOff = null;
      return accessToken;
    } catch (error) {
      if (disposed.aborted) throw abortFault(disposed.reason, 'not-applied');
      const backoffMs = Math.min(firstHoldOffMs * 2 ** this.#failures++, longestHoldOffMs);
      const askedToWaitMs = error instanceof Auth0Fault ? (error.retryAfterMs ?? 0) : 0;
      throw unavailable(this.#holdOffAfter(error, Math.max(backoffMs, askedToWaitMs)), error);
    }
  }

  /** Between the time given and half as much again, so that replicas which failed together do not return together. */
  #holdOffAfter(cause: unknown, atLeastMs: number): number {
    const ms = atLeastMs * (1 + this.#random() / 2);
    this.#holdOff = { until: this.#now() + ms, cause };
    return ms;
  }

  #keepFresh(): void {
    clearTimeout(this.#timer);
    if (!this.#inBackground || this.#disposal.signal.aborted) return;
    const dueAt = Math.max(this.#token?.renewAt ?? 0, this.#holdOff?.until ?? 0);
    const waitMs = dueAt - this.#now();
    if (waitMs <= 0) this.#fetch().catch(ignore);
    else this.#timer = setTimeout(() => this.#keepFresh(), Math.min(waitMs, longestTimerMs)).unref();
  }
}

/** What the promise comes to, unless the signal is aborted first: the fetch itself goes on for the others. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(abortFault(signal.reason, 'not-applied'));
  signal.addEventListener('abort', giveUp, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', giveUp));
}

function unavailable(retryAfterMs: number, cause: unknown): Auth0Fault {
  return new Auth0Fault('credentials_unavailable', 'No management token can be had', {
    outcome: 'not-applied',
    retryAfterMs: Math.ceil(retryAfterMs),
    cause,
  });
}

/** Whoever waits for a background fetch hears of its failure; where nobody does, nobody needs to. */
function ignore(): void {}
