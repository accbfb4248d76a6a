import { print, Source } from 'graphql';
import { describe, expect, test } from 'vitest';
import { parseWithinLimits } from '../../src/graphql/document-limits.ts';

const nested = (depth: number, open: string, inside: string, close: string) =>
  open.repeat(depth) + inside + close.repeat(depth);

/** Documents with so many of a thing. */
const things: [most: number, what: string, write: (count: number) => string][] = [
  [10_000, 'tokens', (count) => `{ ${'a '.repeat(count - 2)}}`],
  [100, 'levels of nesting', (depth) => nested(depth, '{a', '', '}')],
  [100, 'levels of nesting', (depth) => `{ a(b: ${nested(depth - 2, '[', '', ']')}) }`],
  [100, 'levels of nesting', (depth) => `{ a(b: ${nested(depth - 2, '{c:', '1', '}')}) }`],
  [200, 'directives', (count) => `{ a ${'@b '.repeat(count)}}`],
  [500, 'spreads of fragments', (count) => `{ ${'...A '.repeat(count)}} fragment A on B { c }`],
  [500, 'spreads of fragments', (count) => `{ ${'... { a } '.repeat(count)}}`],
  [
    20_000,
    'fields in an answer',
    (count) => `{ users(first: 100) { ${'a '.repeat(199)}} ${'b '.repeat(count - 19_901)}}`,
  ],
  [200, 'calls to Auth0 for one operation', (count) => `{ ${'me '.repeat(count)}}`],
];

describe.for(things)('at most %i %s', ([most, what, write]) => {
  test('may be in a document', () => {
    expect(print(parseWithinLimits(write(most)))).toBe(print(parseWithinLimits(new Source(write(most)))));
  });

  test('and not one more', () => {
    const refusal = expect.objectContaining({
      code: 'OPERATION_TOO_COMPLEX',
      message: `Expected a document with at most ${most} ${what}.`,
    });
    expect(() => parseWithinLimits(write(most + 1))).toThrow(refusal);
    expect(() => parseWithinLimits(new Source(write(most + 1)))).toThrow(refusal);
  });
});

test('what stands side by side is not nested', () => {
  const once = Array.from({ length: 200 }, (_, number) => `a${number}: a(b: [1, { c: 2 }]) { d }`);
  expect(parseWithinLimits(`{ ${once.join(' ')} }`)).toMatchObject({ kind: 'Document' });
});

test('each operation is weighed by itself, and what no operation holds is not', () => {
  const calls = `{ ${'me '.repeat(150)}}`;
  const document = `query A ${calls} query B ${calls} fragment C on Query { ${'me '.repeat(300)}} type D { e: F }`;
  expect(parseWithinLimits(document).definitions).toHaveLength(4);
});

test('options are those of parse', () => {
  expect(parseWithinLimits('{ a }', { noLocation: true }).loc).toBeUndefined();
  expect(parseWithinLimits('{ a }').loc).toBeDefined();
});
