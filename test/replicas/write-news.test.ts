/** What replicas tell each other of their updates, with a real Redis between them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RedisConnection } from '../../src/redis/connection.ts';
import { RedisWriteNews } from '../../src/replicas/redis-write-news.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';

const patiently = { timeout: 15_000 };

describe.skipIf(!hasRedis)('news of writes (needs redis-server)', () => {
  let owned: AsyncDisposableStack;
  let redis: TestRedis;
  beforeEach(async () => {
    owned = new AsyncDisposableStack();
    redis = owned.use(await startRedis());
  });
  afterEach(() => owned.disposeAsync());

  type Reader = { readonly news: RedisWriteNews; readonly heard: string[]; readonly missed: () => number };

  function open({ secret = 'secret', keepMs = 60_000, url = redis.url } = {}): Reader {
    const heard: string[] = [];
    let missed = 0;
    const connection = owned.use(new RedisConnection({ url }));
    const news = owned.use(new RedisWriteNews({ redis: connection, secret, tenant: 'tenant', keepMs }));
    news.subscribe({ written: (id) => void heard.push(id), missed: () => void missed++ });
    return { news, heard, missed: () => missed };
  }

  async function connected(options?: Parameters<typeof open>[0]): Promise<Reader> {
    const reader = open(options);
    await expect.poll(() => reader.news.isConnected, patiently).toBe(true);
    return reader;
  }

  it('reach all others, in order, and not who tells them', async () => {
    const [one, other, third] = [await connected(), await connected(), await connected()];
    for (const id of ['auth0|1', 'auth0|2', 'auth0|1']) await one.news.publish(id);
    for (const { heard } of [other, third])
      await expect.poll(() => heard, patiently).toEqual(['auth0|1', 'auth0|2', 'auth0|1']);
    expect(one.heard).toEqual([]);
  });

  it('reach who comes later, however many there are', async () => {
    const one = await connected();
    const ids = Array.from({ length: 1_200 }, (_, number) => `auth0|${number}`);
    await Promise.all(ids.map((id) => one.news.publish(id)));
    const { heard } = await connected();
    expect(heard).toEqual(ids);
  });

  it('are not told for ever', async () => {
    const one = await connected({ keepMs: 300 });
    await one.news.publish('auth0|1');
    expect(await redis.dump()).toContain('writes');
    await expect.poll(() => redis.dump(), patiently).not.toContain('writes');
  });

  it('cannot be read by anybody else, nor made up', async () => {
    const one = await connected();
    const stranger = await connected({ secret: 'another' });
    await one.news.publish('auth0|canary');
    await stranger.news.publish('auth0|made-up');
    const dump = await redis.dump();
    expect(dump).toContain('writes');
    for (const text of ['canary', 'auth0', 'made-up'])
      for (const form of [text, Buffer.from(text).toString('base64').slice(0, -2)])
        expect(dump.replaceAll('auth0-users-graphql', '')).not.toContain(form);
    await one.news.publish('auth0|2');
    const late = await connected();
    expect(late.heard).toEqual(['auth0|canary', 'auth0|2']);
    expect(stranger.heard).toEqual([]);
  });

  it('of before Redis was there, or from while it was not, are told once it is', async () => {
    await redis.kill();
    const [one, other] = [open(), open()];
    await one.news.publish('auth0|1');
    await redis.startAgain();
    await expect.poll(() => other.heard, patiently).toContain('auth0|1');
    await expect.poll(() => one.news.isConnected, patiently).toBe(true);
    await redis.kill();
    await expect.poll(() => one.news.isConnected || other.news.isConnected, patiently).toBe(false);
    await one.news.publish('auth0|2');
    await redis.startAgain();
    await expect.poll(() => other.heard, patiently).toContain('auth0|2');
  });

  it.for(['SIGSTOP', 'CLIENT PAUSE'])('are known not to arrive while Redis is in %s', async (how) => {
    const one = await connected();
    const before = one.missed();
    if (how === 'SIGSTOP') redis.signal('SIGSTOP');
    else await redis.command('CLIENT', 'PAUSE', 3_000, 'ALL');
    await expect.poll(() => one.news.isConnected, patiently).toBe(false);
    if (how === 'SIGSTOP') redis.signal('SIGCONT');
    await expect.poll(() => one.news.isConnected, patiently).toBe(true);
    expect(one.missed()).toBe(before + 1);
  });

  it('are known not to arrive while Redis has no room for them, and arrive once it has', async () => {
    const [one, other] = [await connected(), await connected()];
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    await one.news.publish('auth0|1');
    await expect.poll(() => other.news.isConnected, patiently).toBe(false);
    await expect.poll(() => one.news.isConnected, patiently).toBe(false);
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await expect.poll(() => other.heard, patiently).toContain('auth0|1');
  });

  it('come again to an account that may not read them at first', async () => {
    await redis.command('ACL', 'SETUSER', 'limited', 'on', '>s3cret', '~*', '+@all', '-xread');
    const limited = open({ url: redis.url.replace('//', '//limited:s3cret@') });
    const one = await connected();
    await one.news.publish('auth0|1');
    expect(limited.heard).toEqual([]);
    await redis.command('ACL', 'SETUSER', 'limited', '+xread');
    await expect.poll(() => limited.heard, patiently).toEqual(['auth0|1']);
  });
});
