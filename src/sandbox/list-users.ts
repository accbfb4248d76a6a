/** GET /api/v2/users: one page of what the search index holds. */
import { badRequest } from './errors.ts';
import { rawNumber } from './exact-json.ts';
import { searchUsers } from './search/search.ts';
import { leavesOf } from './search/values.ts';
import type { UserRecord } from './user-record.ts';
import type { Selection } from './user-view.ts';

export type ListQuery = Selection & {
  readonly page?: number;
  readonly per_page?: number;
  readonly include_totals?: boolean;
  readonly sort?: string;
  readonly q?: string;
};

export type Page = {
  readonly start: number;
  readonly limit: number;
  readonly total: number;
  readonly users: readonly UserRecord[];
};

/** @throws ApiError 400 beyond the first 1000 users, and for a query that cannot be read. */
export function listUsers(indexed: Iterable<UserRecord>, query: ListQuery): Page {
  const { page = 0, per_page: limit = 50, q = '', sort } = query;
  if ((page + 1) * limit > 1000) {
    throw badRequest(
      'You can only page through the first 1000 records. See https://auth0.com/docs/users/search/v3/view-search-results-by-page#limitation',
      'invalid_paging',
    );
  }
  const found = [...searchUsers(indexed, q)];
  const sorted = sort ? sortedBy(found, sort) : found;
  const start = page * limit;
  return { start, limit, total: found.length, users: sorted.slice(start, start + limit) };
}

function sortedBy(users: readonly UserRecord[], sort: string): readonly UserRecord[] {
  const [field = '', order] = sort.split(':');
  if (/^(user|app)_metadata(\.|$)/.test(field)) {
    throw badRequest('Sorting by app_metadata or user_metadata is not supported.', 'invalid_query_string');
  }
  const direction = order === '-1' ? -1 : 1;
  const keyed = users.map((user) => ({ user, key: sortKey(user, field) }));
  return keyed.toSorted((a, b) => compareKeys(a.key, b.key, direction)).map(({ user }) => user);
}

type SortKey = string | number | undefined;

function sortKey(user: UserRecord, field: string): SortKey {
  const [value] = leavesOf(user, field.split('.'));
  if (typeof value === 'string') return value.toLowerCase();
  return typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : rawNumber(value);
}

/** Users without a value come last, whichever way the others go. */
function compareKeys(a: SortKey, b: SortKey, direction: 1 | -1): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (a === b) return 0;
  return (a < b ? -1 : 1) * direction;
}
