import { Redis, ReplyError } from 'ioredis';
import { begin, forget, move } from './redis-scripts.ts';
import { type Begun, type Claim, type IdempotencyStore, type Lifetimes, StoreUnavailable } from './store.ts';

export type RedisStoreOptions = Lifetimes & {
  readonly url: string;
  /** How long to wait for one answer of Redis. */
  readonly commandTimeoutMs?: number;
  /** Hears when Redis becomes usable, and when it ceases to be: why, without anything that was sent. */
  readonly onChange?: (change: { readonly usable: boolean; readonly reason: string | null }) => void;
};

const prefix = 'auth0-users-graphql:idempotency:';

/**
 * For several processes. Every step is one script, so that of two who take it one is first.
 *
 * Connects in the background, and again whenever the connection is lost. Nothing waits for that: without Redis at hand
 * each step fails at once.
 */
export function createRedisStore(options: RedisStoreOptions): IdempotencyStore {
  const { url, leaseMs, keepMs, commandTimeoutMs = 500, onChange = () => {} } = options;
  const redis = new Redis(url, {
    commandTimeout: commandTimeoutMs,
    connectTimeout: 2_000,
    enableOfflineQueue: false,
    // A step that may have been taken is not taken again behind the back of who waits for it.
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(50 * times, 1_000),
  });

  let unusable: string | null = 'Redis has not been reached yet';
  let told: boolean | null = null;
  const become = (reason: string | null) => {
    const usable = reason === null;
    unusable = reason;
    if (usable !== told) onChange({ usable, reason });
    told = usable;
  };
  redis.on('error', (error: unknown) => become(describe(error)));
  const lost = () => become(unusable ?? 'the connection to Redis was lost');
  redis.on('close', lost);
  const look = () => {
    redis.info('memory').then(
      (memory) => become(evictionIn(memory)),
      (error: unknown) => {
        // Who may not look has to be believed; who got no answer in time looks again.
        if (error instanceof ReplyError) become(null);
        else if (redis.status === 'ready') setTimeout(look, commandTimeoutMs).unref();
      },
    );
  };
  redis.on('ready', look);

  const run = async (script: string, { name }: Claim, ...values: (string | number)[]): Promise<string[]> => {
    if (unusable !== null) throw new StoreUnavailable(unusable);
    try {
      return toTexts(await redis.eval(script, 1, prefix + name, ...values));
    } catch (error) {
      throw new StoreUnavailable(describe(error));
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
    async [Symbol.asyncDispose]() {
      redis.off('close', lost);
      redis.disconnect();
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

/** A Redis that drops records when it runs full would make a second update out of a key that was used. */
function evictionIn(memory: string): string | null {
  const [, policy = 'noeviction'] = /^maxmemory_policy:(\S+)/m.exec(memory) ?? [];
  const isBounded = !/^maxmemory:0\s/m.test(memory);
  return isBounded && policy !== 'noeviction'
    ? `Redis drops records when it is full: set its maxmemory-policy to noeviction, instead of ${policy}`
    : null;
}

/** Without the command that failed, which an error of the client's holds: it may be the password. */
function describe(error: unknown): string {
  return error instanceof Error
    ? error.message || ('code' in error ? String(error.code) : error.name)
    : 'an unknown error';
}
