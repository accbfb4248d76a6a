/** Both stores, to be held to the same contract. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { createMemoryStore, type MemoryStoreOptions } from '../../src/idempotency/memory-store.ts';
import { createRedisStore } from '../../src/idempotency/redis-store.ts';
import type { Claim, IdempotencyStore, Lifetimes } from '../../src/idempotency/store.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';

const usual = { leaseMs: 60_000, keepMs: 60_000 };

export function createMemory(options: Partial<MemoryStoreOptions> = {}): IdempotencyStore {
  return createMemoryStore({ ...usual, ...options });
}

/** A store at this Redis, once it can be used. Patient, for the machine may be busy. */
async function connectTo(
  redis: TestRedis,
  lifetimes: Partial<Lifetimes>,
  owned: AsyncDisposableStack,
): Promise<IdempotencyStore> {
  const connection = owned.use(new RedisConnection({ url: redis.url, commandTimeoutMs: 10_000 }));
  await new Promise<void>((resolve) => {
    connection.onChange(({ away }) => {
      if (away === null) resolve();
    });
  });
  return createRedisStore(connection, { ...usual, ...lifetimes });
}

export type OpenStore = (lifetimes?: Partial<Lifetimes>) => Promise<IdempotencyStore>;

/** The same tests in memory and in Redis; the latter are skipped where there is no redis-server. */
export function describeStores(name: string, tests: (open: OpenStore) => void): void {
  describe(`${name}, in memory`, () => {
    tests(async (lifetimes) => createMemory(lifetimes));
  });
  describe.skipIf(!hasRedis)(`${name}, in Redis (needs redis-server)`, () => {
    const owned = new AsyncDisposableStack();
    let redis: TestRedis;
    beforeAll(async () => {
      redis = owned.use(await startRedis());
    });
    afterAll(() => owned.disposeAsync());
    tests(async (lifetimes = {}) => connectTo(redis, lifetimes, owned));
  });
}

export function claim(more: Partial<Claim> = {}): Claim {
  return { name: randomUUID(), owner: randomUUID(), fingerprint: 'f', token: randomUUID(), ...more };
}
