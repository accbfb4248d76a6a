import { buildSchema, executeSync, type GraphQLResolveInfo, parse } from 'graphql';
import { expect, test } from 'vitest';
import { isSelected } from '../../schema/selection.ts';

test.for<[asked: boolean, selection: string]>([
  [true, '... on Success { changed }'],
  [true, '... on Success { renamed: changed }'],
  [true, '...F'],
  [true, '... on Outcome { ... on Success { changed } }'],
  [true, '... { ... on Success { changed } }'],
  [true, '... on Success { changed @include(if: $yes) }'],
  [true, '... on Success { changed @skip(if: $no) }'],
  [false, '__typename'],
  [false, '... on Success { applied }'],
  [false, '... on Failure { changed }'],
  [false, '... on Success { changed @skip(if: $yes) }'],
  [false, '... on Success @include(if: $no) { changed }'],
  [false, '...F @skip(if: true)'],
])('asked: %s in { %s }', ([asked, selection]) => {
  expect(ask(selection)).toBe(asked);
});

function ask(selection: string): boolean {
  let asked: boolean | undefined;
  executeSync({
    schema,
    document: parse(`
      query ($yes: Boolean! = true, $no: Boolean! = false) { act { ${selection} } }
      fragment F on Success { changed }
    `),
    rootValue: {
      act: (_: unknown, __: unknown, info: GraphQLResolveInfo) => {
        asked = isSelected(info, 'Success', 'changed');
        return null;
      },
    },
  });
  if (asked === undefined) throw new Error('Expected the field to be resolved.');
  return asked;
}

const schema = buildSchema(`
  type Query { act: Outcome }
  union Outcome = Success | Failure
  type Success { changed: Int applied: Int }
  type Failure { changed: Int }
`);
