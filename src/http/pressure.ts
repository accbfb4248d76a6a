/** Whether this process can take on more: it cannot while its event loop is late, or its memory nearly full. */
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

export type Pressure = Disposable & {
  isHigh(): boolean;
};

/** How late the event loop may be. What has waited longer than that is the start of a queue. */
const mostLateMs = 500;

/** How much of the heap may be in use once everything was collected that could be. */
const fullestHeap = 0.85;

const tickMs = 50;

/** What the machine tells; an argument, so that it can be told otherwise. */
export type Machine = {
  /** Monotonic, in milliseconds. */
  now(): number;
  /** From 0 to 1. */
  heapUse(): number;
  /** Calls back after every full collection; returns what ends that. */
  onCollected(listener: () => void): () => void;
  /** Calls back all the time; returns what ends that. */
  everyTick(ms: number, listener: () => void): () => void;
};

export function watchPressure(machine: Machine = thisProcess): Pressure {
  let dueAt = machine.now() + tickMs;
  let lateMs = 0;
  let heapOnceCollected = 0;
  const ends = [
    machine.everyTick(tickMs, () => {
      const at = machine.now();
      lateMs = at - dueAt;
      dueAt = at + tickMs;
    }),
    machine.onCollected(() => {
      heapOnceCollected = machine.heapUse();
    }),
  ];
  return {
    isHigh() {
      // What waited at the sockets comes before the timer, or right after it.
      if (Math.max(lateMs, machine.now() - dueAt) > mostLateMs) return true;
      // What is in use includes garbage, and what the last collection left may have been freed since: so both.
      return heapOnceCollected > fullestHeap && machine.heapUse() > fullestHeap;
    },
    [Symbol.dispose]() {
      for (const end of ends) end();
    },
  };
}

const thisProcess: Machine = {
  now: () => performance.now(),
  heapUse() {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    return used / limit;
  },
  onCollected(listener) {
    const observer = new PerformanceObserver((list) => {
      if (list.getEntries().some(isFullCollection)) listener();
    });
    observer.observe({ entryTypes: ['gc'] });
    return () => observer.disconnect();
  },
  everyTick(ms, listener) {
    const timer = setInterval(listener, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

function isFullCollection(entry: PerformanceEntry): boolean {
  return (entry as GCEntry).detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}

type GCEntry = PerformanceEntry & { readonly detail: { readonly kind: number } };
