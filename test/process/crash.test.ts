/** A gateway that is killed in the middle of things, and clients that send again under the same key. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasRedis, startRedis } from '../support/redis.ts';
import { startLedger, submit, type Told } from './ledger.ts';
import { runGateway, tenantEnv } from './support.ts';

/** When to kill: after so many calls of the tenant, and a moment. */
const points = fc.record({
  calls: fc.integer({ min: 0, max: 14 }),
  pauseMs: fc.constantFrom(0, 0, 1, 3, 10),
});
const kills = 12;
const updatesAKill = 6;

describe.skipIf(!hasRedis)('a gateway that is killed (needs redis-server)', () => {
  test('leaves no update made twice, none lost that was acknowledged, and every key with the truth', {
    timeout: 300_000,
  }, async () => {
    await using owned = new AsyncDisposableStack();
    const ledger = await startLedger(owned);
    const redis = owned.use(await startRedis());
    const env = {
      ...tenantEnv(ledger.sandbox.origin),
      REDIS_URL: redis.url,
      OPERATION_TIMEOUT_MS: '5000',
      AUTH0_RATE_LIMIT: 'none',
    };
    const start = async () => owned.use(await runGateway(env));
    const seed = Date.now() % 2 ** 31;
    const first = new Map<string, Told>();

    let next = start();
    for (const [kill, point] of fc.sample(points, { numRuns: kills, seed }).entries()) {
      const victim = await next;
      next = start();
      const before = ledger.calls();
      const answered: string[] = [];
      const answers = Array.from({ length: updatesAKill }, async (_, number) => {
        const mark = `kill ${kill} update ${number}`;
        first.set(mark, await submit(victim.url, ledger, mark, { keyed: true }));
        answered.push(mark);
      });
      while (ledger.calls() - before < point.calls && answered.length < updatesAKill) await sleep(1);
      await sleep(point.pauseMs);
      victim.signal('SIGKILL');
      await Promise.all(answers);
    }

    const survivor = await next;
    const stories: Story[] = [];
    for (const [mark, told] of first) {
      const again = await settled(() => submit(survivor.url, ledger, mark, { keyed: true }));
      stories.push({ mark, told, again, made: ledger.applied.get(mark) ?? 0 });
    }
    expect({ seed, untrue: stories.filter((story) => !isTrue(story)) }).toEqual({ seed, untrue: [] });
    // Else nothing was interrupted, and nothing was tested.
    expect(stories.filter(({ told }) => told === 'no answer').length).toBeGreaterThan(0);
  });
});

/** What became of one update: told at first, told again, and made so often. */
type Story = { readonly mark: string; readonly told: Told; readonly again: Told; readonly made: number };

function isTrue({ told, again, made }: Story): boolean {
  return made <= 1 && again === (made === 1 ? 'applied' : 'unknown') && (told !== 'applied' || made === 1);
}

/** Once the lease of who died is over. */
async function settled(ask: () => Promise<Told>): Promise<Told> {
  for (;;) {
    const told = await ask();
    // A busy machine may keep Redis waiting: that says nothing about the key.
    if (told !== 'in progress' && told !== 'not applied') return told;
    await sleep(200);
  }
}
