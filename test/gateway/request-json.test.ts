/** JSON of requests that means harm, or more than one thing: refused, and nothing asked of Auth0. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());
beforeEach(() => void gateway.takeUpstreamCalls());

const mutation =
  'mutation ($id: ID!, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) { __typename ... on InvalidUserInput { issues { path code } } } }';
const nested = (depth: number, open: string, inside: string, close: string) =>
  open.repeat(depth) + inside + close.repeat(depth);

describe('metadata in variables', () => {
  test.for<[string, string, string[], string]>([
    ['an integer beyond 2^53', '{"a":9007199254740993}', ['a'], 'INVALID'],
    ['one in a list', '{"a":[1,{"b":[12345678901234567890]}]}', ['a', '1', 'b', '0'], 'INVALID'],
    ['one with an exponent', '{"a":9.007199254740993e15}', ['a'], 'INVALID'],
    ['a decimal that loses digits', '{"a":0.12345678901234567890123}', ['a'], 'INVALID'],
    ['a number beyond all bounds', '{"a":1e400}', ['a'], 'INVALID'],
    ['a number next to nothing', '{"a":1e-400}', ['a'], 'INVALID'],
    ['eleven levels', nested(11, '{"a":', '1', '}'), [], 'TOO_LARGE'],
    ['ninety levels of lists', `{"a":${nested(90, '[', '', ']')}}`, [], 'TOO_LARGE'],
    ['1,001 values', `{"a":[${'1,'.repeat(999)}1]}`, [], 'TOO_LARGE'],
    ['10,241 bytes', `{"a":"${'é'.repeat(5_117)}"}`, [], 'TOO_LARGE'],
    ['__proto__', '{"a":{"__proto__":{"b":1}}}', ['a', '__proto__'], 'RESERVED_KEY'],
    ['__proto__ in disguise', '{"a":{"\\u005f_proto__":{"b":1}}}', ['a', '__proto__'], 'RESERVED_KEY'],
    ['constructor', '{"a":[{"constructor":1}]}', ['a', '0', 'constructor'], 'RESERVED_KEY'],
    ['prototype', '{"prototype":1}', ['prototype'], 'RESERVED_KEY'],
  ])('with %s is invalid', async ([, metadata, path, code]) => {
    const { status, body } = await send(variables(`{"userMetadata":${metadata}}`));
    expect(status).toBe(200);
    expect(body).toEqual({
      data: {
        updateUser: {
          __typename: 'InvalidUserInput',
          issues: [{ path: ['input', 'userMetadata', ...path], code }],
        },
      },
    });
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });

  test.for([
    '{"a":9007199254740991,"b":-9007199254740991}',
    '{"a":1.0e2,"b":-0,"c":0.1,"d":3.141592653589793}',
    '{"a":"9007199254740993","b":"1e400 {{{{ [[[["}',
    '{"a":{"b":1},"b":{"a":1},"c":[{"a":1},{"a":2}],"A":1}',
    '{"a":"\\"a\\":1,\\"a\\":2","b":"\\\\"}',
  ])('is sent as it means: %s', async (metadata) => {
    const { body } = await send(variables(`{"appMetadata":${metadata}}`));
    expect(body).toEqual({ data: { updateUser: { __typename: 'UpdateUserSuccess' } } });
    const [sent] = gateway.takeUpstreamCalls();
    expect(JSON.stringify(sent?.body)).toBe(JSON.stringify({ app_metadata: JSON.parse(metadata) }));
  });
});

describe('metadata in the document', () => {
  test.for<[string, string, string[], string]>([
    ['an integer beyond 2^53', '{ a: 9007199254740993 }', ['a'], 'INVALID'],
    ['one in a list', '{ a: [1, { b: [-12345678901234567890] }] }', ['a', '1', 'b', '0'], 'INVALID'],
    ['a decimal that loses digits', '{ a: 0.12345678901234567890123 }', ['a'], 'INVALID'],
    ['a number beyond all bounds', '{ a: 1e400 }', ['a'], 'INVALID'],
    ['eleven levels', nested(11, '{ a: ', '1', '}'), [], 'TOO_LARGE'],
    ['1,001 values', `{ a: [${'1 '.repeat(1_000)}] }`, [], 'TOO_LARGE'],
    ['__proto__', '{ a: { __proto__: { b: 1 } } }', ['a', '__proto__'], 'RESERVED_KEY'],
  ])('with %s is invalid', async ([, metadata, path, code]) => {
    const query = mutation
      .replace('($id: ID!, $input: UpdateUserInput!) ', '')
      .replace('$id', JSON.stringify(johnId))
      .replace('$input', `{ userMetadata: ${metadata} }`);
    const { body } = await send(JSON.stringify({ query }));
    expect(body).toEqual({
      data: {
        updateUser: {
          __typename: 'InvalidUserInput',
          issues: [{ path: ['input', 'userMetadata', ...path], code }],
        },
      },
    });
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });
});

describe('a request is BAD_USER_INPUT', () => {
  test.for<[string, string]>([
    ['a key of the input twice', variables('{"name":"a","name":"b"}')],
    ['a key of metadata twice', variables('{"userMetadata":{"a":{"b":1,"c":2,"b":3}}}')],
    ['a key twice, once in disguise', variables('{"name":"a","n\\u0061me":"b"}')],
    ['__proto__ twice', variables('{"userMetadata":{"__proto__":1,"__proto__":2}}')],
    ['a variable twice', `{"query":"{ me { id } }","variables":{"id":"a","id":"b"}}`],
    ['the query twice', '{"query":"{ me { id } }","query":"{ me { name } }"}'],
    ['a deep list', variables(`{"userMetadata":{"a":${nested(40_000, '[', '', ']')}}}`)],
    ['a deep object', variables(`{"userMetadata":${nested(15_000, '{"a":', '1', '}')}}`)],
    [
      'a deep list in place of an id',
      `{"query":"query($id:ID!){user(id:$id){id}}","variables":{"id":${nested(40_000, '[', '', ']')}}}`,
    ],
    ['deep extensions', `{"query":"{ me { id } }","extensions":${nested(15_000, '{"a":', '1', '}')}}`],
    ['an id beyond 2^53', '{"query":"query($id:ID!){user(id:$id){id}}","variables":{"id":9007199254740993}}'],
    [
      'a number beyond all bounds',
      '{"query":"query($n:Int){users(first:$n){totalCount}}","variables":{"n":1e400}}',
    ],
    ['an exact number in place of text', variables('{"name":9007199254740993}')],
  ])('for %s', async ([, body]) => {
    const answer = await send(body);
    expect(answer.body).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(answer.body).not.toHaveProperty('data');
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });

  test.for<[string, string]>([
    ['a deep list', nested(2_000, '[', '', ']')],
    ['a key twice', '{"id":"a","id":"b"}'],
  ])('for %s in the address', async ([, text]) => {
    const address = `${gateway.url}/graphql?query={me{id}}&variables=${encodeURIComponent(text)}`;
    const response = await fetch(address, { headers: { 'graphql-require-preflight': '1' } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

describe('a request is bad', () => {
  test.for<[string, string | Uint8Array<ArrayBuffer>]>([
    ['nothing', ''],
    ['a number', '5'],
    ['null', 'null'],
    ['a text', '"{ me { id } }"'],
    ['a batch', '[{"query":"{ me { id } }"}]'],
    ['half a text', '{"query":"{ me { id } }'],
    ['two requests', '{"query":"{ me { id } }"}{"query":"{ me { id } }"}'],
    ['NaN', '{"query":"{ me { id } }","variables":{"a":NaN}}'],
    [
      'no UTF-8',
      Uint8Array.from([
        ...Buffer.from('{"query":"{ me { id } }","variables":{"a":"'),
        0xff,
        0x22,
        0x7d,
        0x7d,
      ]),
    ],
    ['UTF-16', new Uint8Array(Buffer.from('{"query":"{ me { id } }"}', 'utf16le'))],
  ])('for %s', async ([, body]) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  test('where the address says a thing twice', async () => {
    const response = await fetch(`${gateway.url}/graphql?query={me{id}}&query={me{name}}`, {
      headers: { 'graphql-require-preflight': '1' },
    });
    expect(response.status).toBe(400);
  });
});

function variables(input: string): string {
  return `{"query":${JSON.stringify(mutation)},"variables":{"id":${JSON.stringify(johnId)},"input":${input}}}`;
}

async function send(body: string | Uint8Array<ArrayBuffer>) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await gateway.tokenOf(admin)}` },
    body,
  });
  return { status: response.status, body: (await response.json()) as unknown };
}
