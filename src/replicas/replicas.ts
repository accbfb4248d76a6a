import { createHash } from 'node:crypto';
import type { CreateBudget } from '../pacing/pacing.ts';
import { RedisConnection, type RedisHealth } from '../redis/connection.ts';
import type { WriteNews } from '../users/write-news.ts';
import { RedisBudget } from './redis-budget.ts';
import { RedisWriteNews } from './redis-write-news.ts';

export type ReplicasOptions = {
  readonly redisUrl: string;
  /** What nobody but these replicas knows. */
  readonly secret: string;
  /** The tenant they all stand in front of. */
  readonly tenant: string;
  /** For how long a write is news. */
  readonly newsMs: number;
  readonly onNewsChange?: (isConnected: boolean) => void;
  readonly onRedisChange?: (health: RedisHealth) => void;
  readonly onBudgetChange?: (change: {
    readonly budget: 'read' | 'write';
    readonly isShared: boolean;
    readonly replicas: number;
  }) => void;
};

/** What the replicas of a deployment have in common, through their Redis. */
export type Replicas = AsyncDisposable & {
  readonly redis: RedisConnection;
  readonly news: WriteNews;
  readonly createBudget: CreateBudget;
};

export function joinReplicas(options: ReplicasOptions): Replicas {
  const {
    redisUrl: url,
    secret,
    newsMs: keepMs,
    onNewsChange = () => {},
    onRedisChange = () => {},
    onBudgetChange = () => {},
  } = options;
  const tenant = createHash('sha256').update(options.tenant).digest('base64url');
  const owned = new AsyncDisposableStack();
  const redis = owned.use(new RedisConnection({ url }));
  redis.onChange(onRedisChange);
  return {
    redis,
    news: owned.use(new RedisWriteNews({ redis, secret, tenant, keepMs, onChange: onNewsChange })),
    createBudget: (rate, name) =>
      owned.use(
        new RedisBudget({
          redis,
          key: `auth0-users-graphql:budget:${tenant}:${name}`,
          rate,
          onChange: (change) => onBudgetChange({ budget: name, ...change }),
        }),
      ),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
