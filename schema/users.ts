import type { Builder } from './builder.ts';
import type { UserSearch } from './context.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { ClientError } from './errors.ts';
import { pageSize, searchWindow } from './limits.ts';
import type { User } from './model.ts';
import { assertCaller, assertMaySearch } from './policy.ts';
import type { defineUser } from './user.ts';
import type { UserView } from './user-view.ts';

type Page = { readonly users: readonly User[]; readonly offset: number; readonly total: number };
type Edge = { readonly cursor: string; readonly node: UserView };

/** The search through all users, page by page. */
export function defineUsers(builder: Builder, UserType: ReturnType<typeof defineUser>): void {
  const PageInfo = builder.objectRef<Page>('PageInfo').implement({
    description: 'Where a page stands in the whole list.',
    fields: (t) => ({
      hasNextPage: t.boolean({
        nullable: false,
        description: `Whether more users can be had after this page. False at position ${searchWindow}, where Auth0 stops.`,
        resolve: ({ users, offset, total }) =>
          users.length > 0 && offset + users.length < Math.min(total, searchWindow),
      }),
      hasPreviousPage: t.boolean({
        nullable: false,
        description: 'Whether there are users before this page.',
        resolve: ({ offset, total }) => offset > 0 && total > 0,
      }),
      startCursor: t.string({
        nullable: true,
        description: 'Cursor of the first user of the page; null when it is empty.',
        resolve: ({ users, offset }) => (users.length > 0 ? toCursor(offset) : null),
      }),
      endCursor: t.string({
        nullable: true,
        description: 'Cursor of the last user of the page, to be sent as `after`; null when it is empty.',
        resolve: ({ users, offset }) => (users.length > 0 ? toCursor(offset + users.length - 1) : null),
      }),
    }),
  });

  const UserEdge = builder.objectRef<Edge>('UserEdge').implement({
    description: 'A user and their place in the list.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        nullable: false,
        description: 'The position, to be sent as `after`.',
      }),
      node: t.expose('node', { type: UserType, nullable: false, description: 'The user.' }),
    }),
  });

  const UserConnection = builder.objectRef<Page>('UserConnection').implement({
    description: 'A page of users.',
    fields: (t) => ({
      edges: t.field({
        type: [UserEdge],
        nullable: false,
        description: 'The users of this page with their cursors.',
        resolve: ({ users, offset }) =>
          users.map((user, index) => ({ cursor: toCursor(offset + index), node: everythingOf(user) })),
      }),
      nodes: t.field({
        type: [UserType],
        nullable: false,
        description: 'The users of this page.',
        resolve: ({ users }) => users.map(everythingOf),
      }),
      pageInfo: t.field({
        type: PageInfo,
        nullable: false,
        description: 'Where this page stands.',
        resolve: (page) => page,
      }),
      totalCount: t.exposeInt('total', {
        nullable: false,
        description: `How many users match, also beyond the ${searchWindow} that can be paged through.`,
      }),
    }),
  });

  const UserSortField = builder.enumType('UserSortField', {
    description: 'What users can be sorted by.',
    values: {
      CREATED_AT: { description: 'When the user was created.' },
      UPDATED_AT: { description: 'When the user last changed.' },
      LAST_LOGIN: { description: 'When the user last signed in.' },
      LOGINS_COUNT: { description: 'How often the user has signed in.' },
      EMAIL: { description: 'E-mail address.' },
      NAME: { description: 'Full name.' },
      FAMILY_NAME: { description: 'Family name(s).' },
    } as const,
  });
  const SortDirection = builder.enumType('SortDirection', {
    description: 'Which end comes first.',
    values: {
      ASC: { description: 'Smallest or oldest first.' },
      DESC: { description: 'Largest or newest first.' },
    } as const,
  });
  const UserSort = builder.inputType('UserSort', {
    description: 'The order of users.',
    fields: (t) => ({
      field: t.field({ type: UserSortField, required: true, description: 'What to sort by.' }),
      direction: t.field({
        type: SortDirection,
        required: true,
        defaultValue: 'ASC',
        description: 'Which end comes first.',
      }),
    }),
  });

  builder.queryField('users', (t) =>
    t.field({
      type: UserConnection,
      nullable: true,
      description: `Search through all users. Auth0's index trails writes by a moment, and it pages through the first ${searchWindow} results only. Takes the permission read:users.`,
      args: {
        query: t.arg.string({
          description:
            'Auth0 search syntax (v3, after Lucene), such as email.domain:"example.com" AND blocked:true. Null or omitted: everybody.',
        }),
        sort: t.arg({ type: UserSort, description: "The order. Null or omitted: Auth0's own." }),
        first: t.arg.int({
          defaultValue: pageSize.usual,
          description: `How many users, ${pageSize.least} to ${pageSize.most}; null: ${pageSize.usual}.`,
        }),
        after: t.arg.string({
          description:
            'The cursor after which to go on. A cursor is a position: it survives another `first`.',
        }),
      },
      access: (_, { authentication }) => assertMaySearch(assertCaller(authentication)),
      resolve: async (_, { query, sort, first, after }, { users }) => {
        const window = toWindow(first ?? pageSize.usual, after ?? null);
        const page = await users.search({ query: query ?? null, sort: sort ?? null, ...window });
        return { ...page, offset: window.offset };
      },
    }),
  );
}

/** @throws BAD_USER_INPUT for a page that does not exist or that Auth0 does not reach. */
function toWindow(first: number, after: string | null): Pick<UserSearch, 'offset' | 'limit'> {
  if (first < pageSize.least || first > pageSize.most)
    throw new ClientError(
      'BAD_USER_INPUT',
      `Expected first to be ${pageSize.least} to ${pageSize.most}, but got ${first}.`,
    );
  const position = after === null ? -1 : fromCursor(after);
  if (position === null)
    throw new ClientError('BAD_USER_INPUT', 'Expected after to be a cursor of this list.');
  const offset = position + 1;
  if (offset >= searchWindow)
    throw new ClientError(
      'BAD_USER_INPUT',
      `Auth0 pages through the first ${searchWindow} users only: narrow the query instead of going on after position ${searchWindow}.`,
    );
  return { offset, limit: Math.min(first, searchWindow - offset) };
}

function everythingOf(user: User): UserView {
  return { user, readable: 'everything' };
}
