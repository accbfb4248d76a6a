import type { Rate, TenantBudget } from './budget.ts';
import { type Clock, systemClock } from './clock.ts';
import { LocalBudget } from './local-budget.ts';
import { Pacer } from './pacer.ts';

export type RateLimit =
  | { readonly kind: 'tier'; readonly tier: 'free' | 'professional' | 'enterprise' }
  | { readonly kind: 'bucket'; readonly burst: number; readonly perSecond: number }
  | { readonly kind: 'none' };

/** What all calls of one tenant pass. */
export type Pacing = Disposable & {
  /** For reads of users, and for writes. */
  readonly read: Pacer;
  readonly write: Pacer;
};

/** The buckets of a tenant: one for everything, or one for reads and one for writes. */
type Buckets = { readonly read: Rate; readonly write: Rate };

export function createPacing(
  limit: RateLimit,
  createBudget: CreateBudget = inMemory,
  clock: Clock = systemClock,
): Pacing {
  const { read, write } = bucketsOf(limit);
  const reading = new Pacer(createBudget(read, 'read'), { clock });
  const writing = read === write ? reading : new Pacer(createBudget(write, 'write'), { clock });
  return {
    read: reading,
    write: writing,
    [Symbol.dispose]() {
      reading[Symbol.dispose]();
      writing[Symbol.dispose]();
    },
  };
}

/** What keeps a budget at this rate. The name tells apart those of one tenant. */
export type CreateBudget = (rate: Rate, name: 'read' | 'write') => TenantBudget;

const inMemory: CreateBudget = (rate) => new LocalBudget(rate, () => systemClock.now());

/** https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy */
export function bucketsOf(limit: RateLimit): Buckets {
  switch (limit.kind) {
    case 'none':
      return shared(unbounded);
    case 'bucket':
      return shared({ burst: limit.burst, perSecond: limit.perSecond });
    case 'tier':
      return tiers[limit.tier];
  }
}

/** More than any tenant allows. */
const unbounded: Rate = { burst: 1e6, perSecond: 1e6 };

const tiers = {
  free: shared({ burst: 2, perSecond: 2 }),
  professional: {
    read: { burst: 40, perSecond: 500 / 60 },
    write: { burst: 20, perSecond: 200 / 60 },
  },
  enterprise: shared({ burst: 50, perSecond: 16 }),
} as const satisfies Record<string, Buckets>;

function shared(rate: Rate): Buckets {
  return { read: rate, write: rate };
}
