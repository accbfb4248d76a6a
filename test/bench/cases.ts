/** What is asked: through the gateway, and of the REST API, directly or through the proxy, for the same purpose. */
import type { Load, Request } from './load.ts';
import { unchangedCount, updatedIdOf, userCount, userIdOf } from './people.ts';

export type Case = {
  readonly name: string;
  /** Of the tenant; default: none. */
  readonly latencyMs?: number;
  readonly callsPerSecond?: number;
  readonly graphql: Load;
  readonly rest: Load;
};

export type Tokens = { readonly admin: string; readonly people: readonly string[] };

const user = `id email emailVerified username phoneNumber phoneVerified name nickname givenName familyName picture
  blocked identities { id provider connection userId isSocial isPrimary } userMetadata appMetadata multifactor lastIp
  lastLogin loginsCount createdAt updatedAt`;

export function casesFor({ admin, people }: Tokens): readonly Case[] {
  const ask = (query: string, variables: (index: number) => object = () => ({})): Load['request'] => {
    const head = `{"query":${JSON.stringify(query)},"variables":`;
    return (index) => post(`${head}${JSON.stringify(variables(index))}}`, admin);
  };
  const read = (id: (index: number) => number) => ({
    graphql: {
      request: ask(`query ($id: ID!) { user(id: $id) { ${user} } }`, (index) => ({
        id: userIdOf(id(index)),
      })),
      isGood: holds('"loginsCount":42'),
    },
    rest: { request: (index: number) => get(userIdOf(id(index)), admin), isGood: holds('"logins_count":42') },
  });
  const update = (name: string) => ({
    graphql: ask(
      `mutation ($id: ID!, $input: UpdateUserInput!) {
        updateUser(id: $id, input: $input) {
          ... on UpdateUserSuccess { applied user { ${user} } }
          ... on InvalidUserInput { issues { path code message limit } }
          ... on UserError { message }
        }
      }`,
      (index) => ({ id: updatedIdOf(index), input: { name, userMetadata: { theme: 'light' } } }),
    ),
    rest: (index: number): Request => ({
      ...get(updatedIdOf(index), admin),
      method: 'PATCH',
      body: JSON.stringify({ name, user_metadata: { theme: 'light' } }),
    }),
  });
  const valid = update('Another Name');
  const invalid = update('x'.repeat(301));

  return [
    {
      name: '`me`',
      graphql: {
        request: (index) =>
          post(JSON.stringify({ query: `{ me { ${user} } }` }), people[index % people.length]),
        isGood: holds('"loginsCount":42'),
      },
      rest: {
        request: (index) => get(userIdOf(index % people.length), admin),
        isGood: holds('"logins_count":42'),
      },
    },
    { name: '`user(id)`', ...read((index) => index) },
    {
      name: '`updateUser`',
      graphql: { request: valid.graphql, isGood: holds('"applied":true') },
      rest: { request: valid.rest, isGood: holds('"name":"Another Name"') },
    },
    { name: '100 `_entities` of 50 users', ...entities(100, 50, admin) },
    {
      name: '`updateUser` that breaks a rule',
      graphql: { request: invalid.graphql, isGood: holds('"TOO_LONG"') },
      rest: { request: invalid.rest, isGood: (status) => status === 400 },
    },
    { name: '`user(id)`, 90 % for 10 users, tenant at 20 ms', latencyMs: 20, ...read(mostlyHot) },
    { name: '`user(id)`, 90 % for 10 users, tenant at 50 calls/s', callsPerSecond: 50, ...read(mostlyHot) },
  ];
}

/** As many users in one operation. */
export function growthFor({ admin }: Tokens): readonly (Case & { readonly users: number })[] {
  return [1, 2, 5, 10, 20, 50, 100].map((users) => ({
    users,
    name: `_entities of ${users}`,
    ...entities(users, users, admin),
  }));
}

function entities(representations: number, users: number, token: string): Pick<Case, 'graphql' | 'rest'> {
  const idsAt = (index: number) =>
    Array.from({ length: users }, (_, at) => userIdOf((index * users + at) % unchangedCount));
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { ${user} } } }`;
  return {
    graphql: {
      request: (index) => {
        const ids = idsAt(index);
        const r = Array.from({ length: representations }, (_, at) => ({
          __typename: 'User',
          id: ids[at % users],
        }));
        return post(JSON.stringify({ query, variables: { r } }), token);
      },
      isGood: (status, body) =>
        status === 200 && body.split('"loginsCount":42').length === representations + 1,
    },
    rest: {
      request: (index) => {
        const q = `user_id:(${idsAt(index)
          .map((id) => `"${id}"`)
          .join(' OR ')})`;
        const search = new URLSearchParams({
          q,
          per_page: String(users),
          include_totals: 'true',
          search_engine: 'v3',
        });
        return { ...get('', token), path: `/api/v2/users?${search}` };
      },
      isGood: (status, body) => status === 200 && body.split('"logins_count":42').length === users + 1,
    },
  };
}

/** Nine of ten ask for one of ten users, in no order; the tenth goes on through the others. */
function mostlyHot(index: number): number {
  return index % 10 === 9
    ? 10 + (Math.floor(index / 10) % (userCount - 10))
    : (Math.imul(index, 0x9e37_79b1) >>> 16) % 10;
}

function get(id: string, token: string): Request {
  return {
    method: 'GET',
    path: `/api/v2/users/${encodeURIComponent(id)}`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  };
}

function post(body: string, token: string | undefined): Request {
  return {
    method: 'POST',
    path: '/graphql',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json',
    },
    body,
  };
}

function holds(text: string): Load['isGood'] {
  return (status, body) => status === 200 && body.includes(text) && !body.includes('"errors"');
}
