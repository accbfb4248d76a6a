import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { ioredis } from './library.ts';

export type RedisOptions = {
  readonly url: string;
  /** How long to wait for one answer, where nothing else is said. */
  readonly commandTimeoutMs?: number;
};

/** What is known of a Redis: why, without anything that was sent. */
export type RedisHealth = {
  /** Why nothing can be asked of it; `null`: it can be. */
  readonly away: string | null;
  /** Why what it holds may be gone before its time; `null`: it keeps it. */
  readonly evicts: string | null;
};

/** A script that takes one key, and its values as text. */
export class Script {
  readonly text: string;
  readonly id: string;

  constructor(text: string) {
    this.text = text;
    this.id = createHash('sha1').update(text).digest('hex');
  }
}

/** Redis cannot be asked, or gave no answer: whether it did what it was asked for is not known. */
export class RedisUnavailable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RedisUnavailable';
  }
}

/**
 * The one connection for commands of a process. It is made in the background, and again whenever it is lost. Nothing
 * waits for that: without Redis at hand each command fails at once.
 */
export class RedisConnection implements Disposable {
  readonly #redis: Redis;
  readonly #commandTimeoutMs: number;
  readonly #listeners = new Set<(health: RedisHealth) => void>();
  #health: RedisHealth = { away: 'Redis has not been reached yet', evicts: null };
  #isTold = false;

  constructor({ url, commandTimeoutMs = 500 }: RedisOptions) {
    const { Redis } = ioredis();
    this.#commandTimeoutMs = commandTimeoutMs;
    this.#redis = new Redis(url, {
      commandTimeout: commandTimeoutMs,
      connectTimeout: 2_000,
      enableOfflineQueue: false,
      // A step that may have been taken is not taken again behind the back of who waits for it.
      autoResendUnfulfilledCommands: false,
      retryStrategy: (times) => Math.min(50 * times, 1_000),
    });
    this.#redis.on('error', (error: unknown) => this.#become({ away: describe(error), evicts: null }));
    this.#redis.on('close', this.#lost);
    this.#redis.on('ready', this.#look);
  }

  get health(): RedisHealth {
    return this.#health;
  }

  /** Hears when Redis comes, goes, or turns out to evict. Returns what ends that. */
  onChange(listener: (health: RedisHealth) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @throws {RedisUnavailable} */
  async run(
    script: Script,
    key: string,
    values: readonly (string | number)[],
    timeoutMs = this.#commandTimeoutMs,
  ): Promise<unknown> {
    if (this.#health.away !== null) throw new RedisUnavailable(this.#health.away);
    try {
      return await within(timeoutMs, this.#evaluate(script, key, values));
    } catch (error) {
      throw new RedisUnavailable(describe(error));
    }
  }

  /** Another one to the same Redis, for commands that wait there. It belongs to who asked for it. */
  another(commandTimeoutMs: number): Redis {
    return this.#redis.duplicate({ commandTimeout: commandTimeoutMs });
  }

  [Symbol.dispose](): void {
    this.#listeners.clear();
    this.#redis.off('close', this.#lost);
    this.#redis.disconnect();
  }

  async #evaluate(script: Script, key: string, values: readonly (string | number)[]): Promise<unknown> {
    try {
      return await this.#redis.evalsha(script.id, 1, key, ...values);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return this.#redis.eval(script.text, 1, key, ...values);
    }
  }

  readonly #lost = () => {
    this.#become({ away: this.#health.away ?? 'the connection to Redis was lost', evicts: null });
  };

  readonly #look = () => {
    this.#redis.info('memory').then(
      (memory) => this.#become({ away: null, evicts: evictionIn(memory) }),
      (error: unknown) => {
        // Who may not look has to be believed; who got no answer in time looks again.
        if (error instanceof ioredis().ReplyError) this.#become({ away: null, evicts: null });
        else if (this.#redis.status === 'ready') setTimeout(this.#look, this.#commandTimeoutMs).unref();
      },
    );
  };

  #become(health: RedisHealth): void {
    const { away, evicts } = this.#health;
    const isNews = (away === null) !== (health.away === null) || evicts !== health.evicts || !this.#isTold;
    this.#health = health;
    this.#isTold = true;
    if (isNews) for (const listener of this.#listeners) listener(health);
  }
}

/** @throws where there is no answer in time. */
export async function within<Answer>(ms: number, step: Promise<Answer>): Promise<Answer> {
  const { promise: passed, reject } = Promise.withResolvers<never>();
  // Of a process that stood still, the answer may have come and wait to be read.
  const timer = setTimeout(
    () => setImmediate(() => reject(new RedisUnavailable('Redis did not answer in time'))),
    ms,
  );
  try {
    return await Promise.race([step, passed]);
  } finally {
    clearTimeout(timer);
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

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
