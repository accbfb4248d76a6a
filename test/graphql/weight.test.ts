import { Kind, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { type Weight, weigh } from '../../src/graphql/weight.ts';

/** Of the first operation. */
function weightOf(text: string): Weight {
  const document = parse(text);
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('Expected an operation.');
  return weigh(document).of(operation.selectionSet);
}

describe('the weight of a selection is', () => {
  test.for<[string, number, number]>([
    ['{ me { id } }', 2, 1],
    ['{ user(id: "a") { id name } }', 3, 1],
    ['{ usersByEmail(email: "a") { id } }', 2, 1],
    ['{ users { nodes { id } } }', 51, 2],
    ['mutation { updateUser(id: "a") { __typename } }', 2, 2],
    ['{ me { identities { tokens { accessToken } } } }', 4, 2],
    ['{ a { b { c } } d }', 4, 0],
    ['{ constructor toString __proto__ me }', 4, 1],
  ])('%s: %i fields and %i calls', ([text, fields, calls]) => {
    expect(weightOf(text)).toEqual({ fields, calls });
  });

  test.for<[string, number]>([
    ['', 25],
    ['(first: null)', 25],
    ['(after: "a", query: "b")', 25],
    ['(first: 10)', 10],
    ['(after: "a", first: 10)', 10],
    ['(first: 100)', 100],
    ['(first: 1000)', 100],
    ['(first: $n)', 100],
    ['(first: "10")', 100],
  ])('that of as many users as a page may hold: users%s', ([given, users]) => {
    const { fields, calls } = weightOf(`{ users${given} { nodes { tokens } } }`);
    expect(fields).toBe(1 + 2 * users);
    expect(calls).toBe(2 + users);
  });

  test('that of one user for every other field, whatever its arguments', () => {
    expect(weightOf('{ user(first: 10) { tokens } }')).toEqual({ fields: 2, calls: 2 });
  });

  test('that of a fragment for each time it is spread', () => {
    const fragments = 'fragment A on Query { me { ...B ...B } } fragment B on User { id name }';
    expect(weightOf(`{ ...A ...A ... { ...A } } ${fragments}`)).toEqual({ fields: 15, calls: 3 });
  });

  test('nothing for a fragment that is not there, or within itself', () => {
    expect(weightOf('{ me { id ...A } }')).toEqual({ fields: 2, calls: 1 });
    expect(weightOf('{ ...A } fragment A on Query { me ...B } fragment B on Query { me ...A }')).toEqual({
      fields: 2,
      calls: 2,
    });
  });

  test('told at once for fragments that double', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`,
    );
    expect(weightOf(`{ ...F0 } ${fragments.join(' ')} fragment F60 on Query { me }`).calls).toBe(2 ** 60);
  });
});
