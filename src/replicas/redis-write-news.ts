import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { type RedisConnection, Script, within } from '../redis/connection.ts';
import { createSeal, type Seal } from '../redis/seal.ts';
import type { NewsReader, WriteNews } from '../users/write-news.ts';

/**
 * What was written of late, as a stream: who was away for a moment, or comes new, reads what it missed.
 *
 * KEYS: the stream. ARGV: how long to keep what is told, in ms; what to tell.
 */
const tell = new Script(`
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
for i = 2, #ARGV do
  redis.call('XADD', KEYS[1], 'MINID', '~', string.format('%.0f', now - ARGV[1]), '*', 'sealed', ARGV[i])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return #ARGV - 1
`);

/** How long a write may be kept waiting for its news. */
const patienceMs = 50;
/** How long Redis keeps a reader waiting for news, */
const blockMs = 500;
/** and how long after that it may take to say that there are none. */
const answerMs = 1_000;
/** After it could not read. */
const pauseMs = 500;
/** Of its own writes a replica keeps as many, to tell again. */
const mostOwn = 10_000;
const pageSize = 500;

export type RedisWriteNewsOptions = {
  readonly redis: RedisConnection;
  /** Of all replicas of a deployment, and of nobody else. */
  readonly secret: string;
  /** Whose users they are. */
  readonly tenant: string;
  /** For how long a write is news. */
  readonly keepMs: number;
  /** Told when what others publish begins to arrive, and when it ceases to. */
  readonly onChange?: (isConnected: boolean) => void;
};

export class RedisWriteNews implements WriteNews, Disposable {
  readonly #redis: RedisConnection;
  readonly #key: string;
  readonly #keepMs: number;
  readonly #seal: Seal;
  readonly #onChange: (isConnected: boolean) => void;
  readonly #self = randomUUID();
  readonly #readers = new Set<NewsReader>();
  readonly #connection: Redis;
  readonly #stopWatching: () => void;
  /** When each user was last written here, the longest ago first. */
  readonly #own = new Map<string, number>();
  #isConnected = false;
  /** When it was last known that Redis can be told anything. */
  #probedAt = 0;
  /** How often reading has begun. */
  #begun = 0;
  /** Redis has not answered in time, and not since. */
  #isSlow = false;

  constructor({ redis, secret, tenant, keepMs, onChange = () => {} }: RedisWriteNewsOptions) {
    this.#onChange = onChange;
    this.#redis = redis;
    this.#key = `auth0-users-graphql:writes:${tenant}`;
    this.#keepMs = keepMs;
    this.#seal = createSeal(secret, 'writes');
    // What could not be told, or was told to a Redis that has lost it, is told as soon as it can be.
    this.#stopWatching = redis.onChange(({ away }) => {
      if (away === null) void this.#tell(this.#ownOfLate());
    });
    this.#connection = redis.another(blockMs + answerMs);
    this.#connection.on('error', () => {});
    this.#connection.on('close', () => this.#become(false));
    this.#connection.on('ready', () => void this.#read());
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  async publish(id: string): Promise<void> {
    this.#own.delete(id);
    this.#own.set(id, performance.now());
    const [oldest] = this.#own.keys();
    if (this.#own.size > mostOwn && oldest !== undefined) this.#own.delete(oldest);
    const told = this.#tell([id]);
    if (this.#isSlow) return;
    await within(patienceMs, told).catch(() => {
      this.#isSlow = true;
    });
  }

  subscribe(reader: NewsReader): () => void {
    this.#readers.add(reader);
    return () => void this.#readers.delete(reader);
  }

  [Symbol.dispose](): void {
    this.#stopWatching();
    this.#readers.clear();
    this.#connection.removeAllListeners('close');
    this.#connection.disconnect();
  }

  async #tell(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const sealed = ids.map((id) => this.#seal.seal(this.#key, [this.#self, id]));
    try {
      await this.#redis.run(tell, this.#key, [this.#keepMs, ...sealed]);
      this.#isSlow = false;
    } catch {
      // It is among its own, which are told again.
    }
  }

  #ownOfLate(): string[] {
    const longAgo = performance.now() - this.#keepMs;
    for (const [id, at] of this.#own) if (at <= longAgo) this.#own.delete(id);
    return [...this.#own.keys()];
  }

  /** From what was told before it came on, for as long as the connection lasts. */
  async #read(): Promise<void> {
    const connection = this.#connection;
    const begun = ++this.#begun;
    try {
      const [seconds] = await connection.time();
      let last = `${Number(seconds) * 1_000 - this.#keepMs}-0`;
      for (;;) {
        await this.#probe();
        const entries = await this.#entriesAfter(last);
        for (const [id, [, sealed = '']] of entries) {
          last = id;
          this.#hear(sealed);
        }
        if (this.#isConnected || entries.length === pageSize) continue;
        for (const reader of this.#readers) reader.missed();
        this.#become(true);
        void this.#tell(this.#ownOfLate());
      }
    } catch {
      this.#become(false);
      await sleep(pauseMs, undefined, { ref: false });
      if (begun === this.#begun && connection.status === 'ready') connection.disconnect(true);
    }
  }

  /** Of a Redis that is full one can read, and nobody can tell it anything. */
  async #probe(): Promise<void> {
    if (this.#isConnected && performance.now() - this.#probedAt < blockMs) return;
    await this.#connection.set(`${this.#key}:probe`, '', 'PX', this.#keepMs);
    this.#probedAt = performance.now();
  }

  /** Who has caught up waits for the next; who has not does not. */
  async #entriesAfter(last: string): Promise<[id: string, fields: string[]][]> {
    const connection = this.#connection;
    const answer = await (this.#isConnected
      ? connection.xread('COUNT', pageSize, 'BLOCK', blockMs, 'STREAMS', this.#key, last)
      : connection.xread('COUNT', pageSize, 'STREAMS', this.#key, last));
    return answer?.[0]?.[1] ?? [];
  }

  #become(isConnected: boolean): void {
    if (isConnected === this.#isConnected) return;
    this.#isConnected = isConnected;
    this.#onChange(isConnected);
  }

  /** What cannot be opened was told by somebody else. */
  #hear(sealed: string): void {
    let told: unknown;
    try {
      told = this.#seal.open(this.#key, sealed);
    } catch {
      return;
    }
    const [replica, id] = told as [string, string];
    if (replica !== this.#self) for (const reader of this.#readers) reader.written(id);
  }
}
