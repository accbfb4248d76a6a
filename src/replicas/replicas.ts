import { createHash } from 'node:crypto';
import { RedisConnection, type RedisHealth } from '../redis/connection.ts';
import type { WriteNews } from '../users/write-news.ts';
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
};

/** What the replicas of a deployment have in common, through their Redis. */
export type Replicas = AsyncDisposable & {
  readonly redis: RedisConnection;
  readonly news: WriteNews;
};

export function joinReplicas(options: ReplicasOptions): Replicas {
  const {
    redisUrl: url,
    secret,
    newsMs: keepMs,
    onNewsChange = () => {},
    onRedisChange = () => {},
  } = options;
  const tenant = createHash('sha256').update(options.tenant).digest('base64url');
  const owned = new AsyncDisposableStack();
  const redis = owned.use(new RedisConnection({ url }));
  redis.onChange(onRedisChange);
  return {
    redis,
    news: owned.use(new RedisWriteNews({ redis, secret, tenant, keepMs, onChange: onNewsChange })),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
