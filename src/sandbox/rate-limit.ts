/**
 * The Management API's token buckets: a burst, refilled at a steady rate, shared by everybody who calls the tenant.
 * https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
 */

export type RateLimit =
  | { readonly kind: 'tier'; readonly tier: 'free' | 'professional' | 'enterprise' }
  | { readonly kind: 'bucket'; readonly burst: number; readonly perSecond: number }
  | { readonly kind: 'none' };

export type Clock = {
  /** Milliseconds that only ever grow. */
  monotonic(): number;
  /** Milliseconds since 1970. */
  wall(): number;
};

type RateVerdict = {
  readonly headers: { readonly [name: string]: string };
  /** Why the request is not let through. */
  readonly refusal: string | undefined;
};

/** Decides about each request as it comes. */
export type RateLimiter = (method: string, path: string) => RateVerdict;

export function createRateLimiter(limit: RateLimit, clock: Clock = systemClock): RateLimiter {
  switch (limit.kind) {
    case 'none':
      return () => ({ headers: {}, refusal: undefined });
    case 'bucket':
      return createBucket(limit, clock, globalRefusal);
    case 'tier':
      return limit.tier === 'professional'
        ? perGroup(clock)
        : createBucket(tiers[limit.tier], clock, globalRefusal);
  }
}

type Rate = { readonly burst: number; readonly perSecond: number };

const tiers = {
  free: { burst: 2, perSecond: 2 },
  enterprise: { burst: 50, perSecond: 16 },
} as const;

const globalRefusal = 'Global limit has been reached';
const groupRefusal = 'Endpoint limit has been reached';

/** On the professional plans reading, writing and deleting users have a bucket each, and everything else another. */
function perGroup(clock: Clock): RateLimiter {
  const read = createBucket({ burst: 40, perSecond: 500 / 60 }, clock, groupRefusal);
  const write = createBucket({ burst: 20, perSecond: 200 / 60 }, clock, groupRefusal);
  const erase = createBucket({ burst: 20, perSecond: 200 / 60 }, clock, groupRefusal);
  const rest = createBucket({ burst: 10, perSecond: 150 / 60 }, clock, globalRefusal);
  const groups = new Map([
    ['GET', read],
    ['POST', write],
    ['PATCH', write],
    ['DELETE', erase],
  ]);
  return (method, path) => {
    const group = path.startsWith('/api/v2/users') ? groups.get(method) : undefined;
    return (group ?? rest)(method, path);
  };
}

function createBucket({ burst, perSecond }: Rate, clock: Clock, refusal: string): RateLimiter {
  let tokens = burst;
  let filledAt = clock.monotonic();
  return () => {
    const now = clock.monotonic();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
    const isAdmitted = tokens >= 1;
    if (isAdmitted) tokens -= 1;
    // Not when the next token comes: when the bucket is full again.
    const fullAt = Math.ceil(clock.wall() / 1000 + (burst - tokens) / perSecond);
    return {
      headers: {
        'x-ratelimit-limit': String(burst),
        'x-ratelimit-remaining': String(Math.floor(tokens)),
        'x-ratelimit-reset': String(fullAt),
      },
      refusal: isAdmitted ? undefined : refusal,
    };
  };
}

const systemClock: Clock = { monotonic: () => performance.now(), wall: () => Date.now() };
