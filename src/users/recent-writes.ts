/** Which users this deployment has lately written, so that no read of them is answered by a search that trails. */
export interface RecentWrites {
  /** Holds from when the promise is resolved. */
  add(id: string): Promise<void>;
  /** Those of the ids that were added of late; where that cannot be told, all of them. */
  among(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** How far Auth0's search may trail a write: about a second is usual, and nobody promises a bound. */
export const longestLagMs = 60_000;

/** What is written again within this stays where it is: a write is noted twice, and to move it costs more. */
const sameMomentMs = 1_000;

/** Ten times what an enterprise tenant lets through in that time, and a few MB. */
const usualRoom = 10_000;

export type RecentWritesOptions = {
  /** Milliseconds that only ever grow. */
  readonly now?: () => number;
  /** How many ids are remembered. */
  readonly room?: number;
};

/** Those that it is told of. While there are more of late than it has room for, any user may have been written. */
export class RecentWritesMemory implements RecentWrites {
  /** In the order of their places, which those of the same moment keep. */
  readonly #writes = new Map<string, { readonly placedAt: number; writtenAt: number }>();
  readonly #now: () => number;
  readonly #room: number;
  /** When the last write was made that there was no room for. */
  #lastBeyond = Number.NEGATIVE_INFINITY;

  constructor({ now = () => performance.now(), room = usualRoom }: RecentWritesOptions = {}) {
    this.#now = now;
    this.#room = room;
  }

  async add(id: string): Promise<void> {
    const now = this.#now();
    const known = this.#writes.get(id);
    // Not of the last write, or one user who is written all the time would keep the first place.
    if (known && now - known.placedAt <= sameMomentMs) {
      known.writtenAt = now;
      return;
    }
    this.#writes.delete(id);
    if (this.#writes.size >= this.#room) this.#forget();
    if (this.#writes.size < this.#room) this.#writes.set(id, { placedAt: now, writtenAt: now });
    else this.#lastBeyond = now;
  }

  async among(ids: readonly string[]): Promise<ReadonlySet<string>> {
    this.#forget();
    const longAgo = this.#longAgo();
    const isAnyone = this.#lastBeyond > longAgo;
    return new Set(
      isAnyone ? ids : ids.filter((id) => (this.#writes.get(id)?.writtenAt ?? longAgo) > longAgo),
    );
  }

  #longAgo(): number {
    return this.#now() - longestLagMs;
  }

  #forget(): void {
    const longAgo = this.#longAgo();
    for (const [id, { writtenAt }] of this.#writes) {
      if (writtenAt > longAgo) return;
      this.#writes.delete(id);
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
