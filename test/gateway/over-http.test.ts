import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { admin, john, johnId, startGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

describe('GraphQL over HTTP', () => {
  test('is kept to: the audit finds no error and no warning', async () => {
    const results = await auditServer({
      url: `${gateway.url}/graphql`,
      fetchFn: (url: string, init: RequestInit) => {
        const headers = new Headers(init?.headers);
        headers.set('graphql-require-preflight', '1');
        return fetch(url, { ...init, headers });
      },
    });
    expect(results.length).toBeGreaterThan(55);
    expect(
      results.filter(({ status }) => status === 'error' || status === 'warn').map(({ name }) => name),
    ).toEqual([]);
  });

  test('answers 200 once executed, whatever the fate of the fields', async () => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const response = await post({ query: '{ me { id } }' }, { accept });
      expect(response.status).toBe(200);
      expect(response.headers.get('retry-after')).toBeNull();
    }
  });

  test('never lets an answer be cached', async () => {
    for (const body of [{ query: '{ __typename }' }, { query: '{' }])
      expect((await post(body)).headers.get('cache-control')).toBe('no-store');
  });
});

describe('a value of the wrong type', () => {
  const canary = 'hunter2-canary';
  const update =
    'mutation ($id: ID!, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) { __typename } }';

  test.for<[string, unknown]>([
    ['beside an unknown field', { password: canary, foo: 1 }],
    ['as the whole input', canary],
    ['in place of a boolean', { blocked: canary }],
    ['in a list', { password: [canary] }],
    ['in an object', { password: { is: canary } }],
    ['in place of metadata', { userMetadata: canary }],
    ['in place of a field', { [canary]: 1 }],
    [
      'in place of a field, pretending to be a suggestion',
      { [`" is not defined by type "A". Did you mean "${canary}"?`]: 1 },
    ],
    ['in place of a field that is nearly one', { [`password": ${canary}`]: 1 }],
    ['as a key of the whole, in a list', [{ [canary]: 1 }]],
    ['in place of null', { blocked: { [canary]: canary } }],
  ])('in a variable is BAD_USER_INPUT and is not repeated: %s', async ([, input]) => {
    const { status, text, errors } = await ask(update, { id: johnId, input });
    expect(status).toBe(200);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', applied: 'NO' } }]);
    expect(text).not.toContain(canary);
  });

  test.for([
    `{ password: "${canary}", foo: 1 }`,
    `"${canary}"`,
    `{ blocked: "${canary}" }`,
    `{ password: ["${canary}"] }`,
    `{ password: { is: "${canary}" } }`,
    `{ userMetadata: "${canary}" }`,
    `{ userMetadata: { a: ${canary.replace('-', '_')} } }`,
    `{ ${canary.replace('-', '_')}: 1 }`,
    `{ blocked: ${canary.replace('-', '_')} }`,
    `{ password: { ${canary.replace('-', '_')}: 1 } }`,
  ])('in the document is a validation error and is not repeated: %s', async (input) => {
    const { text, errors } = await ask(
      `mutation { updateUser(id: "${johnId}", input: ${input}) { __typename } }`,
    );
    expect(errors?.length).toBeGreaterThan(0);
    expect(text).not.toMatch(/hunter2/);
  });

  test('still says which field may have been meant', async () => {
    const { errors } = await ask(update, { id: johnId, input: { nicknam: 'a' } });
    expect(errors?.map(({ message }) => message)).toEqual([
      'Variable "$input" does not fit: expected a field of "UpdateUserInput". Did you mean "nickname"?',
    ]);
    const literal = await ask(`mutation { updateUser(id: "a", input: { nicknam: "a" }) { __typename } }`);
    expect(literal.errors?.map(({ message }) => message)).toEqual([
      'Expected a field of "UpdateUserInput". Did you mean "nickname"?',
    ]);
  });

  test('says where it stands and what was expected', async () => {
    const { errors } = await ask(update, { id: johnId, input: { blocked: 'yes', name: 5 } });
    expect(errors?.map(({ message }) => message)).toEqual([
      'Variable "$input" does not fit at "input.blocked": expected a value of type "Boolean".',
      'Variable "$input" does not fit at "input.name": expected a value of type "String".',
    ]);
  });

  test.for([
    'query ($x: Boolean = true) { me { id @include(if: $x) } }',
    'query ($x: Boolean = true) { me @include(if: $x) { id } }',
    'query ($x: UserSortField = EMAIL) { users(sort: { field: $x }) { totalCount } }',
    'mutation ($x: Boolean = true) { updateUser(id: "auth0|507f1f77bcf86cd799439020", input: { name: "a" }, dryRun: $x) { __typename } }',
  ])('is BAD_USER_INPUT also where null stands for a default: %s', async (query) => {
    const { status, errors } = await ask(query, { x: null });
    expect(status).toBe(200);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('is not repeated where the document cannot be parsed', async () => {
    for (const input of [
      `{ password "${canary}" }`,
      `{ password ${canary.replace('-', '')} }`,
      `{ password: "\\u{hunter2" }`,
      `{ password: "\\hunter2" }`,
      `{ password: """${canary}""" """${canary}""" "`,
    ]) {
      const { text, errors } = await ask(
        `mutation { updateUser(id: "${johnId}", input: ${input}) { __typename } }`,
      );
      expect(errors).toMatchObject([{ message: expect.stringMatching(/^Syntax Error: /) }]);
      expect(text).not.toMatch(/hunter2/);
    }
  });

  test('is told fifty times at the most', async () => {
    const input = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, 1]));
    const { errors } = await ask(update, { id: johnId, input });
    expect(errors).toHaveLength(50);
  });

  test('in the address is a bad request', async () => {
    const response = await fetch(`${gateway.url}/graphql?query={__typename}&variables=${canary}`, {
      headers: { 'graphql-require-preflight': '1' },
    });
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(text).not.toContain(canary);
  });

  test('is BAD_USER_INPUT also where a variable is missing', async () => {
    const { errors } = await ask('query ($id: ID!) { user(id: $id) { id } }');
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('an operation', () => {
  test('is refused where it nests too deeply to be read', async () => {
    const deep = (open: string, close: string) => open.repeat(9_000) + close.repeat(9_000);
    for (const query of [deep('{a', '}'), `{ user(id: ${deep('[', ']')}) { id } }`]) {
      const { headers, errors } = await ask(query);
      expect(errors).toMatchObject([
        { extensions: { code: expect.stringMatching(/^(OPERATION_TOO_COMPLEX|GRAPHQL_)/) } },
      ]);
      expect(headers.get('x-request-id')).not.toBeNull();
    }
  });

  test('of no JSON is refused without being quoted', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{ "password": "hunter2-canary" oops',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toMatch(/hunter2|oops|position/);
  });

  test('keeps its own errors: a code and a request id on each', async () => {
    for (const query of ['{', '{ nothing }', '{ me { id } }']) {
      const { headers, errors } = await ask(query, {}, 'nobody');
      expect(errors?.length).toBeGreaterThan(0);
      for (const { extensions } of errors ?? []) {
        expect(extensions.code).toMatch(/^[A-Z_]+$/);
        expect(extensions.requestId).toBe(headers.get('x-request-id'));
      }
    }
  });

  test('is known by the request id it came with, where that is a safe one', async () => {
    const good = await post({ query: '{ me { id } }' }, { 'x-request-id': 'abc-123' });
    expect(good.headers.get('x-request-id')).toBe('abc-123');
    const bad = await post({ query: '{ me { id } }' }, { 'x-request-id': 'a b;c' });
    expect(bad.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('cannot look at the schema where introspection is off', async () => {
    await using closed = await startGateway({ gateway: { introspection: false, graphiql: false } });
    const { errors } = await closed.ask('{ __schema { queryType { name } } }', {}, john);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    const guess = await closed.ask('{ usr(id: "a") { id } }', {}, john);
    expect(JSON.stringify(guess.errors)).not.toContain('Did you mean');
    const variable = await closed.ask(
      'mutation ($input: UpdateUserInput!) { updateUser(id: "a", input: $input) { __typename } }',
      { input: { nicknam: 'a' } },
      john,
    );
    expect(variable.errors?.length).toBeGreaterThan(0);
    expect(JSON.stringify(variable.errors)).not.toContain('Did you mean');
    const page = await fetch(`${closed.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(await page.text()).not.toContain('<html');
  });
});

describe('health', () => {
  test('is alive and ready', async () => {
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  });

  test('is not found elsewhere', async () => {
    expect((await fetch(`${gateway.url}/elsewhere`)).status).toBe(404);
  });
});

async function ask(query: string, variables: object = {}, as: typeof admin = admin) {
  const token = await gateway.tokenOf(as);
  const response = await post(
    { query, variables },
    token === null ? {} : { authorization: `Bearer ${token}` },
  );
  const text = await response.text();
  const { errors } = JSON.parse(text) as {
    errors?: { message: string; extensions: { code: string; requestId: string } }[];
  };
  return { status: response.status, headers: response.headers, text, errors };
}

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}
