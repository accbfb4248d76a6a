/**
 * A bounded space and what each owner has of it. Who has as much as is left for all others gets no more: nobody fills
 * it alone, and of many who try, each has the same share.
 */
export class Shares {
  readonly #taken = new Map<string, number>();
  #left: number;

  constructor(size: number) {
    this.#left = size;
  }

  hasRoom(owner: string): boolean {
    return (this.#taken.get(owner) ?? 0) < this.#left;
  }

  take(owner: string, amount: number): void {
    this.#left -= amount;
    this.#taken.set(owner, (this.#taken.get(owner) ?? 0) + amount);
  }

  giveBack(owner: string, amount: number): void {
    this.#left += amount;
    const taken = (this.#taken.get(owner) ?? 0) - amount;
    if (taken > 0) this.#taken.set(owner, taken);
    else this.#taken.delete(owner);
  }
}
