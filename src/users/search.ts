import type { UserSearch, UserSearchResult, UserSortField } from '../../schema/context.ts';
import { ClientError } from '../../schema/errors.ts';
import type { CallOptions } from '../auth0/client.ts';
import { searchErrorOf } from './fault-to-client-error.ts';
import { toCount } from './narrow.ts';
import { toUser } from './normalize.ts';
import type { Reads } from './shared-reads.ts';
import { toPageWindow } from './window.ts';

/** @throws BAD_USER_INPUT for a query that Auth0 cannot read. */
export async function searchUsers(
  { query, sort, offset, limit }: UserSearch,
  reads: Pick<Reads, 'listUsers'>,
  options: CallOptions,
): Promise<UserSearchResult> {
  if (query?.isWellFormed() === false)
    throw new ClientError(
      'BAD_USER_INPUT',
      'Expected query to be Unicode text, but got half a surrogate pair.',
    );
  const { pages, perPage, skip } = toPageWindow(offset, limit);
  const search = {
    perPage,
    ...(query !== null && { q: query }),
    ...(sort && { sort: `${sortNames[sort.field]}:${sort.direction === 'ASC' ? 1 : -1}` }),
  };
  try {
    const answers = await Promise.all(pages.map((page) => reads.listUsers({ ...search, page }, options)));
    return {
      users: answers.flatMap(({ users }) => users.map(toUser)).slice(skip, skip + limit),
      total: toCount(Math.max(...answers.map(({ total }) => total))),
    };
  } catch (error) {
    throw searchErrorOf(error);
  }
}

const sortNames: Record<UserSortField, string> = {
  CREATED_AT: 'created_at',
  UPDATED_AT: 'updated_at',
  LAST_LOGIN: 'last_login',
  LOGINS_COUNT: 'logins_count',
  EMAIL: 'email',
  NAME: 'name',
  FAMILY_NAME: 'family_name',
};
