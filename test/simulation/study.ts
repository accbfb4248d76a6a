import { type Measures, measure } from './measures.ts';
import { allowedPerSecond, simulate, type Tier, tiers } from './run.ts';
import { alone, divided, type Scheme, shared } from './schemes.ts';

export const counts = [1, 2, 4, 10, 30, 100] as const;
/** What is asked for, of what the tenant allows: half of it, and more than there is. */
export const loads = { half: 0.5, over: 1.25 } as const;
export const schemeNames = ['alone', 'divided', 'shared'] as const;

/** What is varied. */
export type Case = {
  readonly load: keyof typeof loads;
  readonly tier: Tier;
  readonly scheme: (typeof schemeNames)[number];
  readonly replicas: number;
};
export type Finding = Case & Measures;

export const cases: readonly Case[] = (['half', 'over'] as const).flatMap((load) =>
  tiers.flatMap((tier) =>
    schemeNames.flatMap((scheme) => counts.map((replicas) => ({ load, tier, scheme, replicas }))),
  ),
);

/** The bucket is full at first: that is no part of what is found. */
const warmUpMs = 30_000;
const seconds = 240;

/** @param redisUrl of a Redis that holds nothing else */
export async function study(one: Case, redisUrl: string): Promise<Finding> {
  const schemes: Record<Case['scheme'], Scheme> = { alone, divided, shared: shared(redisUrl) };
  const run = await simulate(schemes[one.scheme], { ...one, load: loads[one.load], seconds });
  const window = { fromMs: warmUpMs, toMs: seconds * 1_000 };
  return { ...one, ...measure(run, window, allowedPerSecond(one.tier)) };
}
