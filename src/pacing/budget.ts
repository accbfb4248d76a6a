/** How fast calls may go: so many at once, and so many a second after that. */
export type Rate = { readonly burst: number; readonly perSecond: number };

/**
 * How many calls the tenant may still be sent. One process's memory answers it (`local-budget.ts`); so can what several
 * replicas have in common. None of its functions fails: a budget that cannot be looked up is a smaller one.
 */
export interface TenantBudget {
  /** As many of the calls wanted as there is budget for, which then are taken. */
  take(wanted: number): Grant | Promise<Grant>;
  /** One that was taken and not sent. */
  giveBack(): void;
  /** The tenant answered one of the calls that came with the ticket, and what it said of its bucket. */
  correct(ticket: Ticket, reading: Reading | null): void;
  /**
   * It refused that call for its rate: nothing is granted for so long, but a call now and then that finds out whether
   * the tenant means it. One that is answered ends the pause.
   */
  pause(ticket: Ticket, ms: number, reading: Reading | null): void;
}

export type Grant = {
  /** How many, from none to all that were wanted. */
  readonly granted: number;
  readonly ticket: Ticket;
  readonly forecast: Forecast;
};

/** When the calls were granted, and how many had been by then. */
export type Ticket = { readonly at: number; readonly count: number };

/** When there will be budget for the next calls, counted from the grant. */
export type Forecast = {
  /** Nothing before, */
  readonly pausedMs: number;
  /** but one call, to find out. */
  readonly probeMs: number;
  /** Till there is one more; negative where there is more than one. */
  readonly refillMs: number;
  /** Between one and the next. */
  readonly intervalMs: number;
};

/** The tenant's bucket, as its answers tell it. */
export type Reading = {
  /** How many calls it holds when it is full. */
  readonly limit: number;
  readonly remaining: number;
  /** Till it is full again. Told in whole seconds by two clocks: up to two seconds more than it is. */
  readonly fullInMs: number;
};

/** How long until so many calls, beside those that go before, can be expected to have been granted. */
export function waitOf({ pausedMs, probeMs, refillMs, intervalMs }: Forecast, ahead: number): number {
  const idleMs = ahead === 0 ? Math.min(pausedMs, probeMs) : pausedMs;
  return Math.max(0, idleMs, refillMs + ahead * intervalMs);
}
