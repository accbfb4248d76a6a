import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExpiringCache } from '../../src/auth/expiring-cache.ts';

it('keeps a value until its time', () => {
  const cache = new ExpiringCache<string>(2);
  cache.set('a', 'A', 10);
  expect(cache.get('a', 9)).toBe('A');
  expect(cache.get('a', 10)).toBeUndefined();
  expect(cache.size).toBe(0);
});

it('makes room at the cost of the longest unused', () => {
  const cache = new ExpiringCache<string>(2);
  cache.set('a', 'A', 10);
  cache.set('b', 'B', 10);
  cache.get('a', 0);
  cache.set('c', 'C', 10);
  expect(['a', 'b', 'c'].map((key) => cache.get(key, 0))).toEqual(['A', undefined, 'C']);
});

it('counts a value that is set again as used', () => {
  const cache = new ExpiringCache<string>(2);
  cache.set('a', 'A', 10);
  cache.set('b', 'B', 10);
  cache.set('a', 'AA', 10);
  cache.set('c', 'C', 10);
  expect(['a', 'b', 'c'].map((key) => cache.get(key, 0))).toEqual(['AA', undefined, 'C']);
});

it('never grows over its capacity nor serves another key', () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    isWrite: fc.boolean(),
    time: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.array(step), (capacity, steps) => {
      const cache = new ExpiringCache<string>(capacity);
      for (const { key, isWrite, time } of steps) {
        if (isWrite) cache.set(key, key, time);
        else expect([key, undefined]).toContain(cache.get(key, time));
        expect(cache.size).toBeLessThanOrEqual(capacity);
      }
    }),
  );
});
