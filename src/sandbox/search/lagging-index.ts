import type { UserRecord } from '../user-record.ts';

/**
 * The users as search sees them: every write shows only after the lag. A user keeps the place it was first given.
 */
export class LaggingIndex {
  readonly #visible = new Map<string, UserRecord>();
  readonly #lagMs: number;
  readonly #now: () => number;
  /** In the order they fall due. */
  readonly #pending: Write[] = [];

  /** @param now Milliseconds that only ever grow. */
  constructor(lagMs: number, now: () => number = () => performance.now()) {
    this.#lagMs = lagMs;
    this.#now = now;
  }

  /** Takes note of a write: the user as it is from now on, or undefined when it is gone. */
  write(userId: string, user: UserRecord | undefined): void {
    const now = this.#now();
    this.#settle(now);
    this.#pending.push({ dueAt: now + this.#lagMs, userId, user });
  }

  users(): Iterable<UserRecord> {
    this.#settle(this.#now());
    return this.#visible.values();
  }

  /** Makes all writes visible at once. */
  flush(): void {
    this.#settle(Number.POSITIVE_INFINITY);
  }

  #settle(now: number): void {
    const firstLater = this.#pending.findIndex(({ dueAt }) => dueAt > now);
    const due = this.#pending.splice(0, firstLater === -1 ? this.#pending.length : firstLater);
    for (const { userId, user } of due) {
      if (user) this.#visible.set(userId, user);
      else this.#visible.delete(userId);
    }
  }
}

type Write = {
  readonly dueAt: number;
  readonly userId: string;
  readonly user: UserRecord | undefined;
};
