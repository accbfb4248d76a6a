import { type Forecast, type Grant, type Reading, type TenantBudget, type Ticket, waitOf } from './budget.ts';
import { type Clock, systemClock } from './clock.ts';
import { FairQueue } from './fair-queue.ts';
import type { Place } from './place.ts';

export type Admission = {
  readonly place: Place;
  /** Whoever aborts it has left. */
  readonly signal: AbortSignal;
  /** When the call has to be over, in the clock's time. Absent: it waits as long as it takes. */
  readonly endsAt?: number | undefined;
  /** It had its turn, and the tenant refused it: it goes before what else waits for its caller. */
  readonly isRepeated?: boolean;
};

/** There will be no budget for the call in time. */
export class OverBudget extends Error {
  /** When there will be, as things stand. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('The budget of calls to the tenant is used up');
    this.name = 'OverBudget';
    this.retryAfterMs = retryAfterMs;
  }
}

/** Nothing is let go any more. */
export class PacerStopped extends Error {
  constructor() {
    super('The pacer was stopped');
    this.name = 'PacerStopped';
  }
}

export type PacerOptions = {
  readonly clock?: Clock;
  /** How many calls may wait. Default 5,000. */
  readonly mostWaiting?: number;
};

/** What an answer takes, and at most this share of the time there is: who is let go later than that is let go in vain. */
const answerMs = 250;
const answerShare = 0.25;

/** While the budget is being asked. */
const unknownWaitMs = 1_000;

type Waiter = Admission & {
  /** When it must be let go. */
  readonly latest: number;
  readonly admitted: PromiseWithResolvers<Ticket>;
  /** Once it has been told to wait: ends what watches over it. */
  stopWatch: (() => void) | null;
};

/** Lets calls go when there is budget for them, each in its turn, and refuses those whose turn would come too late. */
export class Pacer implements Disposable {
  readonly #budget: TenantBudget;
  readonly #clock: Clock;
  readonly #queue: FairQueue<Waiter>;
  #isTaking = false;
  /** While the budget was being asked. */
  #hasChanged = false;
  /** The last forecast, and when it was made; `null`: nobody has to wait. */
  #forecast: { readonly at: number; readonly from: Forecast } | null = null;
  #stopTimer: (() => void) | null = null;

  constructor(budget: TenantBudget, { clock = systemClock, mostWaiting = 5_000 }: PacerOptions = {}) {
    this.#budget = budget;
    this.#clock = clock;
    this.#queue = new FairQueue(mostWaiting);
  }

  /**
   * Leave to send one call: at once where there is budget and nobody waits, else when its turn comes.
   *
   * Rejects with `OverBudget` where the wait would foreseeably outlast the deadline, else right before it does, and with
   * the signal's reason where whoever waits has left. Then nothing was taken.
   *
   * @throws The signal's reason, where nobody waits from the start.
   */
  admit(admission: Admission): Ticket | Promise<Ticket> {
    admission.signal.throwIfAborted();
    const asked = this.#queue.size === 0 && !this.#isTaking ? this.#budget.take(1) : null;
    if (asked && !(asked instanceof Promise) && asked.granted > 0) return asked.ticket;
    const waiter = this.#enqueue(admission);
    admission.place.others?.((other) => this.#queue.offer(waiter, other));
    if (asked) void this.#take(asked);
    else this.#judge(waiter);
    return waiter.admitted.promise;
  }

  /** One that was let go was not sent. */
  giveBack(): void {
    this.#budget.giveBack();
    void this.#take();
  }

  /** It was answered, and what the answer told. */
  correct(ticket: Ticket, reading: Reading | null): void {
    this.#budget.correct(ticket, reading);
    // It may have ended a pause.
    if (this.#forecast && this.#forecast.from.pausedMs > 0) void this.#take();
  }

  /** The tenant refused it for its rate. */
  pause(ticket: Ticket, ms: number, reading: Reading | null): void {
    this.#budget.pause(ticket, ms, reading);
    void this.#take();
  }

  /** Whoever waits is told that it ends here. */
  [Symbol.dispose](): void {
    this.#stopTimer?.();
    for (const waiter of this.#queue.items()) this.#refuse(waiter, new PacerStopped());
  }

  #enqueue(admission: Admission): Waiter {
    const { endsAt = Number.POSITIVE_INFINITY, place, isRepeated } = admission;
    const leftMs = Math.max(0, endsAt - this.#clock.now());
    const waiter: Waiter = {
      ...admission,
      latest: endsAt - Math.min(answerMs, answerShare * leftMs),
      admitted: Promise.withResolvers(),
      stopWatch: null,
    };
    const inTheWay = this.#queue.add(waiter, place, isRepeated);
    if (inTheWay) this.#refuse(inTheWay, this.#overBudget(this.#queue.size));
    return waiter;
  }

  /**
   * Hands out what there is, and comes again when there is more.
   *
   * @param asked what was asked for already, for one.
   */
  async #take(asked: Grant | Promise<Grant> | null = null): Promise<void> {
    if (this.#isTaking) {
      this.#hasChanged = true;
      return;
    }
    this.#isTaking = true;
    this.#stopTimer?.();
    this.#stopTimer = null;
    do {
      this.#hasChanged = false;
      this.#forecast = null;
      while (this.#queue.size > 0 && this.#forecast === null) {
        const wanted = asked ? 1 : this.#queue.size;
        const grant = asked ?? this.#budget.take(wanted);
        asked = null;
        const { granted, ticket, forecast } = grant instanceof Promise ? await this.#watching(grant) : grant;
        this.#handOut(granted, ticket);
        if (granted < wanted) this.#forecast = { at: this.#clock.now(), from: forecast };
      }
    } while (this.#hasChanged);
    this.#isTaking = false;
    if (!this.#forecast) return;
    for (const waiter of this.#queue.items()) this.#judge(waiter);
    if (this.#queue.size === 0) this.#forecast = null;
    else this.#stopTimer = this.#clock.after(this.#waitOf(0), () => void this.#take());
  }

  /** The budget may keep one waiting, and nobody is kept by it beyond their deadline. */
  #watching(grant: Promise<Grant>): Promise<Grant> {
    for (const waiter of this.#queue.items()) this.#judge(waiter);
    return grant;
  }

  #handOut(granted: number, ticket: Ticket): void {
    for (let left = granted; left > 0; left--) {
      const waiter = this.#queue.next();
      if (waiter) {
        waiter.stopWatch?.();
        waiter.admitted.resolve(ticket);
      } else {
        // They left while the budget was being asked.
        this.#budget.giveBack();
      }
    }
  }

  /** Who cannot be let go in time is refused, who can is watched over while it waits. */
  #judge(waiter: Waiter): void {
    if (!this.#queue.has(waiter)) return;
    if (waiter.signal.aborted) this.#refuse(waiter, waiter.signal.reason as Error);
    else if (this.#clock.now() + this.#leastWaitOf(waiter) > waiter.latest)
      this.#refuse(waiter, this.#overBudget(this.#queue.ahead(waiter)));
    else waiter.stopWatch ??= this.#watch(waiter);
  }

  /** Counts who goes before it once, when it comes; later, only what is the same for all who wait. */
  #leastWaitOf(waiter: Waiter): number {
    if (waiter.stopWatch === null) return this.#waitOf(this.#queue.ahead(waiter));
    return this.#waitOf(this.#queue.peek() === waiter ? 0 : 1);
  }

  #watch(waiter: Waiter): () => void {
    const { signal, latest } = waiter;
    const leave = () => this.#refuse(waiter, signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    const stopTimer =
      latest === Number.POSITIVE_INFINITY
        ? () => {}
        : this.#clock.after(Math.max(0, latest - this.#clock.now()), () =>
            this.#refuse(waiter, this.#overBudget(this.#queue.ahead(waiter))),
          );
    return () => {
      signal.removeEventListener('abort', leave);
      stopTimer();
    };
  }

  #refuse(waiter: Waiter, reason: Error): void {
    this.#queue.remove(waiter);
    waiter.stopWatch?.();
    waiter.admitted.reject(reason);
  }

  #overBudget(ahead: number): OverBudget {
    return new OverBudget(this.#forecast ? Math.max(1, Math.ceil(this.#waitOf(ahead))) : unknownWaitMs);
  }

  /** From now on. */
  #waitOf(ahead: number): number {
    if (!this.#forecast) return 0;
    const { at, from } = this.#forecast;
    const passedMs = this.#clock.now() - at;
    const { pausedMs, probeMs, refillMs, intervalMs } = from;
    return waitOf(
      {
        pausedMs: pausedMs - passedMs,
        probeMs: probeMs - passedMs,
        refillMs: refillMs - passedMs,
        intervalMs,
      },
      ahead,
    );
  }
}
