import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { OneUpdateRule } from '../../src/graphql/one-update-rule.ts';

const schema = buildSchema('type Query { a: Int } type Mutation { updateUser: Int, other: Int }');
const errorsOf = (document: string) => validate(schema, parse(document), [OneUpdateRule]);

test.for([
  'mutation { updateUser }',
  'mutation { updateUser a: other b: other }',
  'mutation { a: other ...F } fragment F on Mutation { ... { updateUser } b: other }',
  'mutation A { updateUser } mutation B { ...F } fragment F on Mutation { updateUser }',
  'mutation { updateUser ...F } fragment F on Mutation { other }',
  'mutation { updateUser ...Missing }',
  'mutation { updateUser ...F } fragment F on Mutation { other ...F }',
])('one update at most: %s', (document) => {
  expect(errorsOf(document)).toEqual([]);
});

test.for([
  'mutation { updateUser b: updateUser }',
  'mutation { updateUser ... { updateUser } }',
  'mutation { ...F ...F } fragment F on Mutation { updateUser }',
  'mutation { ...F } fragment F on Mutation { updateUser ...G } fragment G on Mutation { updateUser ...F }',
])('more than one: %s', (document) => {
  expect(errorsOf(document)).toMatchObject([
    {
      message: 'Expected at most one updateUser in an operation.',
      nodes: [{ kind: 'OperationDefinition' }],
      extensions: { code: 'OPERATION_TOO_COMPLEX' },
    },
  ]);
});

test('fragments that double are counted at once', () => {
  const fragments = Array.from(
    { length: 60 },
    (_, n) => `fragment F${n} on Mutation { ...F${n + 1} ...F${n + 1} }`,
  );
  expect(errorsOf(`mutation { ...F0 } ${fragments.join(' ')} fragment F60 on Mutation { other }`)).toEqual(
    [],
  );
});
