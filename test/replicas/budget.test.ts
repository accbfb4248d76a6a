/** One budget of several replicas, with a real Redis between them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Grant, type Rate, type TenantBudget, waitOf } from '../../src/pacing/budget.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { RedisBudget } from '../../src/replicas/redis-budget.ts';
import { atOnce, excess } from '../pacing/support.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';

const patiently = { timeout: 15_000 };
/** So slow that no whole call flows back during a test. */
const still: Rate = { burst: 40.4, perSecond: 0.01 };
const mostAtOnce = Math.floor(atOnce(still));

describe.skipIf(!hasRedis)('a budget in Redis (needs redis-server)', () => {
  let owned: AsyncDisposableStack;
  let redis: TestRedis;
  beforeEach(async () => {
    owned = new AsyncDisposableStack();
    redis = owned.use(await startRedis());
  });
  afterEach(() => owned.disposeAsync());

  type Replica = {
    readonly budget: RedisBudget;
    readonly connection: RedisConnection;
    readonly changes: { isShared: boolean; replicas: number }[];
  };

  function open(rate: Rate): Replica {
    const changes: Replica['changes'] = [];
    const connection = owned.use(new RedisConnection({ url: redis.url }));
    const budget = owned.use(
      new RedisBudget({
        redis: connection,
        key: 'budget',
        rate,
        onChange: (change) => void changes.push(change),
      }),
    );
    return { budget, connection, changes };
  }

  /** So many of them, each of which knows of all. */
  async function replicas(count: number, rate: Rate): Promise<RedisBudget[]> {
    const opened: Replica[] = [];
    while (opened.length < count) {
      const replica = open(rate);
      await becomes(replica, true);
      opened.push(replica);
    }
    for (const { budget } of opened) await budget.take(0);
    return opened.map(({ budget }) => budget);
  }

  async function becomes({ changes }: Replica, isShared: boolean): Promise<void> {
    await expect.poll(() => changes.at(-1)?.isShared, patiently).toBe(isShared);
  }

  async function granted(budget: TenantBudget, wanted: number): Promise<number> {
    return (await budget.take(wanted)).granted;
  }

  /** How often Redis was asked for anything. */
  async function questions(): Promise<number> {
    const stats = String(await redis.command('INFO', 'commandstats'));
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]);
  }

  it('grants to all together what one bucket holds', async () => {
    const budgets = await replicas(3, still);
    let sum = 0;
    for (let times = 0; times < 20; times++) for (const budget of budgets) sum += await granted(budget, 3);
    expect(sum).toBe(mostAtOnce);
  });

  it('grants to one what the others do not want', async () => {
    const [, other] = await replicas(3, still);
    expect(await granted(other as RedisBudget, 100)).toBe(mostAtOnce);
  });

  it('gives back what was not sent', async () => {
    const [one, other] = (await replicas(2, still)) as [RedisBudget, RedisBudget];
    expect(await granted(one, mostAtOnce)).toBe(mostAtOnce);
    expect(await granted(other, 5)).toBe(0);
    for (let times = 0; times < 5; times++) one.giveBack();
    await granted(one, 0);
    expect(await granted(other, 5)).toBe(5);
  });

  it('lets replicas that wait take turns, whoever asks the most often', async () => {
    const [near, far] = (await replicas(2, { burst: 10, perSecond: 50 })) as [RedisBudget, RedisBudget];
    await granted(near, 100);
    const got = { near: 0, far: 0 };
    const poll = async (name: keyof typeof got, budget: TenantBudget, everyMs: number) => {
      while (got.near + got.far < 60) {
        got[name] += await granted(budget, 50);
        await sleep(everyMs);
      }
    };
    await Promise.all([poll('near', near, 1), poll('far', far, 30)]);
    expect(got.far).toBeGreaterThan(25);
    expect(got.near).toBeGreaterThan(25);
  });

  it('tells when there will be more, and for how many wait', async () => {
    const [one, other] = (await replicas(2, { burst: 4, perSecond: 2 })) as [RedisBudget, RedisBudget];
    await granted(one, 100);
    const alone = (await one.take(5)).forecast;
    expect(alone.intervalMs).toBe(500);
    const { forecast } = await other.take(5);
    expect(forecast.intervalMs).toBe(1_000);
    expect(waitOf(forecast, 0)).toBeGreaterThan(0);
    await sleep(waitOf(forecast, 0) + 20);
    expect(await granted(other, 5)).toBe(1);
  });

  it('believes the tenant that it has less, whichever replica is told', async () => {
    const [one, other] = (await replicas(2, still)) as [RedisBudget, RedisBudget];
    const { ticket } = await one.take(1);
    one.correct(ticket, { limit: 40, remaining: 3, fullInMs: 60_000 });
    await granted(one, 0);
    // One more than it says, since it says whole calls.
    expect(await granted(other, 100)).toBe(4);
  });

  it('is not slowed by news of calls that were made since', async () => {
    const [one, other] = (await replicas(2, still)) as [RedisBudget, RedisBudget];
    const { ticket } = await one.take(1);
    await granted(other, 10);
    one.correct(ticket, { limit: 40, remaining: mostAtOnce - 1, fullInMs: 60_000 });
    await granted(one, 0);
    expect(await granted(other, 100)).toBe(mostAtOnce - 11);
  });

  it('is paused for all by a 429 that one meets, until a call is answered', async () => {
    const [one, other] = (await replicas(2, { burst: 40, perSecond: 40 })) as [RedisBudget, RedisBudget];
    const refused = await one.take(1);
    const before = await other.take(1);
    one.pause(refused.ticket, 60_000, null);
    await expect.poll(async () => (await other.take(1)).forecast.pausedMs, patiently).toBeGreaterThan(50_000);
    // What had been granted before tells nothing.
    other.correct(before.ticket, null);
    expect((await other.take(0)).forecast.pausedMs).toBeGreaterThan(50_000);
    let probe: Grant | undefined;
    await expect.poll(async () => (probe = await other.take(1)).granted, patiently).toBe(1);
    expect(await granted(one, 1)).toBe(0);
    if (probe) other.correct(probe.ticket, null);
    await other.take(0);
    expect((await one.take(0)).forecast.pausedMs).toBe(0);
  });

  it('grants nothing after a 429 that was asked for before', async () => {
    const [one] = (await replicas(1, still)) as [RedisBudget];
    const { ticket } = await one.take(1);
    const asked = one.take(5);
    one.pause(ticket, 60_000, null);
    expect((await asked).granted).toBe(0);
    expect((await one.take(5)).forecast.pausedMs).toBeGreaterThan(30_000);
  });

  it('counts what it grants until Redis has answered for the first time', async () => {
    const replica = open(still);
    const used: Grant[] = [];
    replica.connection.onChange(() => {
      const grant = replica.budget.take(10);
      if (!(grant instanceof Promise)) used.push(grant);
    });
    await becomes(replica, true);
    expect(used).toMatchObject([{ granted: 10 }]);
    expect(await granted(replica.budget, 100)).toBe(mostAtOnce - 10);
  });

  it('asks less than once a call where there is plenty', async () => {
    const plenty = { burst: 100_000, perSecond: 100_000 };
    const [one] = (await replicas(1, plenty)) as [RedisBudget];
    const before = await questions();
    for (let times = 0; times < 500; times++) expect(await granted(one, 1)).toBe(1);
    expect((await questions()) - before).toBeLessThan(250);
  });

  describe('without Redis', () => {
    it('is shared out among the replicas that there were', async () => {
      const budgets = await replicas(4, still);
      await redis.kill();
      let sum = 0;
      for (let times = 0; times < 20; times++) for (const budget of budgets) sum += await granted(budget, 5);
      expect(sum).toBeGreaterThanOrEqual(mostAtOnce - 4);
      expect(sum).toBeLessThanOrEqual(mostAtOnce);
      for (const budget of budgets) expect(await granted(budget, 5)).toBe(0);
    });

    it('is not shared out to those that left', async () => {
      const [one, ...others] = await replicas(4, still);
      for (const other of others) await other[Symbol.asyncDispose]();
      await granted(one as RedisBudget, 0);
      await redis.kill();
      expect(await granted(one as RedisBudget, 100)).toBe(mostAtOnce);
    });

    it('begins with all of it where there never was one', async () => {
      await redis.kill();
      const { budget } = open(still);
      expect(await granted(budget, 100)).toBe(mostAtOnce);
    });

    it('goes on with a pause', async () => {
      const [one] = (await replicas(1, still)) as [RedisBudget];
      const { ticket } = await one.take(1);
      one.pause(ticket, 60_000, null);
      await one.take(0);
      await redis.kill();
      await expect.poll(async () => (await one.take(1)).granted).toBe(0);
      expect((await one.take(1)).forecast.pausedMs).toBeGreaterThan(30_000);
    });
  });

  describe('once Redis is back', () => {
    it('holds no more than the replicas had left', async () => {
      const opened = [open(still), open(still)] as const;
      for (const replica of opened) await becomes(replica, true);
      const [one, other] = [opened[0].budget, opened[1].budget];
      for (const budget of [one, other]) await granted(budget, 0);
      await redis.kill();
      for (const replica of opened) await becomes(replica, false);
      const used = (await granted(one, 100)) + (await granted(other, 2));
      await redis.startAgain();
      for (const replica of opened) await becomes(replica, true);
      const left = await granted(one, 100);
      expect(used + left).toBeGreaterThanOrEqual(mostAtOnce - 2);
      expect(used + left).toBeLessThanOrEqual(mostAtOnce);
    });

    it('has lost nothing to questions that nobody waited for any more', async () => {
      const opened = [open(still), open(still)] as const;
      for (const replica of opened) await becomes(replica, true);
      const [one, other] = [opened[0].budget, opened[1].budget];
      for (const budget of [one, other]) await granted(budget, 0);
      redis.signal('SIGSTOP');
      const used = (await granted(one, 3)) + (await granted(other, 4));
      expect(used).toBe(7);
      await sleep(1_000);
      redis.signal('SIGCONT');
      for (const replica of opened) await becomes(replica, true);
      const left = await granted(one, 100);
      expect(used + left).toBeGreaterThanOrEqual(mostAtOnce - 2);
      expect(used + left).toBeLessThanOrEqual(mostAtOnce);
    });

    it('never went faster than it may, all replicas taken together', async () => {
      const rate = { burst: 40, perSecond: 40 };
      const first = open(rate);
      // They are not to come back together.
      await sleep(250);
      const opened = [first, open(rate)] as const;
      for (const replica of opened) await becomes(replica, true);
      const at: number[] = [];
      const running = new AbortController();
      const greedy = opened.map(async ({ budget }) => {
        while (!running.signal.aborted) {
          const calls = await granted(budget, 50);
          at.push(...Array.from({ length: calls }, () => performance.now()));
          await sleep(5);
        }
      });
      await expect.poll(() => at.length).toBeGreaterThan(40);
      redis.signal('SIGSTOP');
      await sleep(2_500);
      redis.signal('SIGCONT');
      for (const replica of opened) await becomes(replica, true);
      await expect.poll(() => at.length).toBeGreaterThan(180);
      running.abort();
      await Promise.all(greedy);
      expect(excess(at, rate)).toBeLessThan(1);
    });

    it('is not full again because Redis has forgotten it', async () => {
      const [one, other] = (await replicas(2, still)) as [RedisBudget, RedisBudget];
      await granted(one, 100);
      await granted(other, 1);
      await redis.command('FLUSHALL');
      expect(await granted(one, 100)).toBe(0);
      expect(await granted(other, 100)).toBe(0);
    });

    it('is not taken from what somebody else has put there', async () => {
      const { budget, ...rest } = open(still);
      await becomes({ budget, ...rest }, true);
      await redis.command('SET', 'budget', 'nonsense');
      expect(await granted(budget, 5)).toBe(5);
      await redis.command('DEL', 'budget');
      await redis.command('HSET', 'budget', 'a', 'b');
      expect(await granted(budget, 5)).toBe(5);
      await becomes({ budget, ...rest }, false);
    });
  });
});
