/** Replicas on virtual time: the small ones of what `npm run simulate` does, and what it wrote. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { plotFile, readFindings } from './findings.ts';
import { plot } from './plot.ts';
import { type Case, cases, type Finding, study } from './study.ts';

const written = readFindings();

function caseOf({ load, tier, scheme, replicas }: Case): Case {
  return { load, tier, scheme, replicas };
}

function name({ load, tier, scheme, replicas }: Case): string {
  return `${replicas} × ${tier}, ${scheme}, ${load}`;
}

const small = written
  .filter(
    ({ replicas, tier }) => replicas === 1 || replicas === 4 || (replicas === 10 && tier === 'enterprise'),
  )
  .map((finding) => [name(finding), finding] as const);

it('every case was written', () => {
  expect(written.map(caseOf)).toEqual(cases);
});

it('the picture shows what was written', () => {
  expect(readFileSync(plotFile, 'utf8')).toBe(plot(written));
});

describe('replicas by themselves', () => {
  it.each(small.filter(([, { scheme }]) => scheme !== 'shared'))(
    'come to what was written: %s',
    async (_, finding) => {
      expect(await study(caseOf(finding), 'redis://nobody')).toEqual(finding);
    },
  );
});

describe.skipIf(!hasRedis)('replicas that share a budget (needs redis-server)', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  it.each(small.filter(([, { scheme }]) => scheme === 'shared'))(
    'come to what was written: %s',
    async (_, finding) => {
      expect(await study(caseOf(finding), redis.url)).toEqual(finding);
    },
  );
});

describe('a shared budget, for 1 to 100 replicas of each tier,', () => {
  const shared = written.filter(({ scheme }) => scheme === 'shared');
  const over = shared.filter(({ load }) => load === 'over');
  const half = shared.filter(({ load }) => load === 'half');

  it('is never overdrawn', () => {
    expect(shared.filter(({ refusedByTenant }) => refusedByTenant > 0)).toEqual([]);
  });

  it('is used up where more is asked for', () => {
    expect(over.filter(({ use }) => use < 0.99)).toEqual([]);
  });

  it('leaves nobody unanswered where less is asked for', () => {
    expect(half.filter(({ answered }) => answered < 1)).toEqual([]);
  });

  it('starves nobody where more is asked for', () => {
    // Who is quiet in the free tier asks for three things in all the time: one of them is a third.
    const least = { free: 0.3, professional: 0.7, enterprise: 0.7 };
    expect(over.filter(({ tier, leastServed }) => leastServed < least[tier])).toEqual([]);
    expect(over.filter(({ fairToCallers }) => fairToCallers < 0.94)).toEqual([]);
    expect(over.filter(({ fairToReplicas }) => fairToReplicas < 0.85)).toEqual([]);
  });

  it('has batches wait for updates and single reads', () => {
    const isPassed = ({ tier, waits: { update, read, batch } }: Finding) =>
      // Updates of the professional tier have a bucket of their own, which no batch comes to.
      batch === null ||
      (read !== null &&
        read.p50 < batch.p50 &&
        (tier === 'professional' || (update !== null && update.p50 < batch.p50)));
    expect(over.filter((finding) => !isPassed(finding))).toEqual([]);
  });

  it('answers more than an n-th for each does', () => {
    const answered = (one: Case) => written.find((finding) => name(finding) === name(one))?.answered ?? 1;
    const many = shared.filter(({ replicas }) => replicas >= 10);
    expect(many.filter((finding) => answered({ ...finding, scheme: 'divided' }) >= finding.answered)).toEqual(
      [],
    );
  });
});
