/** Redis as it is met in the wild. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RedisConnection, type RedisHealth, RedisUnavailable, Script } from '../../src/redis/connection.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';

const patiently = { timeout: 15_000 };

describe.skipIf(!hasRedis)('a connection to Redis (needs redis-server)', () => {
  let owned: AsyncDisposableStack;
  let redis: TestRedis;
  let changes: RedisHealth[];
  beforeEach(async () => {
    owned = new AsyncDisposableStack();
    redis = owned.use(await startRedis());
    changes = [];
  });
  afterEach(() => owned.disposeAsync());

  function open(url = redis.url): RedisConnection {
    const connection = owned.use(new RedisConnection({ url }));
    connection.onChange((change) => void changes.push(change));
    return connection;
  }
  const echo = new Script(`return { KEYS[1], ARGV[1] }`);
  const asks = (connection: RedisConnection) =>
    connection.run(echo, 'key', ['value']).catch((error: unknown) => error);

  it('tells once when Redis goes, and once when it comes', async () => {
    const connection = open();
    await expect.poll(() => asks(connection), patiently).toEqual(['key', 'value']);
    await redis.kill();
    await expect.poll(() => changes.length, patiently).toBe(2);
    expect(await asks(connection)).toBeInstanceOf(RedisUnavailable);
    await redis.startAgain();
    // Redis knows no script of before.
    await expect.poll(() => asks(connection), patiently).toEqual(['key', 'value']);
    expect(changes).toEqual([
      { away: null, evicts: null },
      { away: expect.any(String), evicts: null },
      { away: null, evicts: null },
    ]);
  });

  it('cannot be asked while Redis loads its data, at the start or later', async () => {
    const loading = owned.use(await startLoading(redis.url));
    const connection = open(loading.url);
    await expect.poll(() => loading.answers(), patiently).toBeGreaterThan(0);
    expect(await asks(connection)).toBeInstanceOf(RedisUnavailable);
    loading.end();
    await expect.poll(() => asks(connection), patiently).toEqual(['key', 'value']);
    loading.begin();
    expect(await asks(connection)).toBeInstanceOf(RedisUnavailable);
    loading.end();
    expect(await asks(connection)).toEqual(['key', 'value']);
  });

  it('becomes usable although Redis kept it waiting at first', async () => {
    await redis.command('CLIENT', 'PAUSE', 2_000, 'ALL');
    const connection = open();
    expect(await asks(connection)).toBeInstanceOf(RedisUnavailable);
    await expect.poll(() => asks(connection), patiently).toEqual(['key', 'value']);
  });

  it('waits no longer than it is told to', async () => {
    const connection = open();
    await expect.poll(() => asks(connection), patiently).toEqual(['key', 'value']);
    redis.signal('SIGSTOP');
    expect(await asks(connection)).toBeInstanceOf(RedisUnavailable);
    redis.signal('SIGCONT');
    await expect.poll(() => asks(connection), patiently).toEqual(['key', 'value']);
  });

  it('tells of one that evicts, which can be asked all the same', async () => {
    await redis.command('CONFIG', 'SET', 'maxmemory', '100mb', 'maxmemory-policy', 'volatile-lru');
    const connection = open();
    await expect.poll(() => asks(connection), patiently).toEqual(['key', 'value']);
    expect(connection.health).toEqual({ away: null, evicts: expect.stringContaining('volatile-lru') });
  });

  it('signs in, to an account that may not look at the server either', async () => {
    await redis.command('ACL', 'SETUSER', 'limited', 'on', '>s3cret', '~*', '+@all', '-info');
    const connection = open(redis.url.replace('//', '//limited:s3cret@'));
    await expect.poll(() => asks(connection), patiently).toEqual(['key', 'value']);
  });

  it('tells no password where it is the wrong one', async () => {
    await redis.command('CONFIG', 'SET', 'requirepass', 's3cret');
    const connection = open(redis.url.replace('//', '//:canary@'));
    await expect.poll(() => changes.length, patiently).toBe(1);
    expect(changes).toEqual([{ away: expect.stringContaining('WRONGPASS'), evicts: null }]);
    expect(JSON.stringify([changes, await asks(connection)])).not.toContain('canary');
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
