/** Whatever variables come as JSON: what a plan makes of them is what graphql.js does, or it makes nothing of them. */
import fc from 'fast-check';
import { buildSchema, execute, isObjectType, parse } from 'graphql';
import { expect, test } from 'vitest';
import { executePlan } from '../../src/graphql/planned-execution.ts';
import { planOperation } from '../../src/graphql/selection-plan.ts';

const schema = buildSchema(`
  enum Letter { A B constructor }
  scalar Any
  input Either @oneOf { a: Int b: String c: [Either!] }
  input Deep {
    self: Deep list: [Deep!] numbers: [[Int!]!] letter: Letter = A letters: [Letter!]! = [A, B] n: Int!
    either: Either any: Any constructor: String toString: Int other: Other = { q: 7 } text: String! = "t" id: ID
  }
  input Other { q: Int! z: [Int] = [1] }
  type Query {
    echo(
      deep: Deep, list: [Deep!], either: Either, letter: Letter = B, numbers: [Int!]! = [1], any: Any,
      constructor: Int = 5, n: Int! = 4
    ): String
  }
`);
const query = schema.getQueryType();
if (isObjectType(query))
  Object.assign(query.getFields()['echo'] ?? {}, {
    resolve: (_: unknown, args: object) => JSON.stringify(args),
  });

const document = parse(`
  query (
    $deep: Deep, $list: [Deep!] = [{ n: 1 }], $either: Either, $letter: Letter = A, $numbers: [Int!]! = [3], $any: Any,
    $constructor: Int, $n: Int = 3, $toString: Int
  ) {
    all: echo(
      deep: $deep, list: $list, either: $either, letter: $letter, numbers: $numbers, any: $any, constructor: $constructor,
      n: $n
    )
    mixed: echo(constructor: $toString, deep: { n: 3, self: $deep })
    none: echo
  }
`);

/** As a body has it, so that "__proto__" is a key like any other. */
const object = (entries: readonly (readonly [string, unknown])[]): unknown =>
  JSON.parse(`{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`);

const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
  anything: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, 0, 1, 2 ** 40, 1.5, 'A', 'B', 'constructor', 't', true, [], {}),
    fc.array(tie('anything'), { maxLength: 3 }),
    fc
      .array(
        fc.tuple(
          fc.constantFrom('self', 'list', 'n', 'letter', 'a', 'b', 'q', 'constructor', '__proto__', 'x'),
          tie('anything'),
        ),
        { maxLength: 4 },
      )
      .map(object),
  ),
}));

const { deep } = fc.letrec<{ deep: object }>((tie) => ({
  deep: fc.record(
    {
      n: fc.integer({ min: 0, max: 9 }),
      self: fc.oneof({ depthSize: 'small' }, fc.constant(null), tie('deep')),
      list: fc.oneof(
        { depthSize: 'small' },
        fc.constant(null),
        fc.array(tie('deep'), { maxLength: 2 }),
        tie('deep'),
      ),
      numbers: fc.constantFrom(null, 1, [1], [[1], [2]], [[1, null]], [[], null]),
      letter: fc.constantFrom(null, 'A', 'constructor', 'C'),
      letters: fc.constantFrom('A', ['A'], [null], null),
      either: fc.constantFrom(
        null,
        { a: 1 },
        { a: null },
        { a: 1, b: 't' },
        { c: [{ a: 1 }] },
        { c: { b: 't' } },
        {},
      ),
      any: fc.constantFrom(1, { x: 1 }, null),
      constructor: fc.constantFrom('x', null, 3),
      toString: fc.constantFrom(3, null),
      other: fc.constantFrom({ q: 1 }, { z: null }, { q: 1, z: 2 }, []),
      text: fc.constantFrom('t', null),
    },
    { requiredKeys: ['n'], noNullPrototype: true },
  ),
}));

const variables = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'deep',
        'list',
        'either',
        'letter',
        'numbers',
        'any',
        'constructor',
        'n',
        'toString',
        'x',
      ),
      fc.oneof(
        anything,
        deep,
        fc.array(deep, { maxLength: 2 }),
        fc.constantFrom<unknown>('A', 1, [1], { a: 1 }),
      ),
    ),
    { maxLength: 3 },
  )
  .map((entries) => () => object(entries) as { readonly [variable: string]: unknown });

test('variables come to what they do in graphql.js, or to nothing', async () => {
  let [planned, refused] = [0, 0];
  const plan = planOperation(schema, document, null);
  if (!plan) throw new TypeError('expected a plan');
  await fc.assert(
    fc.asyncProperty(variables, async (make) => {
      const mine = await executePlan({ schema, document, variableValues: make() }, plan);
      const theirs = await execute({ schema, document, variableValues: make() });
      if (mine === null) {
        expect(theirs.errors).not.toBeUndefined();
        refused++;
        return;
      }
      planned++;
      expect(JSON.stringify(mine.data)).toBe(JSON.stringify(theirs.data));
      expect(mine.errors?.map(String)).toEqual(theirs.errors?.map(String));
    }),
    { numRuns: 1_000 },
  );
  expect([planned > 200, refused > 200]).toEqual([true, true]);
}, 60_000);

test('a variable that is special to JavaScript is left to graphql.js', () => {
  expect(
    planOperation(schema, parse('query ($__proto__: Int) { echo(constructor: $__proto__) }'), null),
  ).toBeNull();
});
