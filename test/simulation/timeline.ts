import type { Clock } from '../../src/pacing/clock.ts';

/** Time that passes only as fast as there is something to do in it. */
export type Timeline = Clock & {
  sleep(ms: number): Promise<void>;
  /** Time stands still until this, which happens outside of it, is over. */
  standStill<T>(outside: Promise<T>): Promise<T>;
  /** Lets everything happen, in order, that is due until then. */
  runUntil(endMs: number): Promise<void>;
};

type Timer = { readonly at: number; readonly order: number; run: (() => void) | null };

export function createTimeline(): Timeline {
  let nowMs = 0;
  let order = 0;
  const timers: Timer[] = [];
  const outside = new Set<Promise<unknown>>();
  const after = (ms: number, run: () => void) => {
    const timer: Timer = { at: nowMs + Math.max(0, ms), order: order++, run };
    push(timers, timer);
    return () => {
      timer.run = null;
    };
  };
  /** Whatever promises have to do is done. */
  const settled = async () => {
    await turnOfTheLoop();
    while (outside.size > 0) {
      await Promise.allSettled(outside);
      await turnOfTheLoop();
    }
  };
  return {
    now: () => nowMs,
    after,
    sleep: (ms) => new Promise((resolve) => void after(ms, resolve)),
    standStill(event) {
      outside.add(event);
      return event.finally(() => outside.delete(event));
    },
    async runUntil(endMs) {
      await settled();
      for (let next = timers[0]; next && next.at <= endMs; next = timers[0]) {
        pop(timers);
        if (next.run === null) continue;
        nowMs = next.at;
        next.run();
        await settled();
      }
      nowMs = endMs;
    },
  };
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

// A binary heap: each timer is due no later than the two that stand at twice its place, and one and two further on.

function push(heap: Timer[], timer: Timer): void {
  let place = heap.push(timer) - 1;
  while (place > 0) {
    const above = (place - 1) >> 1;
    if (!isBefore(heap, place, above)) return;
    swap(heap, place, above);
    place = above;
  }
}

function pop(heap: Timer[]): void {
  swap(heap, 0, heap.length - 1);
  heap.pop();
  for (let place = 0; ; ) {
    const left = 2 * place + 1;
    const first = isBefore(heap, left + 1, left) ? left + 1 : left;
    if (!isBefore(heap, first, place)) return;
    swap(heap, place, first);
    place = first;
  }
}

function isBefore(heap: readonly Timer[], one: number, other: number): boolean {
  const [first, second] = [heap[one], heap[other]];
  if (!first || !second) return false;
  return first.at < second.at || (first.at === second.at && first.order < second.order);
}

function swap(heap: Timer[], one: number, other: number): void {
  const [first, second] = [heap[one], heap[other]];
  if (!first || !second) return;
  heap[one] = second;
  heap[other] = first;
}
