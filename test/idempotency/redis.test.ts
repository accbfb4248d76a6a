/** Redis as it is met in the wild. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
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

  it('is not relied on while Redis loads its data, at the start or later', async () => {
    const loading = owned.use(await startLoading(redis.url));
    const store = open(loading.url);
    await expect.poll(() => loading.answers(), patiently).toBeGreaterThan(0);
    expect(await begins(store)).toBeInstanceOf(StoreUnavailable);
    loading.end();
    await expect.poll(() => begins(store), patiently).toEqual({ kind: 'begun' });
    loading.begin();
    expect(await begins(store)).toBeInstanceOf(StoreUnavailable);
    loading.end();
    expect(await begins(store)).toEqual({ kind: 'begun' });
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

/** In front of a Redis: says that it is loading, as one does that has come up with much on its disk, until told to end. */
async function startLoading(url: string) {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isLoading = true;
  let answers = 0;
  const status = 'loading:1\r\nloading_eta_seconds:1\r\n';
  const server = createServer((client) => {
    const redis = connect(Number(port), hostname);
    for (const socket of [client, redis]) sockets.add(socket.on('error', () => {}));
    redis.pipe(client);
    client.on('data', (command) => {
      if (!isLoading) return redis.write(command);
      answers++;
      const isQuestion = /\binfo\b/i.test(command.toString());
      return client.write(
        isQuestion
          ? `$${status.length}\r\n${status}\r\n`
          : '-LOADING Redis is loading the dataset in memory\r\n',
      );
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}/0`,
    begin: () => void (isLoading = true),
    end: () => void (isLoading = false),
    /** How often it has said so. */
    answers: () => answers,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
