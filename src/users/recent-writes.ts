/** Which users this deployment has lately written, so that no read of them is answered by a search that trails. */
export interface RecentWrites {
  /** Holds from when the promise is resolved. */
  add(id: string): Promise<void>;
  /** Those of the ids that were added of late; where that cannot be told, all of them. */
  among(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** How far Auth0's search may trail a write: about a second is usual, and nobody promises a bound. */
const longestLagMs = 60_000;

/** The writes of this process. */
export class RecentWritesMemory implements RecentWrites {
  /** When each write was made, the oldest first. */
  readonly #writtenAt = new Map<string, number>();
  readonly #now: () => number;

  /** @param now milliseconds that only ever grow */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  async add(id: string): Promise<void> {
    this.#writtenAt.delete(id);
    this.#writtenAt.set(id, this.#now());
  }

  async among(ids: readonly string[]): Promise<ReadonlySet<string>> {
    this.#forget();
    return new Set(ids.filter((id) => this.#writtenAt.has(id)));
  }

  #forget(): void {
    const longAgo = this.#now() - longestLagMs;
    for (const [id, writtenAt] of this.#writtenAt) {
      if (writtenAt > longAgo) return;
      this.#writtenAt.delete(id);
    }
  }
}

/**
 * Makes a write that is noted before it can have an effect, and again once it is over: that is when the lag begins,
 * and a write without an answer may still come into effect.
 */
export async function noted<T>(writes: RecentWrites, id: string, write: () => Promise<T>): Promise<T> {
  await writes.add(id);
  try {
    return await write();
  } finally {
    await writes.add(id);
  }
}
