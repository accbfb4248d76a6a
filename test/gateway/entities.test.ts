/** What routers ask: users by representation, many at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../../src/sandbox/sandbox.ts';
import {
  type Answer,
  admin,
  type Caller,
  john,
  johnId,
  startGateway,
  support,
  type TestGateway,
} from '../support/gateway.ts';
import { answer, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';

type Entity = { id: string; email?: string | null; nickname?: string | null } | null;
type Entities = { _entities: Entity[] };

const entities = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on User { id email nickname } }
}`;
const user = (id: unknown) => ({ __typename: 'User', id });

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

function resolve(representations: unknown, as: Caller, at = gateway): Promise<Answer<Entities>> {
  return at.ask<Entities, object>(entities, { representations }, as);
}

describe('representations', () => {
  test('are answered in their order, with null for nobody', async () => {
    const { status, data, errors } = await resolve(
      [user('auth0|nobody'), user(johnId), user('nopipe'), user(johnId)],
      support,
    );
    const him = { id: johnId, email: 'john.doe@gmail.com', nickname: expect.any(String) };
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    expect(data?._entities).toEqual([null, him, null, him]);
  });

  test('may be written into the query', async () => {
    const query = `{ _entities(representations: [{ __typename: "User", id: "${johnId}" }]) { ... on User { id } } }`;
    expect((await gateway.ask<Entities, object>(query, {}, support)).data?._entities).toEqual([
      { id: johnId },
    ]);
  });

  test.for<[string, unknown]>([
    ['of another type', { __typename: 'Order', id: johnId }],
    ['of a type that every object inherits', { __typename: 'constructor', id: johnId }],
    ['of no type', { id: johnId }],
    ['without an id', { __typename: 'User' }],
    ['whose id is a number', user(7)],
    ['whose id is an object', user({ id: johnId })],
    ['that is a text', 'User'],
    ['that is a list', [user(johnId)]],
  ])('%s fails alone', async ([, representation]) => {
    const { status, data, errors } = await resolve([user(johnId), representation, user(johnId)], support);
    expect(status).toBe(200);
    expect(data?._entities.map((entity) => entity?.id)).toEqual([johnId, undefined, johnId]);
    expect(errors).toMatchObject([{ path: ['_entities', 1], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors?.[0]?.extensions.requestId).toEqual(expect.any(String));
  });

  test('of nothing are answered by nothing', async () => {
    expect(await resolve([], support)).toMatchObject({ data: { _entities: [] }, errors: undefined });
  });
});

describe('who asks', () => {
  test('has to be somebody', async () => {
    gateway.takeUpstreamCalls();
    const { status, data, errors } = await resolve([user(johnId)], 'nobody');
    expect({ status, data: data ?? null }).toEqual({ status: 200, data: null });
    expect(errors).toMatchObject([{ path: ['_entities'], extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });

  test('gets what is their own, and FORBIDDEN for each of the others alone', async () => {
    gateway.takeUpstreamCalls();
    const others = ['auth0|nobody', 'nopipe', ''];
    const { data, errors } = await resolve([...others, johnId].map(user), john);
    expect(data?._entities.map((entity) => entity?.id)).toEqual([undefined, undefined, undefined, johnId]);
    expect(errors).toMatchObject(
      others.map((_, index) => ({ path: ['_entities', index], extensions: { code: 'FORBIDDEN' } })),
    );
    expect(new Set(errors?.map(({ message }) => message)).size).toBe(1);
    expect(gateway.takeUpstreamCalls()).toHaveLength(1);
  });

  test('is told FORBIDDEN in the words of user', async () => {
    const query = `query ($id: ID!, $representations: [_Any!]!) {
      user(id: $id) { id } _entities(representations: $representations) { ... on User { id } }
    }`;
    const id = 'auth0|nobody';
    const { errors } = await gateway.ask(query, { id, representations: [user(id)] }, john);
    const [one, other] = errors ?? [];
    expect([one?.path, other?.path]).toEqual([['user'], ['_entities', 0]]);
    expect([other?.message, other?.extensions]).toEqual([one?.message, one?.extensions]);
  });

  test('meets the same rule for each field as at user', async () => {
    await using open = await startGateway({ gateway: { publicUserFields: ['nickname'] } });
    const { data, errors } = await resolve(
      [user('auth0|6131c0dbce67b00071910e02'), user(johnId)],
      john,
      open,
    );
    expect(data?._entities).toMatchObject([{ nickname: expect.any(String), email: null }, { id: johnId }]);
    expect(errors).toMatchObject([{ path: ['_entities', 0, 'email'], extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('one hundred and one representations', () => {
  test('are refused before anything is asked upstream', async () => {
    gateway.takeUpstreamCalls();
    const { status, errors } = await resolve(
      Array.from({ length: 101 }, () => user(johnId)),
      support,
    );
    expect(status).toBe(200);
    expect(errors).toMatchObject([{ path: ['_entities'], extensions: { code: 'OPERATION_TOO_COMPLEX' } }]);
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });

  test('are no fewer when they are spread over aliases', async () => {
    const query = `query ($a: [_Any!]!, $b: [_Any!]!) {
      a: _entities(representations: $a) { __typename } b: _entities(representations: $b) { __typename }
    }`;
    const reps = (count: number) => Array.from({ length: count }, () => user('auth0|refused'));
    expect((await gateway.ask(query, { a: reps(60), b: reps(40) }, support)).errors).toBeUndefined();
    gateway.takeUpstreamCalls();
    const { errors } = await gateway.ask(query, { a: reps(60), b: reps(41) }, support);
    expect(errors?.map(({ extensions }) => extensions.code)).toContain('OPERATION_TOO_COMPLEX');
    // What the refused had begun would be ahead of this.
    await resolve([user(johnId)], support);
    expect(gateway.takeUpstreamCalls().map(({ path }) => path)).toEqual([
      `/api/v2/users/${encodeURIComponent(johnId)}`,
    ]);
  });
});

describe('many users', () => {
  const people: Person[] = Array.from({ length: 130 }, (_, number) => ({
    user_id: `auth0|${accountOf(number)}`,
    email: `person-${number}@example.com`,
    identities: [
      {
        connection: 'Username-Password-Authentication',
        provider: 'auth0',
        user_id: accountOf(number),
        isSocial: false,
      },
    ],
    ...(number === 0 && { permissions: ['read:users', 'update:users'], password: 'sandbox' }),
  }));
  const first: Caller = { email: 'person-0@example.com' };
  const idsOf = (count: number) => people.slice(0, count).map((person) => person.user_id);

  test('cost three calls at most: one hundred representations of sixty users', async () => {
    await using crowd = await startGateway({ sandbox: { people } });
    await crowd.tokenOf(first);
    crowd.takeUpstreamCalls();
    const { data, errors } = await resolve([...idsOf(60), ...idsOf(40)].map(user), first, crowd);
    expect(errors).toBeUndefined();
    expect(data?._entities.map((entity) => entity?.id)).toEqual([...idsOf(60), ...idsOf(40)]);
    expect(crowd.takeUpstreamCalls().length).toBeLessThanOrEqual(3);
  });

  test('cost no more where they are asked for by aliases', async () => {
    await using crowd = await startGateway({ sandbox: { people } });
    crowd.takeUpstreamCalls();
    const aliases = idsOf(100).map((id, index) => `u${index}: user(id: "${id}") { id }`);
    const { data } = await crowd.ask<Record<string, Entity>, object>(`{ ${aliases.join(' ')} }`, {}, first);
    expect(Object.values(data ?? {}).map((entity) => entity?.id)).toEqual(idsOf(100));
    expect(crowd.takeUpstreamCalls()).toHaveLength(2);
  });

  test('are never told older than what was written, however far search trails', async () => {
    await using crowd = await startGateway({ sandbox: { people, searchLagMs: 3_600_000 } });
    const written = idsOf(3);
    for (const id of written) {
      const update = `mutation ($id: ID!) { updateUser(id: $id, input: { nickname: "new" }) { __typename } }`;
      expect((await crowd.ask(update, { id }, first)).data).toEqual({
        updateUser: { __typename: 'UpdateUserSuccess' },
      });
    }
    crowd.takeUpstreamCalls();
    const { data } = await resolve(idsOf(100).map(user), first, crowd);
    // Two searches, and the written by themselves.
    expect(crowd.takeUpstreamCalls()).toHaveLength(2 + written.length);
    const told = data?._entities.filter((entity) => entity?.nickname === 'new').map((entity) => entity?.id);
    expect(told).toEqual(written);
  });

  test('that search does not find are read by id', async () => {
    await using tenants = new AsyncDisposableStack();
    let tenant: TroubledTenant | undefined;
    await using crowd = await startGateway({
      sandbox: { people },
      tenantInFront: async ({ origin }) => {
        tenant = tenants.use(await startTroubledTenant(origin));
        tenant.troubleAt('/api/v2/users?', answer(200, { start: 0, limit: 50, total: 0, users: [] }));
        return tenant;
      },
    });
    const { data, errors } = await resolve(idsOf(12).map(user), first, crowd);
    expect(errors).toBeUndefined();
    expect(data?._entities.map((entity) => entity?.id)).toEqual(idsOf(12));
  });

  test('fail one by one, and no search is made up for by single reads', async () => {
    await using tenants = new AsyncDisposableStack();
    let tenant: TroubledTenant | undefined;
    await using crowd = await startGateway({
      sandbox: { people },
      tenantInFront: async ({ origin }) => {
        tenant = tenants.use(await startTroubledTenant(origin));
        tenant.troubleAt('/api/v2/users?', answer(429, {}));
        return tenant;
      },
    });
    tenant?.takeCalls();
    const { data, errors } = await resolve(idsOf(60).map(user), first, crowd);
    expect(data?._entities).toEqual(idsOf(60).map(() => null));
    expect(errors).toMatchObject(
      idsOf(60).map((_, index) => ({
        path: ['_entities', index],
        extensions: { code: 'UPSTREAM_RATE_LIMITED' },
      })),
    );
    const isSearch = (call: string) => call.startsWith('GET /api/v2/users?');
    expect(tenant?.takeCalls().every(isSearch)).toBe(true);
  });
});

function accountOf(number: number): string {
  return number.toString(16).padStart(24, '0');
}

describe('the SDL of the subgraph', () => {
  const service = '{ _service { sdl } }';
  type Service = { _service: { sdl: string } };

  test('takes no token', async () => {
    const { data, errors } = await gateway.ask<Service, object>(service, {}, 'nobody');
    expect(errors).toBeUndefined();
    expect(data?._service.sdl).toContain('type User @key(fields: "id")');
    expect(data?._service.sdl).not.toMatch(/_service|_entities|@authenticated|@requiresScopes/);
  });

  test('is kept where introspection is off', async () => {
    await using closed = await startGateway({ gateway: { introspection: false, graphiql: false } });
    const { status, data, errors } = await closed.ask<Service, object>(service, {}, admin);
    expect({ status, data }).toEqual({ status: 200, data: null });
    expect(errors).toMatchObject([{ path: ['_service'], extensions: { code: 'FORBIDDEN' } }]);
    expect(JSON.stringify(errors)).not.toContain('UpdateUserInput');
  });

  test('tells what fields take where that is asked for', async () => {
    await using telling = await startGateway({ gateway: { federationAuthDirectives: true } });
    const { data } = await telling.ask<Service, object>(service, {}, 'nobody');
    expect(data?._service.sdl).toMatch(/me: User @authenticated/);
    expect(data?._service.sdl).toMatch(
      /usersByEmail\([^)]*\): \[User!\] @requiresScopes\(scopes: \[\["read:users"\]\]\)/,
    );
    expect(data?._service.sdl).toMatch(/type User @key\(fields: "id"\) @authenticated/);
  });

  test('says the limits of this gateway', async () => {
    await using narrow = await startGateway({ gateway: { metadataMaxBytes: 777 } });
    const { data } = await narrow.ask<Service, object>(service, {}, 'nobody');
    expect(data?._service.sdl).toContain('777');
  });
});
