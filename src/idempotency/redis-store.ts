import { type RedisConnection, RedisUnavailable, type Script } from '../redis/connection.ts';
import { begin, forget, move } from './redis-scripts.ts';
import { type Begun, type Claim, type IdempotencyStore, type Lifetimes, StoreUnavailable } from './store.ts';

const prefix = 'auth0-users-graphql:idempotency:';

/**
 * For several processes. Every step is one script, so that of two who take it one is first. A Redis that drops records
 * when it runs full is not used: it would make a second update out of a key that was used.
 */
export function createRedisStore(redis: RedisConnection, { leaseMs, keepMs }: Lifetimes): IdempotencyStore {
  const run = async (script: Script, { name }: Claim, ...values: (string | number)[]): Promise<string[]> => {
    const { evicts } = redis.health;
    if (evicts !== null) throw new StoreUnavailable(evicts);
    try {
      return toTexts(await redis.run(script, prefix + name, values));
    } catch (error) {
      throw error instanceof RedisUnavailable ? new StoreUnavailable(error.message) : error;
    }
  };

  return {
    async begin(claim) {
      return toBegun(await run(begin, claim, claim.fingerprint, claim.token, leaseMs));
    },
    async start(claim, notes) {
      const [state] = await run(move, claim, claim.token, 'begun', 'started', notes, leaseMs, keepMs);
      return state === 'started';
    },
    async complete(claim, result) {
      await run(move, claim, claim.token, '', 'done', result, 0, keepMs);
    },
    async release(claim) {
      await run(move, claim, claim.token, 'started', 'started', '', 0, keepMs);
    },
    async forget(claim) {
      await run(forget, claim, claim.token);
    },
  };
}

function toBegun([kind = '', text = '']: readonly string[]): Begun {
  switch (kind) {
    case 'begun':
    case 'running':
      return { kind };
    case 'resumed':
      return { kind, notes: text };
    case 'done':
      return { kind, result: text };
    case 'other':
      return { kind, fingerprint: text };
    default:
      throw new StoreUnavailable('Redis gave an answer that makes no sense');
  }
}

function toTexts(answer: unknown): string[] {
  return Array.isArray(answer) ? answer.map(String) : [];
}
