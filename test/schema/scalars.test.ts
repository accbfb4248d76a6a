import { parseValue } from 'graphql';
import { describe, expect, test } from 'vitest';
import { DateTime, JSONObject } from '../../schema/scalars.ts';

describe('a JSONObject literal', () => {
  test('reads like the same JSON', () => {
    expect(literal('{ a: 1, b: [true, null, "x", 2.5, { c: -3 }] }')).toEqual({
      a: 1,
      b: [true, null, 'x', 2.5, { c: -3 }],
    });
  });

  test('holds variables, and leaves out those not given', () => {
    expect(literal('{ a: $given, b: $missing, c: [$missing] }', { given: { d: 1 } })).toEqual({
      a: { d: 1 },
      c: [null],
    });
  });

  test.for(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'takes no variable from what every object inherits: $%s',
    (name) => {
      expect(literal(`{ a: $${name}, b: 1 }`, {})).toEqual({ b: 1 });
    },
  );

  test('keeps __proto__ a key like any other', () => {
    const object = literal('{ __proto__: { polluted: true } }');
    expect(Object.keys(object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.for(['"text"', '[1]', '5', 'null', '{ a: NAME }'])('is refused: %s', (text) => {
    expect(() => literal(text)).toThrow(/JSONObject cannot represent/);
  });
});

test.for<unknown>(['text', 1, true, null, ['a']])('no JSONObject: %j', (value) => {
  expect(() => JSONObject.parseValue(value)).toThrow('JSONObject cannot represent');
  expect(() => JSONObject.serialize(value)).toThrow('JSONObject cannot represent');
});

test('a DateTime is read in any zone and written in UTC', () => {
  const read = DateTime.parseValue('2026-11-23T20:00:00.5+01:00');
  expect(read).toEqual(new Date('2026-11-23T19:00:00.500Z'));
  expect(JSON.stringify(DateTime.serialize(read))).toBe('"2026-11-23T19:00:00.500Z"');
});

function literal(text: string, variables: Record<string, unknown> = {}) {
  return JSONObject.parseLiteral(parseValue(text), variables);
}
