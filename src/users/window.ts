import { pageSize, searchWindow } from '../../schema/limits.ts';

/** Pages of Auth0's, next to each other, and how many of their first users are not wanted. */
export type PageWindow = {
  readonly pages: readonly number[];
  readonly perPage: number;
  readonly skip: number;
};

/**
 * The fewest pages that hold `limit` users from position `offset` on, and among those the smallest.
 *
 * Auth0 addresses a page by its number and size, so a page starts at a multiple of its size; it may neither hold more
 * than 100 users nor reach beyond the first 1,000. One page mostly does, two always do: two of 100 next to each other
 * hold any 100 users, and where the second would reach beyond, the first alone holds all that is left.
 */
export function toPageWindow(offset: number, limit: number): PageWindow {
  const window = smallest(1, offset, limit) ?? smallest(2, offset, limit);
  if (window === undefined)
    throw new RangeError(
      `Expected up to ${pageSize.most} users within the first ${searchWindow}, but got ${limit} from ${offset}`,
    );
  return window;
}

function smallest(count: 1 | 2, offset: number, limit: number): PageWindow | undefined {
  for (let perPage = Math.ceil(limit / count); perPage <= pageSize.most; perPage++) {
    const first = Math.floor(offset / perPage);
    const end = (first + count) * perPage;
    if (offset + limit <= end && end <= searchWindow)
      return {
        pages: Array.from({ length: count }, (_, index) => first + index),
        perPage,
        skip: offset - first * perPage,
      };
  }
  return undefined;
}
