import type { RedisConnection } from '../redis/connection.ts';
import type { Once } from '../users/once.ts';
import { createMemoryStore } from './memory-store.ts';
import { createOnce } from './once.ts';
import { createRedisStore } from './redis-store.ts';
import { createSealing } from './sealing.ts';

export type IdempotencyOptions = {
  /** Shared by all replicas: what seals their records. */
  readonly secret: string;
  /** `null`: this process's memory. */
  readonly redis: RedisConnection | null;
  /** How long work takes at most. */
  readonly operationTimeoutMs: number;
};

export type Idempotency = {
  /** The keys of one caller, for one operation. */
  onceFor(scope: readonly string[], deadline: AbortSignal): Once;
};

/** What happens under idempotency keys, in this process or in all that share a Redis. */
export function createIdempotency({ secret, redis, operationTimeoutMs }: IdempotencyOptions): Idempotency {
  const lifetimes = { leaseMs: operationTimeoutMs + leaseMarginMs, keepMs };
  const store = redis === null ? createMemoryStore(lifetimes) : createRedisStore(redis, lifetimes);
  const sealing = createSealing(secret);
  return {
    onceFor: (scope, deadline) => createOnce({ store, sealing, scope, deadline }),
  };
}

const keepMs = 24 * 60 * 60 * 1_000;
/** Work ends with its operation's deadline; a busy process may be late. */
const leaseMarginMs = 5_000;
