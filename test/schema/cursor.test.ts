import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromCursor, toCursor } from '../../schema/cursor.ts';

test('a cursor comes back as the position it was made of', () => {
  fc.assert(fc.property(fc.nat(), (position) => fromCursor(toCursor(position)) === position));
});

test('no other text is a cursor', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const position = fromCursor(text);
      return position === null || toCursor(position) === text;
    }),
  );
});

test.for([
  '',
  'position:5',
  `${toCursor(5)}=`,
  ` ${toCursor(5)}`,
  btoa('position:05'),
  btoa('position:-1'),
  btoa('position:1e3'),
])('%j is not a cursor', (text) => {
  expect(fromCursor(text)).toBeNull();
});
