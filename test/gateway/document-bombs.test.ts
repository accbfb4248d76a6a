/** Documents written to cost more than they are worth: each is refused before anything is asked of Auth0. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { UserDocument } from '../support/operations/graphql.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());
beforeEach(() => void gateway.takeUpstreamCalls());

const times = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');
const nested = (depth: number, open: string, inside: string, close: string) =>
  open.repeat(depth) + inside + close.repeat(depth);
/** Every field of a user. */
const fullUser = String(UserDocument).slice(String(UserDocument).indexOf('fragment'));
const update = (input: string) => `updateUser(id: "${johnId}", input: ${input}) { __typename }`;

describe('a document is OPERATION_TOO_COMPLEX', () => {
  test.for<[string, string]>([
    ['1,000 reads', `{ ${times(1_000, (n) => `u${n}: user(id: "auth0|${n}") { id }`)} }`],
    ['300 searches', `{ ${times(300, (n) => `s${n}: users { totalCount }`)} }`],
    ['300 searches by address', `{ ${times(300, (n) => `s${n}: usersByEmail(email: "a@b.co") { id }`)} }`],
    [
      'reads by the dozen in fragments',
      `{ ${times(20, () => '...A')} } fragment A on Query { ${times(12, (n) => `u${n}: user(id: "a|${n}") { id }`)} }`,
    ],
    [
      'reads in fragments that double',
      `{ ...F0 } ${times(10, (n) => `fragment F${n} on Query { a${n}: me { id } ...F${n + 1} ...F${n + 1} }`)} fragment F10 on Query { me { id } }`,
    ],
    [
      'reads that may be skipped',
      `query ($no: Boolean = false) { ${times(150, (n) => `a${n}: user(id: "a|${n}") @include(if: $no) { id }`)} ...R } fragment R on Query { ${times(60, (n) => `b${n}: me { id }`)} }`,
    ],
    [
      'tokens of two pages of users',
      `{ ${times(2, (n) => `p${n}: users(first: 100) { nodes { identities { tokens { accessToken } } } }`)} }`,
    ],
    [
      'tokens of pages of any size',
      `query ($n: Int) { ${times(2, (n) => `p${n}: users(first: $n) { nodes { identities { tokens { accessToken } } } }`)} }`,
    ],
    [
      'tokens of more entities than there may be',
      `query ($r: [_Any!]!) { ${times(3, (n) => `e${n}: _entities(representations: $r) { ... on User { identities { tokens { accessToken } } } }`)} }`,
    ],
    [
      'fields of entities that multiply',
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { ${times(300, (n) => `a${n}: id`)} } } }`,
    ],
    ['10,000 tokens', `{ me { ${times(10_000, () => 'id')} } }`],
    ['5,000 aliases', `{ ${times(5_000, (n) => `a${n}:__typename`)} }`],
    ['fields that multiply', multiplied()],
    [
      'fields of a page that multiply',
      `{ users(first: 100) { nodes { ${times(300, (n) => `a${n}: id`)} } } }`,
    ],
    ['300 directives', `{ me { id ${times(300, () => '@include(if: true)')} } }`],
    ['1,000 fragments', `{ me { ${times(1_000, () => '...F')} } } fragment F on User { id }`],
    [
      'a chain of 1,000 fragments',
      `{ ...F0 } ${times(1_000, (n) => `fragment F${n} on Query { ...F${n + 1} }`)}`,
    ],
    ['2,000 times the same object', `{ me { ${times(2_000, () => 'identities { provider }')} } }`],
    [
      'the same objects in the same objects',
      `{ me { ${times(40, () => `identities { ${times(20, () => 'profile { name }')} }`)} } }`,
    ],
    ['1,000 times the same arguments', `{ me { ${times(1_000, () => 'id(a: 1)')} } }`],
    ['1,000 fields of one alias', `{ me { ${times(500, () => 'a: id a: name')} } }`],
    [
      'fragments side by side',
      `{ me { ${times(240, (n) => `...F${n}`)} } } ${times(240, (n) => `fragment F${n} on User { id email }`)}`,
    ],
    [
      'fragments beside many fields',
      `{ me { ${times(2_000, (n) => `a${n}: id`)} ${times(100, (n) => `...F${n}`)} } } ${times(100, (n) => `fragment F${n} on User { id }`)}`,
    ],
    [
      'fragments inside each other, of nothing else',
      `{ me { ...F0 } } ${times(450, (n) => `fragment F${n} on User { ...F${n + 1} }`)} fragment F450 on User { id }`,
    ],
    [
      'a fragment that nobody uses',
      `{ me { id } } fragment F on User { ${times(2_000, () => 'identities { provider }')} }`,
    ],
    [
      'fragments of each other without end, that double',
      `{ me { id } } fragment A on User { ${times(2, (n) => `a${n}: identities { ...B }`)} } fragment B on Identity { ${times(2, (n) => `b${n}: profile { ...A }`)} }`,
    ],
    ['a deep selection', nested(500, '{ a', '', '}')],
    ['deep inline fragments', nested(500, '{ ...', '{ me { id } }', '}')],
    ['a deep list', `{ user(id: ${nested(500, '[', '', ']')}) { id } }`],
    ['a deep object', `mutation { ${update(`{ userMetadata: ${nested(500, '{a:', '1', '}')} }`)} }`],
    ['a deep type', `query ($a: ${nested(500, '[', 'Int', ']')}) { me { id } }`],
    ['a deep default', `query ($a: [Int] = ${nested(500, '[', '', ']')}) { me { id } }`],
    ['one operation of two', `query A { me { id } } query B { ${times(300, (n) => `a${n}: me { id }`)} }`],
  ])('%s', async ([, query]) => {
    const { errors } = await ask(query);
    expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }]);
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });

  /** 100 · 100 · 100 fields in an answer, for 400 in the document. */
  function multiplied(): string {
    const wide = (name: string) => times(100, (n) => `${name}${n}`);
    return `{ me { ${times(100, (n) => `i${n}: identities { ...I }`)} } }
      fragment I on Identity { ${times(100, (n) => `p${n}: profile { ...P }`)} }
      fragment P on IdentityProfile { ${wide('a').replaceAll(/a\d+/g, '$&: name')} }`;
  }
});

describe('a document is refused by validation', () => {
  test.for<[string, string]>([
    ['a fragment within itself', '{ ...A } fragment A on Query { me { id } ...A }'],
    [
      'fragments within each other, through fields',
      '{ me { ...A } } fragment A on User { identities { ...B } } fragment B on Identity { profile { ...A } }',
    ],
    ['fragments within each other', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
    ['9,000 times the same field', `{ me { ${times(9_000, () => 'id')} } }`],
    ['3,000 unknown arguments', `{ user(${times(3_000, (n) => `a${n}: 1`)}) { id } }`],
    ['3,000 times the same input', `mutation { ${update(`{ ${times(3_000, () => 'name: "a"')} }`)} }`],
    ['2,000 variables that nothing uses', `query (${times(2_000, (n) => `$v${n}: ID`)}) { me { id } }`],
    ['100 times the same directive', `{ me { id ${times(100, () => '@include(if: true)')} } }`],
  ])('%s', async ([, query]) => {
    const { errors } = await ask(query);
    expect(errors?.length).toBeLessThanOrEqual(101);
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(
      new Set(['GRAPHQL_VALIDATION_FAILED']),
    );
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });
});

describe('an operation holds one updateUser at most', () => {
  const once = update('{ name: "a" }');
  test.for([
    `mutation { a: ${once} b: ${once} }`,
    `mutation { a: ${once} ... on Mutation { b: ${once} } }`,
    `mutation { ...F ...F } fragment F on Mutation { a: ${once} b: ${once} }`,
    `mutation { ...F b: ${once} } fragment F on Mutation { ... { a: ${once} } }`,
    `mutation ($yes: Boolean = true) { a: ${once.replace('{ __', '@include(if: $yes) { __')} b: ${once.replace('{ __', '@skip(if: $yes) { __')} }`,
    `mutation { ...F @skip(if: true) b: ${once} } fragment F on Mutation { a: ${once} }`,
  ])('%s', async (query) => {
    const { errors } = await ask(query);
    expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_COMPLEX', applied: 'NO' } }]);
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });

  test('and 500 of them are not one PATCH', async () => {
    const { errors } = await ask(`mutation { ${times(500, (n) => `a${n}: ${once}`)} }`);
    expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }]);
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });
});

describe('what a page or a form asks for is served', () => {
  test('whole entities with the tokens of their identity providers', async () => {
    const { errors } = await gateway.ask(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { ...FullUser identities { tokens { accessToken } } } } } ${fullUser}`,
      { r: Array.from({ length: 100 }, (_, n) => ({ __typename: 'User', id: `auth0|${n}` })) },
      admin,
    );
    expect(errors).toBeUndefined();
  });

  test('100 aliased reads of whole users', async () => {
    const query = `{ ${times(100, (n) => `u${n}: user(id: "auth0|${n}") { ...FullUser }`)} j: me { id } } ${fullUser}`;
    const { data, errors } = await ask(query);
    expect(errors).toBeUndefined();
    expect(Object.keys(data ?? {})).toHaveLength(101);
  });

  test('fields that many parts of a page ask for', async () => {
    const parts = times(
      60,
      (n) => `fragment F${n} on User { __typename id name identities { id provider } ...G${n} }`,
    );
    const nested = times(60, (n) => `fragment G${n} on User { id email }`);
    const { errors } = await ask(`{ me { ${times(60, (n) => `...F${n}`)} } } ${parts} ${nested}`);
    expect(errors).toBeUndefined();
  });

  test('a page of 100 users, whole', async () => {
    const { data, errors } = await ask(
      `{ users(first: 100) { edges { cursor node { ...FullUser } } } } ${fullUser}`,
    );
    expect(errors).toBeUndefined();
    expect(data).toHaveProperty('users.edges');
  });

  test('metadata at the limit of its depth, written in the document', async () => {
    const { data } = await ask(`mutation { ${update(`{ userMetadata: ${nested(10, '{a:', '1', '}')} }`)} }`);
    expect(data).toEqual({ updateUser: { __typename: 'UpdateUserSuccess' } });
  });
});

function ask(query: string) {
  return gateway.ask<Record<string, unknown>, object>(query, {}, admin);
}
