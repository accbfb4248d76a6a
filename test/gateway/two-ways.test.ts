/** A plain POST is answered on a short way. Whatever is asked, and however: nobody can tell. */
import fc from 'fast-check';
import { auditServer } from 'graphql-http';
import { request as send } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, john, johnId, startGateway, type TestGateway } from '../support/gateway.ts';

const app = 'https://app.example.com';
let gateway: TestGateway;
let tokens: { readonly admin: string; readonly john: string };
beforeAll(async () => {
  gateway = await startGateway({ gateway: { corsOrigins: [app] } });
  tokens = { admin: String(await gateway.tokenOf(admin)), john: String(await gateway.tokenOf(john)) };
});
afterAll(() => gateway[Symbol.asyncDispose]());

const update = `mutation ($id: ID!, $input: UpdateUserInput!) {
  updateUser(id: $id, input: $input, dryRun: true) {
    __typename ... on UpdateUserSuccess { user { id nickname } } ... on InvalidUserInput { issues { path code } }
  }
}`;
const documents = [
  '{ me { id email identities { provider } } }',
  'query ($id: ID!) { user(id: $id) { id appMetadata lastLogin } }',
  'query ($id: ID! = "auth0|1", $with: Boolean = true) { user(id: $id) { id @include(if: $with) } }',
  'query A { me { id } } query B { __typename }',
  'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on User { id } } }',
  '{ usersByEmail(email: "john.doe@gmail.com") { id } users(first: 1) { totalCount } }',
  update,
  'mutation { __typename }',
  'mutation { a: updateUser(id: "a|b", input: {}) { __typename } b: updateUser(id: "a|b", input: {}) { __typename } }',
  '{ __schema { queryType { name } } }',
  '{ __proto__: __typename }',
  '{ nothing }',
  '{ me',
  '',
  1,
  null,
];
const variables = [
  undefined,
  null,
  {},
  { id: johnId },
  { id: 'auth0|nobody', with: false },
  { id: null, with: null },
  { id: 5, input: { nickname: 'J' } },
  { id: johnId, input: { nickname: 'J' } },
  { id: johnId, input: { nickname: '', nothing: 1 } },
  { id: johnId, input: { givenName: '' } },
  { id: johnId, input: [] },
  { r: [{ __typename: 'User', id: johnId }, { __typename: 'Other' }, 7] },
  [],
  'x',
];
/** The usual one nine times out of ten, so that a request with many parts is often usual in all but one. */
function mostly<Value>(usual: Value, ...others: Value[]): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));
}
const bodies = fc.oneof(
  { weight: 8, arbitrary: asked() },
  fc.constantFrom<Buffer | string>(
    '',
    '[]',
    'null',
    '{',
    '[{"query":"{ __typename }"}]',
    '{"query":"{ __typename }","query":"{ __typename }"}',
    `{"query":"{ __typename }","variables":${'{"a":'.repeat(101)}1${'}'.repeat(101)}}`,
    `{"query":"{ __typename }"}${' '.repeat(100_000)}`,
    Buffer.from('{"query":"{ __typename \xff }"}', 'latin1'),
    '\ufeff{"query":"{ __typename }"}',
  ),
);
function asked(): fc.Arbitrary<string> {
  return fc
    .record({
      query: fc.constantFrom(...documents),
      variables: fc.constantFrom<unknown>(...variables),
      operationName: mostly<unknown>(undefined, null, '', 'A', 'B', 3),
      extensions: mostly<unknown>(undefined, null, {}, [], 'x'),
      documentId: mostly<unknown>(undefined, null, 'x'),
      more: mostly<unknown>(undefined, null, 1),
      indent: fc.constantFrom(0, 0, 1),
    })
    .map(({ indent, ...parameters }) => JSON.stringify(parameters, null, indent));
}
const requests = fc.record({
  method: mostly('POST', 'PUT'),
  path: mostly('/graphql', '/graphql?query={__typename}', '/graphql/', '/Graphql', '//graphql', '/graphql#a'),
  type: mostly(
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'text/plain',
    'application/jsonp',
    null,
  ),
  accept: mostly(
    null,
    '*/*',
    'application/json',
    'application/graphql-response+json',
    'text/html',
    'application/json;q=0, */*',
  ),
  origin: mostly(null, app, 'https://evil.example', 'null'),
  authorization: mostly<string | null>('admin', 'john', null, 'Bearer x', 'Basic eDp5', ''),
  requestId: mostly('same', 'not safe', ''),
  body: bodies,
});

test('has every answer look the same', async () => {
  let [compared, executed] = [0, 0];
  await fc.assert(
    fc.asyncProperty(requests, async (asked) => {
      const long = await answer(gateway.longWayUrl, asked);
      // The second time its document is known, if it is one.
      expect(await answer(gateway.url, asked)).toEqual(long);
      expect(await answer(gateway.url, asked)).toEqual(long);
      compared++;
      if (long.body.startsWith('{"data"')) executed++;
    }),
    { numRuns: 600 },
  );
  expect(compared).toBe(600);
  // 112 on average, give or take 10.
  expect(executed).toBeGreaterThan(60);
}, 120_000);

test('keeps to GraphQL over HTTP, also once its documents are known', async () => {
  const isFine = async () => {
    const results = await auditServer({ url: `${gateway.url}/graphql`, fetchFn: fetchPreflighted });
    expect(results.filter(({ status }) => status !== 'ok').map(({ name }) => name)).toEqual([]);
  };
  await isFine();
  await isFine();
});

function fetchPreflighted(url: string, init: RequestInit) {
  return fetch(url, { ...init, headers: { ...init?.headers, 'graphql-require-preflight': '1' } });
}

type Asked = typeof requests extends fc.Arbitrary<infer Value> ? Value : never;

async function answer(url: string, asked: Asked) {
  const { authorization } = asked;
  const headers = {
    'content-type': asked.type,
    accept: asked.accept,
    origin: asked.origin,
    authorization:
      authorization === 'admin' || authorization === 'john'
        ? `Bearer ${tokens[authorization]}`
        : authorization,
    'x-request-id': asked.requestId,
  };
  const {
    statusCode,
    headers: told,
    body,
  } = await send(`${url}${asked.path}`, {
    method: asked.method as 'POST',
    headers: Object.fromEntries(
      Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null),
    ),
    body: asked.body,
  });
  const { date: _, 'transfer-encoding': __, 'content-length': ___, ...others } = told;
  const isNew = asked.requestId !== 'same';
  const text = await body.text();
  return {
    status: statusCode,
    headers: { ...others, ...(isNew && { 'x-request-id': typeof told['x-request-id'] }) },
    body: isNew ? text.replaceAll(String(told['x-request-id']), 'new') : text,
  };
}
