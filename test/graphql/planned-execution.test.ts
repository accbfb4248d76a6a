/** Whatever is asked, of whatever data: what is executed by a plan comes to what it does without one. */
import { normalizedExecutor } from '@graphql-tools/executor';
import fc from 'fast-check';
import {
  buildSchema,
  type ExecutionResult,
  GraphQLError,
  type GraphQLResolveInfo,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { executePlan } from '../../src/graphql/planned-execution.ts';
import { planOperation } from '../../src/graphql/selection-plan.ts';

const fields = `
  text: String
  number: Int!
  choice: Choice
  echo(a: Int = 3, b: [In!], c: In): String
  where: String
  thing: Thing
  sure: Thing!
  things: [Thing]
  nested: [[Thing]]!
  numbers: [Int!]
  either: Either
  all: [Either]!
  named: Named`;
const schema = buildSchema(`
  enum Choice { ONE TWO }
  input In { x: Int! = 1, y: String, z: [Int] }
  interface Named { text: String number: Int! }
  union Either = Thing | Other
  type Thing implements Named {${fields}}
  type Other implements Named {${fields}}
  type Query {${fields}}
  type Mutation { thing: Thing, echo(a: Int): String }
`);
for (const type of Object.values(schema.getTypeMap())) {
  if (!isObjectType(type) || !type.getFields()['echo']) continue;
  Object.assign(type.getFields()['echo'] ?? {}, {
    resolve: (_: unknown, args: object) => JSON.stringify(args),
  });
  Object.assign(type.getFields()['where'] ?? {}, {
    resolve: (_: unknown, __: object, ___: unknown, info: GraphQLResolveInfo) => {
      const { fieldName, parentType, returnType, operation, variableValues, path, fieldNodes } = info;
      const told = { fieldName, parentType, returnType, variableValues, path, count: fieldNodes.length };
      return JSON.stringify({ ...told, kind: operation.operation, fragments: Object.keys(info.fragments) });
    },
  });
  if (type.name === 'Other') type.isTypeOf = async (value) => (value as { kind?: string }).kind === 'Other';
}

/** Decisions in the order in which they are asked for. */
type Pick = <Item>(...items: readonly Item[]) => Item;

const picks = fc.infiniteStream(fc.nat()).map((stream): Pick => {
  return (...items) => items[Number(stream.next().value) % items.length] as never;
});

function selection(pick: Pick, type: string, depth: number): string {
  const item = (): string => {
    const alias = pick('', '', '', 'a: ', 'b: ');
    const below = (of: string) => (depth === 0 ? ' { __typename }' : ` ${selection(pick, of, depth - 1)}`);
    const onlyNamed = type === 'Either' || type === 'Named';
    const name = onlyNamed
      ? pick('__typename', '... on Thing', '... on Other', '... on Named', '...T', '...')
      : pick(
          '__typename',
          'text',
          'number',
          'choice',
          'echo',
          'where',
          'thing',
          'sure',
          'things',
          'nested',
          'numbers',
          'either',
          'all',
          'named',
          '... on Named',
          '...T',
          '... on Thing',
          '...',
        );
    switch (name) {
      case '...':
        return `... ${selection(pick, type, 0)}`;
      case '...T':
        return type === 'Query' ? 'text' : name;
      case '... on Thing':
      case '... on Other':
      case '... on Named':
        return type === 'Query' ? 'number' : `${name}${below(name.slice(7))}`;
      case 'thing':
      case 'sure':
      case 'things':
      case 'nested':
        return `${alias}${name}${below('Thing')}`;
      case 'either':
      case 'all':
        return `${alias}${name}${below('Either')}`;
      case 'named':
        return `${alias}named${below('Named')}`;
      case 'echo':
        return `${alias}echo${pick('', '(a: $v)', '(a: null)', '(b: [{}, $in])', '(b: {x: 5})', '(c: {x: 2, y: $s, z: 1})', '(c: $in)')}`;
      default:
        return `${alias}${name}`;
    }
  };
  return `{ ${Array.from({ length: pick(1, 2, 3, 4) }, item).join(' ')} }`;
}

function data(pick: Pick, depth: number): Record<string, unknown> {
  const one = (make: () => unknown): unknown => {
    const value = make();
    switch (pick(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)) {
      case 0:
        return null;
      case 1:
        return new Error('told');
      case 2:
        return () => {
          throw new GraphQLError('thrown', { extensions: { code: 'THROWN' } });
        };
      case 3:
        return async () => value;
      case 4:
        return () => Promise.reject(new Error('rejected'));
      case 5:
        return () => value;
      default:
        return value;
    }
  };
  const object = () => (depth === 0 ? null : data(pick, depth - 1));
  const items = (item: () => unknown) => () =>
    Array.from({ length: pick(0, 1, 2, 3) }, () => plain(one(item)));
  return {
    __typename: pick('Thing', 'Thing', 'Other', 'Unknown'),
    kind: pick('Other', 'Other', 'Thing'),
    text: one(() => pick<unknown>('text', 1, true, {}, Number.NaN)),
    number: one(() => pick<unknown>(1, 2 ** 40, 'x', '7')),
    choice: one(() => pick('ONE', 'TWO', 'THREE')),
    thing: one(object),
    sure: one(object),
    things: one(items(object)),
    nested: one(items(() => plain(one(items(object))))),
    numbers: one(() =>
      Array.from({ length: pick(0, 1, 2) }, () => pick<unknown>(1, 2, null, new Error('told'))),
    ),
    either: one(object),
    all: one(items(object)),
    named: one(object),
  };
}

/** As an item of a list: nothing calls a function there. */
function plain(value: unknown): unknown {
  if (typeof value !== 'function') return value;
  try {
    const made: unknown = value();
    if (made instanceof Promise) made.catch(() => {});
    return made;
  } catch (error) {
    return error;
  }
}

/** A resolver's own words, and where a null is that must not be one; how bugs are worded is nobody's concern. */
const worded = /^(told|thrown|rejected|Cannot return null for non-nullable field \w+\.\w+\.)$/;

const told = ({ data, errors }: ExecutionResult) => ({
  data: JSON.stringify(data),
  errors: (errors ?? [])
    .map(({ message, path, locations, extensions }) =>
      JSON.stringify({ message: worded.test(message) ? message : 'a bug', path, locations, extensions }),
    )
    .toSorted(),
});

test('a planned operation comes to what it would without a plan', async () => {
  let [compared, withErrors] = [0, 0];
  await fc.assert(
    fc.asyncProperty(picks, fc.boolean(), async (pick, isMutation) => {
      const operation = isMutation
        ? `mutation ($v: Int) { ${pick(`thing ${selection(pick, 'Thing', 2)}`, 'echo(a: $v)', '__typename')} }`
        : `query ($v: Int, $in: In! = {x: 4}, $s: String) ${selection(pick, 'Query', 3)}`;
      const document = parse(`${operation} fragment T on Thing ${selection(pick, 'Other', 1)}`);
      const faults = validate(schema, document);
      if (faults.some(({ message }) => !/never used|is not defined by operation/.test(message))) return;
      const plan = planOperation(schema, document, null);
      expect(plan).not.toBeNull();
      const rootValue = data(pick, 3);
      const variableValues = pick({}, { v: 1 }, { v: null, s: 's' }, { in: { x: 9, z: [1, null] } });
      const args = { schema, document, rootValue, variableValues };
      const planned = plan && (await executePlan(args, plan));
      const usual = (await normalizedExecutor(args)) as ExecutionResult;
      if (usual.errors) withErrors++;
      compared++;
      const [mine, theirs] = [planned && told(planned), told(usual)];
      expect(mine?.data).toBe(theirs.data);
      // Of several errors below one null, it is a matter of time which are told.
      const isOne = Math.max(theirs.errors.length, mine?.errors.length ?? 0) <= 1;
      expect(isOne ? mine?.errors : (mine?.errors.length ?? 0) > 0).toEqual(isOne ? theirs.errors : true);
    }),
    { numRuns: 1_000 },
  );
  expect([compared > 200, withErrors > 50]).toEqual([true, true]);
}, 60_000);

test('a list that is given up leaves nothing behind that nobody hears of', async () => {
  const strict = buildSchema('type Query { all: [Int!] }');
  const document = parse('{ all }');
  const rootValue = { all: [Promise.reject(new Error('rejected')), new Error('told')] };
  const plan = planOperation(strict, document, null);
  expect(plan && (await executePlan({ schema: strict, document, rootValue }, plan))).toMatchObject({
    data: { all: null },
    errors: [{ message: 'told', path: ['all', 1] }],
  });
});

test.for(['text', 'where', 'choice', 'text thing { where }', 'text thing { choice }', 'nested { choice }'])(
  'an object that stands in several places comes to what it would in each: %s',
  async (selected) => {
    const of = `... on Thing { ${selected} }`;
    const document = parse(`{ all { ${of} } more: all { ... on Thing { number } ${of} } either { ${of} } }`);
    const thing = {
      __typename: 'Thing',
      text: 'text',
      number: 1,
      choice: 'THREE',
      thing: { choice: 'FOUR' },
      nested: [[{}]],
    };
    const rootValue = { all: [thing, Promise.resolve(thing), thing], either: thing };
    const plan = planOperation(schema, document, null);
    const args = { schema, document, rootValue };
    const planned = plan && (await executePlan(args, plan));
    expect(planned && told(planned)).toEqual(told((await normalizedExecutor(args)) as ExecutionResult));
  },
);

test('an object that stands in a list of a union twice is looked at once', async () => {
  let asked = 0;
  const thing = { __typename: 'Thing', text: () => String(++asked) };
  const document = parse('{ all { ... on Thing { text } } }');
  const plan = planOperation(schema, document, null);
  const result = plan && (await executePlan({ schema, document, rootValue: { all: [thing, thing] } }, plan));
  expect(result).toEqual({ data: { all: [{ text: '1' }, { text: '1' }] } });
});

test.for([
  'query ($v: Boolean!) { text @include(if: $v) }',
  'query ($v: Boolean!) { thing { ... @skip(if: $v) { text } } }',
  '{ __proto__: text }',
  'mutation { a: echo b: echo }',
])('what depends on more than its document has no plan: %s', (text) => {
  expect(planOperation(schema, parse(text), null)).toBeNull();
});

test('variables that do not fit are nothing to execute', () => {
  const document = parse('query ($v: Int!) { echo(a: $v) }');
  const plan = planOperation(schema, document, null);
  for (const variableValues of [{}, { v: null }, { v: 'x' }])
    expect(plan && executePlan({ schema, document, variableValues }, plan)).toBeNull();
});

test('of variables that do not fit, no more is looked at than the first that does not', () => {
  const document = parse('query ($v: [Once!]!) { echo(a: $v) }');
  const picky = buildSchema('scalar Once type Query { echo(a: [Once!]!): String }');
  let looks = 0;
  Object.assign(picky.getType('Once') ?? {}, {
    parseValue() {
      looks++;
      throw new GraphQLError('no');
    },
  });
  const plan = planOperation(picky, document, null);
  const variableValues = { v: Array.from({ length: 1_000 }, (_, index) => index) };
  expect(plan && executePlan({ schema: picky, document, variableValues }, plan)).toBeNull();
  expect(looks).toBe(1);
});
