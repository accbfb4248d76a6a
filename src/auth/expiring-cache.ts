/** A bounded cache: each value until its time, and when it is full the one unused for longest makes room. */
export class ExpiringCache<Value> {
  readonly #capacity: number;
  /** Oldest use first: a `Map` keeps the order of insertion. */
  readonly #entries = new Map<string, Entry<Value>>();
  #newest: string | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string, now: number): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const isGood = entry.expiresAt > now;
    if (isGood && key === this.#newest) return entry.value;
    this.#entries.delete(key);
    if (!isGood) return undefined;
    this.#put(key, entry);
    return entry.value;
  }

  set(key: string, value: Value, expiresAt: number): void {
    this.#entries.delete(key);
    this.#put(key, { value, expiresAt });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#capacity && oldest !== undefined) this.#entries.delete(oldest);
  }

  #put(key: string, entry: Entry<Value>): void {
    this.#entries.set(key, entry);
    this.#newest = key;
  }
}

type Entry<Value> = { readonly value: Value; readonly expiresAt: number };
