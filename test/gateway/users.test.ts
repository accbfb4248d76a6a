import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../../src/sandbox/sandbox.ts';
import { admin, john, startGateway, type TestGateway } from '../support/gateway.ts';
import { UsersDocument, type UsersQueryVariables } from '../support/operations/graphql.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ sandbox: { people: [...Array.from({ length: 1_049 }, crowd), theAdmin] } });
});
afterAll(() => gateway[Symbol.asyncDispose]());

describe('users', () => {
  test('come in pages of 25 unless asked otherwise', async () => {
    const page = await search({});
    expect(page?.edges).toHaveLength(25);
    expect(page?.totalCount).toBe(1_050);
    expect(await search({ first: null })).toMatchObject({ edges: expect.objectContaining({ length: 25 }) });
  });

  test('are found once each, page after page, whatever the page size', async () => {
    const found: string[] = [];
    let after: string | null = null;
    for (const first of [7, 100, 33, 64, 1, 95, 100, 100, 100, 100, 100, 100, 100, 100]) {
      const page: Awaited<ReturnType<typeof search>> = await search({ first, after, sort: byName });
      found.push(...(page?.edges.map(({ node }) => node.id) ?? []));
      after = page?.pageInfo.endCursor ?? null;
      if (!page?.pageInfo.hasNextPage) break;
    }
    expect(found).toHaveLength(1_000);
    expect(new Set(found).size).toBe(1_000);
    expect(found).toEqual([...found].toSorted());
  });

  test('cost one call upstream for a page that is one of Auth0 as well', async () => {
    gateway.takeUpstreamCalls();
    await search({ first: 50 });
    expect(gateway.takeUpstreamCalls()).toHaveLength(1);
  });

  test('end at position 1,000, and say so', async () => {
    const { edges = [], pageInfo } = (await search({ first: 100, after: cursor(899), sort: byName })) ?? {};
    expect(edges).toHaveLength(100);
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true, endCursor: cursor(999) });
    const short = await search({ first: 100, after: cursor(989), sort: byName });
    expect(short?.edges).toHaveLength(10);
    gateway.takeUpstreamCalls();
    expect(await gateway.ask(UsersDocument, { after: cursor(999) }, admin)).toMatchObject({
      status: 200,
      data: { users: null },
      errors: [{ message: expect.stringContaining('1000'), extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });

  test.for<UsersQueryVariables>([
    { first: 0 },
    { first: 101 },
    { first: -1 },
    { after: 'nonsense' },
    { after: '' },
  ])('cannot be asked for with %j', async (variables) => {
    gateway.takeUpstreamCalls();
    expect(await gateway.ask(UsersDocument, variables, admin)).toMatchObject({
      status: 200,
      data: { users: null },
      errors: [{ path: ['users'], extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });

  test("are searched with the caller's own syntax", async () => {
    const page = await search({ query: 'name:"Person 0042" OR email:person-0043*' });
    expect(page?.edges.map(({ node }) => node.name).toSorted()).toEqual(['Person 0042', 'Person 0043']);
  });

  test('cannot be searched with broken syntax, which is told without the words of Auth0', async () => {
    expect(await gateway.ask(UsersDocument, { query: 'name:"' }, admin)).toMatchObject({
      data: { users: null },
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  test('are sorted either way', async () => {
    const last = await search({
      first: 1,
      sort: { field: 'NAME', direction: 'DESC' },
      query: 'name:Person*',
    });
    expect(last?.edges[0]?.node.name).toBe('Person 1048');
  });

  test('are empty without cursors where nobody matches', async () => {
    expect(await search({ query: 'name:"Nobody at all"' })).toEqual({
      totalCount: 0,
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  test('take read:users', async () => {
    expect(await gateway.ask(UsersDocument, {}, { email: 'person-0001@example.com' })).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    expect(john).toBeDefined();
  });
});

const byName = { field: 'NAME', direction: 'ASC' } as const;

async function search(variables: UsersQueryVariables) {
  const { data, errors } = await gateway.ask(UsersDocument, variables, admin);
  expect(errors).toBeUndefined();
  return data?.users;
}

function cursor(position: number): string {
  return Buffer.from(`position:${position}`).toString('base64url');
}

function crowd(_: unknown, index: number): Person {
  const number = String(index).padStart(4, '0');
  return person(`person-${number}`, `Person ${number}`);
}

const theAdmin: Person = { ...person('admin', 'Admin'), permissions: ['read:users'] };

function person(handle: string, name: string): Person {
  return {
    user_id: `auth0|${handle}`,
    email: `${handle}@example.com`,
    email_verified: true,
    name,
    nickname: handle,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    identities: [
      { connection: 'Username-Password-Authentication', provider: 'auth0', user_id: handle, isSocial: false },
    ],
  };
}
