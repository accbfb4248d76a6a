import type { Rate, TenantBudget } from '../../src/pacing/budget.ts';
import { LocalBudget } from '../../src/pacing/local-budget.ts';
import { RedisBudget } from '../../src/replicas/redis-budget.ts';
import type { Chance } from './chance.ts';
import { openTimedRedis } from './timed-redis.ts';
import type { Timeline } from './timeline.ts';

/** How replicas go about a limit that is one for all of them. */
export type Scheme = (setting: {
  readonly replicas: number;
  readonly timeline: Timeline;
  readonly chance: Chance;
}) => Promise<Budgets>;

export type Budgets = AsyncDisposable & {
  /** One replica's, of the tenant's bucket of that rate and name. */
  create(rate: Rate, name: string): TenantBudget;
};

/** Each goes by the whole limit, corrected by what the tenant says. */
export const alone: Scheme = async ({ timeline }) =>
  byThemselves((rate) => new LocalBudget(rate, timeline.now));

/** Each goes by its part of the limit, as far as whole calls can be divided. */
export const divided: Scheme = async ({ replicas, timeline }) =>
  byThemselves(({ burst, perSecond }) => {
    const part = { burst: Math.max(1, Math.floor(burst / replicas)), perSecond: perSecond / replicas };
    return new LocalBudget(part, timeline.now);
  });

/** Together they go by the whole limit, which a Redis keeps for them. */
export function shared(redisUrl: string): Scheme {
  return async ({ timeline, chance }) => {
    const owned = new AsyncDisposableStack();
    const redis = owned.use(await openTimedRedis(redisUrl, timeline, chance));
    return {
      create: (rate, key) =>
        owned.use(new RedisBudget({ redis: redis.connect(), key, rate, clock: timeline })),
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  };
}

function byThemselves(create: (rate: Rate) => TenantBudget): Budgets {
  return { create, [Symbol.asyncDispose]: async () => {} };
}
