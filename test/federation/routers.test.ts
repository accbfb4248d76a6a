/** The supergraph, run for real: a query goes through a router to this gateway and to another subgraph. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Listener } from '../../src/http/listen.ts';
import {
  type AnsweredError,
  admin,
  type Caller,
  john,
  johnId,
  startGateway,
  support,
  type TestGateway,
} from '../support/gateway.ts';
import { answer, reset, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';
import { ordersSdl, startOrders } from './orders.ts';
import { type Router, startApolloGateway, startHiveGateway } from './routers.ts';
import { composers } from './supergraph.ts';

const lenaId = 'auth0|6131c0dbce67b00071910e02';
const goneId = 'auth0|gone';
const troubledId = 'github|12345678';
const orders = [
  { id: '1', item: 'a kettle', customerId: johnId },
  { id: '2', item: 'a lamp', customerId: lenaId },
  { id: '3', item: 'a rug', customerId: goneId },
  { id: '4', item: 'a chair', customerId: johnId },
];

type Result<Data> = { data?: Data | null; errors?: (AnsweredError & { extensions: object })[] };
type Customer = {
  id: string;
  nickname?: string | null;
  email?: string;
  identities?: unknown[];
  orders?: unknown[];
};
type Orders = { orders: { id: string; item: string; customer: Customer | null }[] };

let gateway: TestGateway;
let tenant: TroubledTenant;
let listener: Listener;
const troubledOrders = [{ id: '5', item: 'a mirror', customerId: troubledId }];
beforeAll(async () => {
  gateway = await startGateway({
    tenantInFront: async ({ origin }) => {
      tenant = await startTroubledTenant(origin);
      tenant.troubleAt(encodeURIComponent(troubledId), answer(500, {}));
      return tenant;
    },
  });
  listener = await startOrders([...orders, ...troubledOrders]);
});
afterAll(async () => {
  await listener[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

async function sdlOf(of: TestGateway): Promise<string> {
  const { data } = await of.ask<{ _service: { sdl: string } }, object>('{ _service { sdl } }', {}, 'nobody');
  return data?._service.sdl ?? '';
}

async function subgraphs(of = gateway) {
  return [
    { name: 'users', url: `${of.url}/graphql`, sdl: await sdlOf(of) },
    { name: 'orders', url: `${listener.url}/graphql`, sdl: ordersSdl },
  ];
}

async function ask<Data>(router: Router, query: string, as: Caller, variables = {}): Promise<Result<Data>> {
  const token = await gateway.tokenOf(as);
  const response = await fetch(router.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Result<Data>;
}

const update = `mutation ($id: ID!, $input: UpdateUserInput!) {
  updateUser(id: $id, input: $input) {
    __typename
    ... on UpdateUserSuccess { changedFields user { nickname orders { item } } }
    ... on InvalidUserInput { issues { path code } }
  }
}`;

describe.each([
  { name: 'Hive Gateway', compose: composers.guild, start: startHiveGateway },
  { name: 'Apollo Gateway', compose: composers.apollo, start: startApolloGateway },
])('through $name', ({ compose, start }) => {
  let router: Router;
  beforeAll(async () => {
    router = await start(compose(await subgraphs()));
  });
  afterAll(() => router[Symbol.asyncDispose]());

  test('orders tell their customers, all of them at the price of one request here', async () => {
    tenant.takeCalls();
    const { data } = await ask<Orders>(
      router,
      '{ orders { id item customer { email identities { provider isPrimary } } } }',
      admin,
    );
    expect(data?.orders.slice(0, 4)).toMatchObject([
      { item: 'a kettle', customer: { email: 'john.doe@gmail.com', identities: [{ isPrimary: true }] } },
      { item: 'a lamp', customer: { email: expect.stringContaining('@') } },
      { item: 'a rug', customer: null },
      { item: 'a chair', customer: { email: 'john.doe@gmail.com' } },
    ]);
    expect(tenant.takeCalls().filter((call) => call.endsWith(encodeURIComponent(johnId)))).toHaveLength(1);
  });

  test('a user tells their orders', async () => {
    const { data, errors } = await ask<{ me: Customer }>(router, '{ me { email orders { item } } }', john);
    expect(errors).toBeUndefined();
    expect(data?.me).toEqual({
      email: 'john.doe@gmail.com',
      orders: [{ item: 'a kettle' }, { item: 'a chair' }],
    });
  });

  test('an update is made, and its answer goes on into the other subgraph', async () => {
    const nickname = `via ${new URL(router.url).port}`;
    const { data, errors } = await ask<object>(router, update, john, { id: johnId, input: { nickname } });
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      updateUser: {
        __typename: 'UpdateUserSuccess',
        changedFields: ['nickname'],
        user: { nickname, orders: [{ item: 'a kettle' }, { item: 'a chair' }] },
      },
    });
    const read = await ask<Orders>(router, '{ orders { customer { nickname } } }', support);
    expect(read.data?.orders[0]?.customer).toEqual({ nickname });
  });

  test('an input that breaks rules is told as here', async () => {
    const { data, errors } = await ask<object>(router, update, john, { id: johnId, input: { nickname: '' } });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      updateUser: {
        __typename: 'InvalidUserInput',
        issues: [{ path: ['input', 'nickname'], code: 'TOO_SHORT' }],
      },
    });
  });

  test('a caller sees nobody but themselves, and the orders all the same', async () => {
    const { data, errors } = await ask<Orders>(router, '{ orders { item customer { nickname } } }', john);
    expect(data?.orders.map(({ item }) => item)).toEqual(
      [...orders, ...troubledOrders].map(({ item }) => item),
    );
    const [first, second, third, fourth, fifth] = data?.orders ?? [];
    expect([first, fourth].map((order) => order?.customer?.nickname)).toEqual([
      expect.any(String),
      expect.any(String),
    ]);
    expect([second, third, fifth].map((order) => order?.customer?.nickname)).toEqual([null, null, null]);
    expect(errors).toMatchObject(
      [1, 2, 4].map((index) => ({
        path: expect.arrayContaining(['orders', index, 'customer']),
        extensions: { code: 'FORBIDDEN' },
      })),
    );
  });

  test('nobody without a token sees any customer', async () => {
    const { data, errors } = await ask<Orders>(router, '{ orders { item customer { nickname } } }', 'nobody');
    expect(data?.orders.map(({ customer }) => customer?.nickname)).toEqual([null, null, null, null, null]);
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('a user that Auth0 fails for is missing alone', async () => {
    const { data, errors } = await ask<Orders>(router, '{ orders { item customer { nickname } } }', support);
    expect(data?.orders[0]?.customer).toMatchObject({ nickname: expect.any(String) });
    expect(data?.orders[4]).toEqual({ item: 'a mirror', customer: { nickname: null } });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(JSON.stringify(errors)).not.toContain(tenant.origin);
  });

  test('an update whose outcome is unknown is told so and not sent again', async () => {
    tenant.takeCalls();
    tenant.trouble({ applied: true, instead: reset });
    // No read shows whether there is a new password.
    const { errors } = await ask(
      router,
      'mutation ($id: ID!) { updateUser(id: $id, input: { password: "Correct-Horse-1" }) { __typename } }',
      admin,
      { id: johnId },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'WRITE_OUTCOME_UNKNOWN', applied: 'UNKNOWN' } }]);
    expect(tenant.takeCalls().filter((call) => call.startsWith('PATCH'))).toHaveLength(1);
  });

  test('tokens of identity providers cannot be asked for', async () => {
    const { data, errors } = await ask(router, '{ me { identities { tokens { accessToken } } } }', admin);
    expect(data ?? null).toBeNull();
    expect(errors?.[0]?.message).toContain('Cannot query field "tokens" on type "Identity"');
  });
});

describe('a supergraph with auth directives', () => {
  test('is run by Hive Gateway and refused by Apollo Gateway', async () => {
    await using telling = await startGateway({ gateway: { federationAuthDirectives: true } });
    const supergraph = composers.guild(await subgraphs(telling));
    expect(supergraph).toContain('@requiresScopes');
    await using router = await startHiveGateway(supergraph);
    const token = (await telling.tokenOf(john)) ?? '';
    const { data } = await ask<{ me: Customer }>(router, '{ me { id orders { item } } }', { token });
    expect(data?.me).toEqual({ id: johnId, orders: [{ item: 'a kettle' }, { item: 'a chair' }] });
    await expect(startApolloGateway(supergraph)).rejects.toThrow(/feature/);
  });
});
