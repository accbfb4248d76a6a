/**
 * Two clocks. Tokens are judged by the date, which may be set forward or back while the process runs; how long
 * something has been kept is told by the uptime, which only grows.
 */
export type Clock = {
  readonly date: () => Date;
  readonly uptimeMs: () => number;
};

export const systemClock: Clock = { date: () => new Date(), uptimeMs: () => performance.now() };
