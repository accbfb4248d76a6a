import { LRUCache } from 'lru-cache';
import type { WireUser } from '../auth0/wire.ts';

/** In characters of their JSON. */
const mostOfAll = 64 * 1024 * 1024;
const mostOfOne = 1024 * 1024;

/** Users as they were read, to be served again for a while; those that were not asked for of late give way. */
export class UserCache {
  readonly #users: LRUCache<string, WireUser>;

  /** @param now milliseconds that only ever grow */
  constructor(ttlMs: number, now: () => number) {
    this.#users = new LRUCache({
      ttl: ttlMs,
      maxSize: mostOfAll,
      maxEntrySize: mostOfOne,
      sizeCalculation: (user) => JSON.stringify(user).length,
      ttlResolution: 0,
      perf: { now },
    });
  }

  get(id: string): WireUser | undefined {
    return this.#users.get(id);
  }

  /** @param readAt when the read began: what it tells may be as old as that. */
  set(user: WireUser, readAt: number): void {
    this.#users.set(user.user_id, user, { start: readAt });
  }

  delete(id: string): void {
    this.#users.delete(id);
  }

  clear(): void {
    this.#users.clear();
  }
}
