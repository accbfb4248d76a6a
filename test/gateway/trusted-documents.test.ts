/** Nothing runs but what was known at the start. The map is the one that codegen writes for the example operations. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { documentFault } from '../../src/graphql/trusted-documents.ts';
import { john, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { MeDocument, UpdateUserDocument, UserDocument } from '../support/operations/graphql.ts';

const map = JSON.parse(
  readFileSync(new URL('../support/operations/persisted-documents.json', import.meta.url), 'utf8'),
) as Record<string, string>;
const idOf = ({ __meta__ }: { readonly __meta__?: Record<string, unknown> | undefined }) =>
  String(__meta__?.['hash']);
const me = idOf(MeDocument);

let gateway: TestGateway;
beforeAll(async () => {
  const trustedDocuments = new Map(Object.entries({ ...map, 'old-client': '{ me { id } }' }));
  gateway = await startGateway({ gateway: { trustedDocuments, graphiql: false } });
});
afterAll(() => gateway[Symbol.asyncDispose]());
beforeEach(() => void gateway.takeUpstreamCalls());

describe('a trusted document', () => {
  test.for<[string, object]>([
    ['by its id', { documentId: me }],
    ['by its bare hash', { documentId: me.replace('sha256:', '') }],
    ['by an id that is no hash', { documentId: 'old-client' }],
    [
      'as Apollo asks',
      { extensions: { persistedQuery: { version: 1, sha256Hash: me.replace('sha256:', '') } } },
    ],
  ])('is executed %s', async ([, request]) => {
    const { status, body } = await post(request);
    expect(status).toBe(200);
    expect(body).toMatchObject({ data: { me: { id: johnId } } });
  });

  test('takes variables', async () => {
    expect((await post({ documentId: idOf(UserDocument), variables: { id: johnId } })).body).toMatchObject({
      data: { user: { id: johnId } },
    });
    const variables = { id: johnId, input: { nickname: 'Trusted' } };
    expect((await post({ documentId: idOf(UpdateUserDocument), variables })).body).toMatchObject({
      data: { updateUser: { __typename: 'UpdateUserSuccess' } },
    });
  });

  test('may be asked for in the address, unless it is a mutation', async () => {
    const get = async (id: string) =>
      fetch(`${gateway.url}/graphql?documentId=${encodeURIComponent(id)}`, {
        headers: { 'graphql-require-preflight': '1', authorization: `Bearer ${await gateway.tokenOf(john)}` },
      });
    expect(await (await get(me)).json()).toMatchObject({ data: { me: { id: johnId } } });
    expect((await get(idOf(UpdateUserDocument))).status).toBe(405);
  });
});

describe('nothing else is executed', () => {
  test.for<[string, object, string]>([
    ['a document', { query: '{ me { id } }' }, 'PERSISTED_QUERY_ID_REQUIRED'],
    ['the text of a trusted one', { query: map[me] }, 'PERSISTED_QUERY_ID_REQUIRED'],
    [
      'a document beside a good id',
      { query: '{ me { id } }', documentId: me },
      'PERSISTED_QUERY_ID_REQUIRED',
    ],
    ['introspection', { query: '{ __schema { queryType { name } } }' }, 'PERSISTED_QUERY_ID_REQUIRED'],
    ['what a router asks', { query: '{ _service { sdl } }' }, 'PERSISTED_QUERY_ID_REQUIRED'],
    [
      'a document to be remembered',
      { query: '{ me { id } }', extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } },
      'PERSISTED_QUERY_ID_REQUIRED',
    ],
    ['nothing', {}, 'PERSISTED_QUERY_ID_REQUIRED'],
    ['an id that is no text', { documentId: { a: 1 } }, 'PERSISTED_QUERY_ID_REQUIRED'],
    ['an unknown id', { documentId: 'sha256:canary' }, 'PERSISTED_QUERY_NOT_IN_LIST'],
    ['an empty id', { documentId: '' }, 'PERSISTED_QUERY_NOT_IN_LIST'],
    ['an id of every object', { documentId: '__proto__' }, 'PERSISTED_QUERY_NOT_IN_LIST'],
    ['an id of every map', { documentId: 'constructor' }, 'PERSISTED_QUERY_NOT_IN_LIST'],
  ])('%s', async ([, request, code]) => {
    const { status, body, text } = await post(request, 'application/graphql-response+json');
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ extensions: { code, requestId: expect.any(String) } }] });
    expect(body).not.toHaveProperty('data');
    expect(text).not.toContain('canary');
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });
});

test('an id is not known where documents are not trusted', async () => {
  await using open = await startGateway();
  const response = await fetch(`${open.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ documentId: me }),
  });
  expect(response.status).toBe(400);
});

describe('a document to be trusted', () => {
  const schema = createSchema();
  test.for(Object.values(map))('can be executed: %s', (document) => {
    expect(documentFault(schema, document)).toBeNull();
  });

  test.for<[string, string]>([
    ['{ me { id }', 'Syntax Error'],
    ['{ me { shoeSize } }', 'shoeSize'],
    [
      'mutation { a: updateUser(id: "a", input: {}) { __typename } b: updateUser(id: "a", input: {}) { __typename } }',
      'updateUser',
    ],
    [`{ ${Array.from({ length: 300 }, (_, n) => `a${n}: me { id }`).join(' ')} }`, 'calls'],
  ])('is found faulty at the start: %s', ([document, told]) => {
    expect(documentFault(schema, document)).toContain(told);
  });
});

async function post(request: object, accept = 'application/json') {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept,
      authorization: `Bearer ${await gateway.tokenOf(john)}`,
    },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as unknown };
}
