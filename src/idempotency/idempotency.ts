import type { Once } from '../users/once.ts';
import { createMemoryStore } from './memory-store.ts';
import { createOnce } from './once.ts';
import { createRedisStore, type RedisStoreOptions } from './redis-store.ts';
import { createSealing } from './sealing.ts';

export type IdempotencyOptions = {
  /** Shared by all replicas: what seals their records. */
  readonly secret: string;
  /** `null`: this process's memory. */
  readonly redisUrl: string | null;
  /** How long work takes at most. */
  readonly operationTimeoutMs: number;
  readonly onRedisChange?: RedisStoreOptions['onChange'];
};

export type Idempotency = AsyncDisposable & {
  /** The keys of one caller, for one operation. */
  onceFor(scope: readonly string[], deadline: AbortSignal): Once;
};

/** What happens under idempotency keys, in this process or in all that share a Redis. */
export function createIdempotency({
  secret,
  redisUrl,
  operationTimeoutMs,
  onRedisChange = () => {},
}: IdempotencyOptions): Idempotency {
  const lifetimes = { leaseMs: operationTimeoutMs + leaseMarginMs, keepMs };
  const store =
    redisUrl === null
      ? createMemoryStore(lifetimes)
      : createRedisStore({ ...lifetimes, url: redisUrl, onChange: onRedisChange });
  const sealing = createSealing(secret);
  return {
    onceFor: (scope, deadline) => createOnce({ store, sealing, scope, deadline }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

const keepMs = 24 * 60 * 60 * 1_000;
/** Work ends with its operation's deadline; a busy process may be late. */
const leaseMarginMs = 5_000;
