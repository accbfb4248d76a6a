import type { Builder } from './builder.ts';
import type { Context } from './context.ts';
import { ClientError } from './errors.ts';
import { representationsLimit } from './limits.ts';
import { assertCaller } from './policy.ts';
import { type defineUser, readUsers } from './user.ts';
import type { UserView } from './user-view.ts';

export type FederationOptions = {
  /** Whether `_service` tells the SDL, as introspection would tell the schema. Default true. */
  readonly introspection?: boolean;
};

/**
 * What a router asks of a subgraph, as fields like any other: whatever watches, limits or allows the fields of the
 * contract does the same with these.
 */
export function defineFederation(
  builder: Builder,
  User: ReturnType<typeof defineUser>,
  sdl: () => string,
  { introspection = true }: FederationOptions,
): void {
  // Made for the first router that asks: most gateways are asked never, or once.
  let told: string | undefined;
  const Service = builder.objectRef<{ readonly sdl: string }>('_Service').implement({
    description: 'This graph, as a subgraph of others.',
    fields: (t) => ({
      sdl: t.exposeString('sdl', { nullable: false, description: 'What to compose a supergraph from.' }),
    }),
  });
  builder.scalarType('_Any', {
    description:
      'An object of another subgraph, by its __typename and its key: {"__typename": "User", "id": …}.',
    serialize: () => {
      throw new TypeError('Expected representations to come in only.');
    },
  });
  const Entity = builder.unionType('_Entity', {
    description: 'What can be asked for by its key.',
    types: [User],
    resolveType: () => User,
  });

  builder.queryFields((t) => ({
    _service: t.field({
      type: Service,
      nullable: false,
      description: 'For composing a supergraph. Takes no token; refused where introspection is off.',
      access: () => {
        if (!introspection) throw new ClientError('FORBIDDEN', 'The schema is not told here.');
      },
      resolve: () => ({ sdl: (told ??= sdl()) }),
    }),
    _entities: t.field({
      type: [Entity],
      nullable: { list: false, items: true },
      description: `For routers: the users that other subgraphs speak of, in the order of the representations. Null: no such user. At most ${representationsLimit} representations in an operation.`,
      args: {
        representations: t.arg({
          type: ['_Any'],
          required: true,
          description: 'The users, each as {"__typename": "User", "id": …}.',
        }),
      },
      access: ({ representations }, context) => {
        assertCaller(context.authentication);
        counted.set(context, countOf(context) + representations.length);
      },
      resolve: async (_, { representations }, context) => {
        // By then every other `_entities` of the operation is counted as well.
        await Promise.resolve();
        assertFew(countOf(context));
        const ids = representations.map(idOf);
        // Whoever is asked for twice is one object: what is selected of them is then found out once.
        const views = await readUsers([...new Set(ids.filter((id) => typeof id === 'string'))], context);
        // An error in the place of an item is that item's, as graphql.js has it.
        return ids.map((id) =>
          typeof id === 'string' ? (views.get(id) ?? null) : id,
        ) as (UserView | null)[];
      },
    }),
  }));
}

/** How many representations an operation holds. */
const counted = new WeakMap<Context, number>();

function countOf(context: Context): number {
  return counted.get(context) ?? 0;
}

function assertFew(representations: number): void {
  if (representations > representationsLimit)
    throw new ClientError(
      'OPERATION_TOO_COMPLEX',
      `Expected at most ${representationsLimit} representations in an operation, but got ${representations}.`,
    );
}

/** Or BAD_USER_INPUT, which concerns this representation only. */
function idOf(representation: unknown): string | ClientError {
  const { __typename: typeName, id } = {
    ...(representation as { __typename?: unknown; id?: unknown } | null),
  };
  if (typeName !== 'User' || typeof id !== 'string')
    return new ClientError(
      'BAD_USER_INPUT',
      'Expected a representation of the type User with its id as a string.',
    );
  return id;
}
