import { bucketsOf, createPacing, type RateLimit } from '../../src/pacing/pacing.ts';
import { createChance } from './chance.ts';
import { createLoad } from './load.ts';
import { type Answered, createReplica } from './replica.ts';
import type { Scheme } from './schemes.ts';
import { type Arrival, createTenant } from './tenant.ts';
import { createTimeline } from './timeline.ts';

export const tiers = ['free', 'professional', 'enterprise'] as const;
export type Tier = (typeof tiers)[number];

export type RunOptions = {
  readonly tier: Tier;
  readonly replicas: number;
  /** How much is asked for, of what the tenant allows. */
  readonly load: number;
  readonly seconds: number;
};

export type Run = { readonly asked: readonly Answered[]; readonly arrivals: readonly Arrival[] };

/** What comes of operations that replicas of one tenant are asked for. */
export async function simulate(
  scheme: Scheme,
  { tier, replicas: count, load, seconds }: RunOptions,
): Promise<Run> {
  const timeline = createTimeline();
  const limit: RateLimit = { kind: 'tier', tier };
  const tenant = createTenant(limit, timeline, createChance('tenant', tier, count));
  const budgets = await scheme({ replicas: count, timeline, chance: createChance('budget', tier, count) });
  const pacings = Array.from({ length: count }, () => createPacing(limit, budgets.create, timeline));
  const replicas = pacings.map((pacing) => createReplica(pacing, tenant, timeline));
  const operations = createLoad(
    { replicas: count, callsPerSecond: load * allowedPerSecond(tier), seconds },
    { times: createChance('times', tier), places: createChance('places', tier, count) },
  );
  const asked: Promise<Answered>[] = [];
  for (const operation of operations)
    timeline.after(operation.at, () => {
      const replica = replicas[operation.replica];
      if (replica) asked.push(replica(operation));
    });
  // Whatever was asked for last is over by then.
  await timeline.runUntil((seconds + 15) * 1_000);
  for (const pacing of pacings) pacing[Symbol.dispose]();
  const closed = budgets[Symbol.asyncDispose]();
  await timeline.runUntil(timeline.now() + 60_000);
  await closed;
  return { asked: await Promise.all(asked), arrivals: tenant.arrivals };
}

/** How many calls a second the tenant allows, all in all. */
export function allowedPerSecond(tier: Tier): number {
  const { read, write } = bucketsOf({ kind: 'tier', tier });
  return read === write ? read.perSecond : read.perSecond + write.perSecond;
}
