import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { isLongerAsJson } from '../../src/graphql/json-length.ts';

const isCounted = (value: unknown) => {
  const { length } = JSON.stringify(value);
  expect([isLongerAsJson(value, length), isLongerAsJson(value, length - 1)]).toEqual([false, true]);
};

test('every JSON value is as long as it is written', () => {
  fc.assert(fc.property(fc.jsonValue(), isCounted));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), isCounted));
});

test.for<[string, unknown]>([
  ['half a surrogate pair', ['\ud800', 'a\udc00\ud800b', '😀']],
  ['control characters', '\u0000\b\n\u001f\u007f\u0085"\\'],
  ['what is left out', { a: undefined, b: () => 1, c: [undefined] }],
  ['a moment', { at: new Date(0) }],
  ['an error', { errors: [new GraphQLError('a', { path: ['b', 1], extensions: { code: 'C' } })] }],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
  ['a key that only looks like a way to be written', { toJSON: 'a' }],
])('%s is as long as it is written', ([, value]) => isCounted(value));

test('no nesting is too deep to be counted', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect([isLongerAsJson(deep, 200_001), isLongerAsJson(deep, 200_000)]).toEqual([false, true]);
});
