/** Which requests are answered on the short way. */
import { beforeEach, expect, test } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import type { ServerContext } from '../../src/graphql/server-context.ts';
import { createGraphQLServer, type GraphQLServer } from '../../src/graphql/yoga.ts';

const document = 'query A { __typename } query B { b: __typename }';
const trusted = { id: 'sha256:abc', document: '{ trusted: __typename }' };
let server: GraphQLServer;
const start = (trustedDocuments: ReadonlyMap<string, string> | null) =>
  createGraphQLServer({
    schema: createSchema({ metadataMaxBytes: 1, introspection: true, authDirectives: false }),
    authenticate: async (authorization) =>
      authorization === 'good' ? { kind: 'anonymous' } : { kind: 'invalid-token', description: 'it is bad' },
    unauthorized: () => ({ status: 401, headers: {}, body: '' }),
    publicUserFields: new Set(),
    createUsers: () => {
      throw new Error('Expected nobody to ask for a user.');
    },
    introspection: true,
    audit: { record() {}, canRecord: () => true },
    isOverloaded: () => false,
    maxOperations: 1,
    corsOrigins: [],
    trustedDocuments,
    report() {},
  });
beforeEach(() => {
  server = start(null);
});

test('a document that was never accepted is not answered, one that was is', async () => {
  const body = { query: document, operationName: 'A' };
  expect(await direct(body)).toBeNull();
  await long(body);
  expect(await direct(body)).toMatchObject({ status: 200, body: '{"data":{"__typename":"Query"}}' });
  expect(await direct({ ...body, operationName: 'B' })).toMatchObject({ body: '{"data":{"b":"Query"}}' });
});

test.for([
  { operationName: 'C' },
  { operationName: null },
  { operationName: '' },
  { variables: [] },
  { extensions: {} },
  { documentId: 'a' },
  { other: null },
])('what is not as usual is not answered: %j', async (more) => {
  await long({ query: document, operationName: 'A' });
  expect(await direct({ query: document, operationName: 'A', ...more })).toBeNull();
});

test.for(['{ nothing }', '{', 'query { __typename } query { __typename }'])(
  'a document with errors is never known: %s',
  async (query) => {
    await long({ query });
    expect(await direct({ query })).toBeNull();
  },
);

test('a token that is not good is refused, whatever comes with it', async () => {
  expect(await direct({ query: document }, 'bad')).toMatchObject({ status: 401 });
});

test('a trusted document is answered by its id alone', async () => {
  server = start(new Map([[trusted.id, trusted.document]]));
  const answer = { body: '{"data":{"trusted":"Query"}}' };
  await long({ documentId: trusted.id });
  expect(await direct({ documentId: trusted.id })).toMatchObject(answer);
  expect(await direct({ query: trusted.document })).toBeNull();
  expect(await direct({ documentId: trusted.id, query: trusted.document })).toBeNull();
  expect(await direct({ documentId: 'other' })).toBeNull();
});

test.for<[boolean, Record<string, string>]>([
  [true, { 'content-type': 'application/json' }],
  [true, { 'content-type': 'application/json; charset=utf-8', accept: 'application/graphql-response+json' }],
  [false, {}],
  [false, { 'content-type': 'text/plain' }],
  [false, { 'content-type': 'application/json', accept: 'text/html' }],
  [false, { 'content-type': 'application/json', origin: 'null' }],
])('takes (%s) a request with %j', ([takes, headers]) => {
  expect(server.direct.takes(headers)).toBe(takes);
});

const headers = { 'content-type': 'application/json', authorization: 'good' };

function direct(body: object, authorization = 'good') {
  return server.direct.answer({ ...headers, authorization }, contextOf(body));
}

async function long(body: object): Promise<void> {
  const request = new Request('http://localhost/graphql', { method: 'POST', headers });
  await server.yoga.fetch(request, contextOf(body));
}

function contextOf(body: object): ServerContext {
  const { signal } = new AbortController();
  return {
    requestId: 'test',
    deadline: signal,
    readsEnd: signal,
    endsAt: performance.now() + 10_000,
    readBody: async () => ({ text: JSON.stringify(body) }),
    facts: {},
  };
}
