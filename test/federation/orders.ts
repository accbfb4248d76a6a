/** A second subgraph, as another team would have it: orders, which know their customer by id only. */
import { createSchema, createYoga } from 'graphql-yoga';
import { type Listener, listen } from '../../src/http/listen.ts';

export type Order = { readonly id: string; readonly item: string; readonly customerId: string };

export const ordersSdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])

  type Query {
    orders: [Order!]!
  }
  type Order @key(fields: "id") {
    id: ID!
    item: String!
    "Null where the customer is gone, or is not for the caller to see."
    customer: User
  }
  type User @key(fields: "id") {
    id: ID!
    orders: [Order!]!
  }
  "Shared with whoever pages through lists as Relay does."
  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }
`;

const federationSdl = /* GraphQL */ `
  scalar _Any
  union _Entity = Order | User
  extend type Query {
    _entities(representations: [_Any!]!): [_Entity]!
  }
`;

type Reference = { readonly __typename: 'Order' | 'User'; readonly id: string };

export function startOrders(orders: readonly Order[], port = 0): Promise<Listener> {
  const find = (id: string) => orders.find((order) => order.id === id) ?? null;
  const yoga = createYoga({
    logging: false,
    graphqlEndpoint: '/graphql',
    schema: createSchema({
      typeDefs: [ordersSdl, federationSdl],
      assumeValidSDL: true,
      resolvers: {
        Query: {
          orders: () => orders,
          _entities: (_: unknown, { representations }: { representations: readonly Reference[] }) =>
            representations.map(({ __typename, id }) =>
              __typename === 'User' ? { __typename, id } : find(id),
            ),
        },
        _Entity: { __resolveType: (entity: object) => ('item' in entity ? 'Order' : 'User') },
        Order: { customer: ({ customerId }: Order) => ({ id: customerId }) },
        User: { orders: ({ id }: Reference) => orders.filter(({ customerId }) => customerId === id) },
      },
    }),
  });
  return listen((request) => yoga.fetch(request), { host: '127.0.0.1', port, onError: console.error });
}
