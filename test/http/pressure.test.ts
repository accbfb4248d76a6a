import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { type Machine, type Pressure, watchPressure } from '../../src/http/pressure.ts';

/** A machine whose time and memory go as they are told to. */
class ToldMachine implements Machine {
  #now = 1_000;
  #heapUse = 0.1;
  #dueAt = Number.POSITIVE_INFINITY;
  #tick = () => {};
  #collected = () => {};

  now = () => this.#now;
  heapUse = () => this.#heapUse;
  onCollected(listener: () => void) {
    this.#collected = listener;
    return () => {};
  }
  everyTick(ms: number, listener: () => void) {
    this.#dueAt = this.#now + ms;
    this.#tick = () => {
      this.#dueAt = this.#now + ms;
      listener();
    };
    return () => {};
  }

  /** Time in which the loop turns. */
  run(ms: number): void {
    const until = this.#now + ms;
    while (this.#dueAt <= until) {
      this.#now = Math.max(this.#now, this.#dueAt);
      this.#tick();
    }
    this.#now = Math.max(this.#now, until);
  }
  /** Time in which it does not: what is due comes after it. */
  stall(ms: number): void {
    this.#now += ms;
  }
  use(share: number): void {
    this.#heapUse = share;
  }
  collect(left: number): void {
    this.#heapUse = left;
    this.#collected();
  }
}

let pressure: Pressure | undefined;
afterEach(() => pressure?.[Symbol.dispose]());

function watched(): ToldMachine {
  const machine = new ToldMachine();
  pressure = watchPressure(machine);
  return machine;
}
const isHigh = () => pressure?.isHigh();

test('a loop that turns in time is no pressure, however long it does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 450 }), { maxLength: 30 }), (stalls) => {
      const machine = watched();
      for (const ms of stalls) {
        machine.stall(ms);
        expect(isHigh()).toBe(false);
        machine.run(50);
        expect(isHigh()).toBe(false);
      }
    }),
  );
});

test('what waited out a stall of 600 ms is too much, before the loop has turned and right after', () => {
  const machine = watched();
  machine.run(500);
  machine.stall(600);
  expect(isHigh()).toBe(true);
  machine.run(0);
  expect(isHigh()).toBe(true);
});

test('what comes after that is not', () => {
  const machine = watched();
  machine.stall(5_000);
  machine.run(0);
  machine.run(50);
  expect(isHigh()).toBe(false);
});

test('a heap full of garbage is no pressure', () => {
  const machine = watched();
  machine.collect(0.3);
  machine.use(0.95);
  expect(isHigh()).toBe(false);
});

test('a heap that a full collection left full is, until there is room again', () => {
  const machine = watched();
  machine.collect(0.9);
  expect(isHigh()).toBe(true);
  machine.use(0.5);
  expect(isHigh()).toBe(false);
  machine.use(0.9);
  expect(isHigh()).toBe(true);
  machine.collect(0.8);
  expect(isHigh()).toBe(false);
});
