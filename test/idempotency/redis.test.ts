/** Redis as it is met in the wild. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisStore } from '../../src/idempotency/redis-store.ts';
import { type IdempotencyStore, StoreUnavailable } from '../../src/idempotency/store.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { claim } from './support.ts';

const patiently = { timeout: 15_000 };

describe.skipIf(!hasRedis)('a store in Redis (needs redis-server)', () => {
  let owned: AsyncDisposableStack;
  let redis: TestRedis;
  let changes: { readonly usable: boolean; readonly reason: string | null }[];
  beforeEach(async () => {
    owned = new AsyncDisposableStack();
    redis = owned.use(await startRedis());
    changes = [];
  });
  afterEach(() => owned.disposeAsync());

  function open(url = redis.url): IdempotencyStore {
    return owned.use(
      createRedisStore({
        url,
        leaseMs: 60_000,
        keepMs: 60_000,
        onChange: (change) => void changes.push(change),
      }),
    );
  }
  const begins = async (store: IdempotencyStore) =>
    (await store.begin(claim()).catch((error: unknown) => error)) as object;

  it('tells once when Redis goes, and once when it comes', async () => {
    const store = open();
    await expect.poll(() => begins(store), patiently).toEqual({ kind: 'begun' });
    await redis.kill();
    await expect.poll(() => changes.length, patiently).toBe(2);
    expect(await begins(store)).toBeInstanceOf(StoreUnavailable);
    await redis.startAgain();
    await expect.poll(() => begins(store), patiently).toEqual({ kind: 'begun' });
    expect(changes).toEqual([
      { usable: true, reason: null },
      { usable: false, reason: expect.any(String) },
      { usable: true, reason: null },
    ]);
  });

  it('becomes usable although Redis kept it waiting at first', async () => {
    await redis.command('CLIENT', 'PAUSE', 2_000, 'ALL');
    const store = open();
    expect(await begins(store)).toBeInstanceOf(StoreUnavailable);
    await expect.poll(() => begins(store), patiently).toEqual({ kind: 'begun' });
  });

  it('signs in, to an account that may not look at the server either', async () => {
    await redis.command('ACL', 'SETUSER', 'limited', 'on', '>s3cret', '~*', '+@all', '-info');
    const store = open(redis.url.replace('//', '//limited:s3cret@'));
    await expect.poll(() => begins(store), patiently).toEqual({ kind: 'begun' });
  });

  it('tells no password where it is the wrong one', async () => {
    await redis.command('CONFIG', 'SET', 'requirepass', 's3cret');
    const store = open(redis.url.replace('//', '//:canary@'));
    await expect.poll(() => changes.length, patiently).toBe(1);
    expect(changes).toEqual([{ usable: false, reason: expect.stringContaining('WRONGPASS') }]);
    expect(JSON.stringify([changes, await begins(store)])).not.toContain('canary');
  });
});
