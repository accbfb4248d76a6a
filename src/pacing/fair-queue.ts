import { type Lane, lanes, type Place } from './place.ts';

/** How often in a row a lane may be passed over for those before it. */
const mostPassedOver = 8;

type Entry<Item> = { readonly item: Item; readonly place: Place };
/** Who waits in a lane. */
type Waiting<Item> = {
  /** The next caller first. Nobody is in it who waits for nothing. */
  readonly callers: Map<string, Entry<Item>[]>;
  size: number;
  /** In a row. */
  passedOver: number;
};

/**
 * A queue in which callers take turns, one call each, however many they wait for. Lanes go before each other, but one
 * that was passed over eight times has the next turn, so that nobody waits for ever. It has an end: where it is full,
 * whoever waits for the most gives way.
 */
export class FairQueue<Item> {
  readonly #most: number;
  readonly #lanes: readonly Waiting<Item>[] = lanes.map(() => ({
    callers: new Map(),
    size: 0,
    passedOver: 0,
  }));
  readonly #entries = new Map<Item, Entry<Item>>();

  /** @param most how many may wait */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(item: Item): boolean {
    return this.#entries.has(item);
  }

  /** In no order of turns. Items may be taken out on the way. */
  items(): Iterable<Item> {
    return this.#entries.keys();
  }

  /**
   * @param isFirst before all else that waits for this caller in this lane
   * @returns who had to give way, if anyone: it may be the item itself.
   */
  add(item: Item, place: Place, isFirst = false): Item | null {
    this.#insert({ item, place }, isFirst);
    if (this.size <= this.#most) return null;
    const last = this.#lastOf(this.#greediest());
    if (last !== null) this.remove(last);
    return last;
  }

  remove(item: Item): void {
    const entry = this.#entries.get(item);
    if (!entry) return;
    this.#entries.delete(item);
    const lane = this.#laneOf(entry.place.lane);
    const waiting = lane.callers.get(entry.place.caller) ?? [];
    waiting.splice(waiting.indexOf(entry), 1);
    if (waiting.length === 0) lane.callers.delete(entry.place.caller);
    if (--lane.size === 0) lane.passedOver = 0;
  }

  /** Whose turn it is. */
  peek(): Item | undefined {
    const [first] = this.#nextLane()?.callers.values() ?? [];
    return first?.[0]?.item;
  }

  /** Takes out whose turn it is. */
  next(): Item | undefined {
    const lane = this.#nextLane();
    const [caller, waiting = []] = lane?.callers.entries().next().value ?? [];
    const [entry] = waiting;
    if (!lane || caller === undefined || !entry) return undefined;
    for (const other of this.#lanes) if (other.size > 0) other.passedOver++;
    this.remove(entry.item);
    lane.passedOver = 0;
    lane.callers.delete(caller);
    if (waiting.length > 0) lane.callers.set(caller, waiting);
    return entry.item;
  }

  /** How many go before it, as things stand. */
  ahead(item: Item): number {
    const entry = this.#entries.get(item);
    if (!entry) return 0;
    const { lane, caller } = entry.place;
    const own = this.#laneOf(lane).callers.get(caller) ?? [];
    return this.#aheadAt(entry.place, own.indexOf(entry));
  }

  /** Waits where it has to wait less, if that is there. */
  offer(item: Item, place: Place): void {
    const entry = this.#entries.get(item);
    if (!entry) return;
    const there = this.#aheadAt(place, this.#laneOf(place.lane).callers.get(place.caller)?.length ?? 0);
    if (there >= this.ahead(item)) return;
    this.remove(item);
    this.#insert({ item, place }, false);
  }

  #insert(entry: Entry<Item>, isFirst: boolean): void {
    const lane = this.#laneOf(entry.place.lane);
    const waiting = lane.callers.get(entry.place.caller);
    if (!waiting) lane.callers.set(entry.place.caller, [entry]);
    else if (isFirst) waiting.unshift(entry);
    else waiting.push(entry);
    lane.size++;
    this.#entries.set(entry.item, entry);
  }

  #nextLane(): Waiting<Item> | undefined {
    const waiting = this.#lanes.filter(({ size }) => size > 0);
    return waiting.findLast(({ passedOver }) => passedOver >= mostPassedOver) ?? waiting[0];
  }

  /** Of a place behind so many others of the same caller. Later lanes get their share of turns in between. */
  #aheadAt({ lane, caller }: Place, behind: number): number {
    const rank = lanes.indexOf(lane);
    let ahead = behind + sum(this.#lanes.slice(0, rank).map(({ size }) => size));
    let isBefore = true;
    for (const [other, waiting] of this.#laneOf(lane).callers) {
      if (other === caller) isBefore = false;
      else ahead += Math.min(waiting.length, isBefore ? behind + 1 : behind);
    }
    const later = sum(this.#lanes.slice(rank + 1).map(({ size }) => size));
    return ahead + Math.min(later, Math.floor(ahead / mostPassedOver));
  }

  #laneOf(lane: Lane): Waiting<Item> {
    const found = this.#lanes[lanes.indexOf(lane)];
    if (!found) throw new RangeError(`Expected a lane, but got ${lane}.`);
    return found;
  }

  #greediest(): string {
    const counts = new Map<string, number>();
    for (const { callers } of this.#lanes)
      for (const [caller, waiting] of callers) counts.set(caller, (counts.get(caller) ?? 0) + waiting.length);
    return [...counts].reduce((one, other) => (other[1] > one[1] ? other : one))[0];
  }

  #lastOf(caller: string): Item | null {
    const lane = this.#lanes.findLast(({ callers }) => callers.has(caller));
    return lane?.callers.get(caller)?.at(-1)?.item ?? null;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
