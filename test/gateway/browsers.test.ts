/** What pages of other origins can make a browser send, and what they can read of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyLimit } from '../../src/http/body.ts';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';

const app = 'https://app.example.com';
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ gateway: { corsOrigins: [app, 'https://admin.example.com'] } });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const mutation = `mutation { updateUser(id: "${johnId}", input: { name: "CSRF" }) { __typename } }`;
const json = JSON.stringify({ query: mutation });
const preflightHeaders = ['x-graphql-yoga-csrf', 'apollo-require-preflight', 'graphql-require-preflight'];

describe('a request that any page can make a browser send is refused', () => {
  test.for<[string, number, RequestInit & { search?: string; type?: string }]>([
    ['a form', 403, { body: new URLSearchParams({ query: mutation }) }],
    ['a multipart form', 403, { body: multipart() }],
    ['plain text', 403, { body: mutation, type: 'text/plain' }],
    ['JSON as plain text', 403, { body: json, type: 'text/plain' }],
    ['JSON as plain text that says otherwise', 403, { body: json, type: 'text/plain; application/json' }],
    ['JSON as a form', 403, { body: json, type: 'application/x-www-form-urlencoded' }],
    ['JSON without a type', 403, { body: new Blob([json]) }],
    ['a query in the address', 403, { method: 'GET', search: '?query={__typename}' }],
    ['a mutation in the address', 403, { method: 'GET', search: `?query=${encodeURIComponent(mutation)}` }],
    [
      'a form posted to a mutation in the address',
      403,
      { search: `?query=${encodeURIComponent(mutation)}`, body: new URLSearchParams() },
    ],
    ['JSON by another name', 415, { body: json, type: 'application/graphql' }],
    ['JSON in a list of types', 415, { body: json, type: 'application/xml, application/json' }],
    ['JSON by a longer name', 415, { body: json, type: 'application/json-patch+json' }],
  ])('%s', async ([, status, { search = '', type, ...init }]) => {
    gateway.takeUpstreamCalls();
    const response = await fetch(`${gateway.url}/graphql${search}`, {
      method: 'POST',
      ...init,
      headers: {
        ...(type !== undefined && { 'content-type': type }),
        authorization: `Bearer ${await gateway.tokenOf(admin)}`,
      },
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });

  test.for<[string, number, RequestInit & { search?: string }]>([
    ['a form', 415, { method: 'POST', body: new URLSearchParams({ query: mutation }) }],
    ['a multipart form', 415, { method: 'POST', body: multipart() }],
    ['a mutation in the address', 405, { method: 'GET', search: `?query=${encodeURIComponent(mutation)}` }],
  ])(
    'and is none even with the header that no page can set: %s',
    async ([, status, { search = '', ...init }]) => {
      gateway.takeUpstreamCalls();
      const response = await fetch(`${gateway.url}/graphql${search}`, {
        ...init,
        headers: {
          'graphql-require-preflight': '1',
          authorization: `Bearer ${await gateway.tokenOf(admin)}`,
        },
      });
      expect(response.status).toBe(status);
      expect(gateway.takeUpstreamCalls()).toEqual([]);
    },
  );

  test.for(preflightHeaders)('but is a query in the address with the header %s', async (header) => {
    const response = await fetch(`${gateway.url}/graphql?query={__typename}`, { headers: { [header]: '1' } });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('a page of another origin', () => {
  test.for<[string, string | null]>([
    [app, app],
    ['https://admin.example.com', 'https://admin.example.com'],
    ['https://evil.example', null],
    [`${app}.evil.example`, null],
    ['https://evil.example/https://app.example.com', null],
    [`${app}:8443`, null],
    ['http://app.example.com', null],
    ['https://APP.example.com', null],
    ['null', null],
    ['*', null],
  ])('from %s may read: %s', async ([origin, allowed]) => {
    const preflight = await fetch(`${gateway.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    const answer = await post(json, origin);
    const refusal = await post('x'.repeat(bodyLimit + 1), origin);
    expect(refusal.status).toBe(413);
    expect(await refusal.json()).toMatchObject({
      errors: [{ extensions: { code: 'REQUEST_ENTITY_TOO_LARGE' } }],
    });
    for (const { headers } of [preflight, answer, refusal]) {
      expect(headers.get('access-control-allow-origin')).toBe(allowed);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('vary')).toContain('Origin');
      expect(headers.get('cache-control')).toBe('no-store');
    }
    expect(preflight.headers.get('access-control-allow-headers')?.includes('authorization') ?? false).toBe(
      allowed !== null,
    );
  });

  test('finds no list of origins to guess from', async () => {
    const { headers } = await post(json, 'https://evil.example');
    expect([...headers].flat().join('\n')).not.toContain('example.com');
  });
});

test('no body of 100 KB is read for the sandbox either', async () => {
  const response = await fetch(`${gateway.url}/sandbox/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'a'.repeat(bodyLimit) }),
  });
  expect(response.status).toBe(413);
});

function post(body: string, origin: string): Promise<Response> {
  return fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body,
  });
}

function multipart(): FormData {
  const form = new FormData();
  form.set('operations', json);
  form.set('map', '{}');
  return form;
}
