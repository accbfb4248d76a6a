/** What answers are written in, as the Accept header says, and what comes of a request that takes none of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());
beforeEach(() => void gateway.takeUpstreamCalls());

const json = 'application/json; charset=utf-8';
const graphqlResponse = 'application/graphql-response+json; charset=utf-8';
const update = `mutation { updateUser(id: "${johnId}", input: { nickname: "J" }) { __typename } }`;

describe('an answer that nobody could read', () => {
  test.for([
    'text/html',
    'text/event-stream',
    'multipart/mixed',
    'image/*',
    'application/xml, text/*;q=0.5',
    'application/json;q=0',
    'application/json; charset=utf-16',
    'application',
    ',',
  ])('is not worth an update: %s', async (accept) => {
    const response = await ask(update, { accept });
    expect(gateway.takeUpstreamCalls()).toEqual([]);
    expect([response.status, response.headers.get('content-type')]).toEqual([406, json]);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST', requestId: response.headers.get('x-request-id') } }],
    });
  });

  test('is not worth a read', async () => {
    expect((await ask('{ me { id } }', { accept: 'text/html' })).status).toBe(406);
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });

  test('does not hide that the token is no good', async () => {
    const response = await ask(update, { accept: 'text/html', authorization: 'Bearer no' });
    expect(response.status).toBe(401);
  });
});

describe('an update is made, and answered in', () => {
  test.for<[string, string]>([
    ['*/*', json],
    ['', json],
    ['application/*', json],
    ['text/html, application/xhtml+xml, */*;q=0.8', json],
    ['application/json', json],
    ['Application/JSON; charset="UTF-8"', json],
    ['application/graphql-response+json', graphqlResponse],
    ['application/graphql-response+json, application/json;q=0.9', graphqlResponse],
    ['application/json;q=0.4, application/graphql-response+json;q=0.5', graphqlResponse],
    ['application/graphql-response+json;q=0, application/json', json],
    ['multipart/mixed;deferSpec=20220824, application/json', json],
  ])('%s: %s', async ([accept, type]) => {
    const response = await ask(update, { accept });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(await response.json()).toEqual({ data: { updateUser: { __typename: 'UpdateUserSuccess' } } });
  });
});

async function ask(query: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await gateway.tokenOf(admin)}`,
      ...headers,
    },
    body: JSON.stringify({ query }),
  });
}
