import { expect, it } from 'vitest';
import { requestIdOf } from '../../src/http/request-id.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const idFor = (given?: string) => requestIdOf(given ?? null);

it.each(['a', 'req-1', 'A0-'.repeat(21), 'x'.repeat(64)])('keeps an id that is safe: %s', (given) => {
  expect(idFor(given)).toBe(given);
});

it.each([
  undefined,
  '',
  'x'.repeat(65),
  'a b',
  'a_b',
  'a.b',
  'a,b',
  'é',
  '"',
  'a;b=c',
  '<script>',
  'a%0d%0ab',
])('replaces what is none: %s', (given) => {
  expect(idFor(given)).toMatch(uuid);
});

it('never gives two requests one id', () => {
  expect(idFor()).not.toBe(idFor());
});
