import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPageWindow } from '../../src/users/window.ts';

const windows = fc
  .record({ offset: fc.integer({ min: 0, max: 999 }), limit: fc.integer({ min: 1, max: 100 }) })
  .filter(({ offset, limit }) => offset + limit <= 1000);

describe('a window', () => {
  it('covers what is asked for, within what Auth0 allows', () => {
    fc.assert(
      fc.property(windows, ({ offset, limit }) => {
        const { pages, perPage, skip } = toPageWindow(offset, limit);
        const positions = pages.flatMap((page) =>
          Array.from({ length: perPage }, (_, index) => page * perPage + index),
        );
        expect(positions.slice(skip, skip + limit)).toEqual(
          Array.from({ length: limit }, (_, index) => offset + index),
        );
        expect(perPage).toBeLessThanOrEqual(100);
        expect(Math.max(...positions)).toBeLessThan(1000);
        expect(pages.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes two pages only where no single one would do', () => {
    fc.assert(
      fc.property(windows, ({ offset, limit }) => {
        const singles = Array.from({ length: 100 }, (_, index) => index + 1).filter((perPage) => {
          const end = (Math.floor(offset / perPage) + 1) * perPage;
          return offset + limit <= end && end <= 1000;
        });
        const { pages, perPage } = toPageWindow(offset, limit);
        if (singles.length > 0)
          expect({ pages: pages.length, perPage }).toEqual({ pages: 1, perPage: singles[0] });
        else expect(pages).toHaveLength(2);
      }),
    );
  });

  it.each([
    [0, 25, { pages: [0], perPage: 25, skip: 0 }],
    [50, 25, { pages: [2], perPage: 25, skip: 0 }],
    [1, 25, { pages: [0], perPage: 26, skip: 1 }],
    [100, 100, { pages: [1], perPage: 100, skip: 0 }],
    [999, 1, { pages: [999], perPage: 1, skip: 0 }],
    [990, 10, { pages: [99], perPage: 10, skip: 0 }],
    [95, 10, { pages: [6], perPage: 15, skip: 5 }],
    [101, 100, { pages: [1, 2], perPage: 67, skip: 34 }],
  ])('from %i of %i users is as small as can be', (offset, limit, window) => {
    expect(toPageWindow(offset, limit)).toEqual(window);
  });

  it('is refused where Auth0 does not reach', () => {
    expect(() => toPageWindow(950, 100)).toThrow(RangeError);
    expect(() => toPageWindow(0, 201)).toThrow(RangeError);
  });
});
