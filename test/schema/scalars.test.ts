import fc from 'fast-check';
import { parseValue } from 'graphql';
import { describe, expect, test } from 'vitest';
import { toMoment } from '../../schema/moment.ts';
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

test('a DateTime is written as it is where it is written so already', () => {
  expect(DateTime.serialize('2026-11-23T19:00:00.500Z')).toBe('2026-11-23T19:00:00.500Z');
  expect(DateTime.serialize('2026-11-23T20:00:00+01:00')).toBe('2026-11-23T19:00:00.000Z');
});

test.for<unknown>(['', 'soon', '2026-11-23', '2026-13-01T00:00:00.000Z', {}, new Date(Number.NaN)])(
  'no DateTime: %o',
  (value) => {
    expect(() => DateTime.serialize(value)).toThrow(/DateTime/);
  },
);

test('a moment is told as its date would be', () => {
  const text = fc
    .tuple(fc.integer({ min: 0, max: 9_999 }), fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(99))
    .chain(([year, ...others]) => {
      const [month, day, ...time] = others.map((number) => String(number % 62).padStart(2, '0'));
      const date = [String(year).padStart(4, '0'), month, day].join('-');
      return fc
        .tuple(fc.constantFrom('', '.5', '.250', '.123456'), fc.constantFrom('Z', '+05:30', '-01:00', 'z'))
        .map(([fraction, zone]) => `${date}T${time.join(':')}${fraction}${zone}`);
    });
  fc.assert(
    fc.property(fc.oneof(text, usual), (moment) => {
      const date = new Date(moment);
      const told = Number.isNaN(date.getTime()) || moment.endsWith('z') ? null : date.toISOString();
      expect(toMoment(moment)).toBe(told?.length === 24 ? told : null);
    }),
    { numRuns: 2_000 },
  );
});

/** Of any month and day, there or not. */
const usual = fc
  .tuple(fc.integer({ min: 1, max: 9_998 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }))
  .map(
    (parts) =>
      `${parts
        .map((part) => String(part).padStart(2, '0'))
        .join('-')
        .padStart(10, '0')}T12:34:56.789Z`,
  );

function literal(text: string, variables: Record<string, unknown> = {}) {
  return JSONObject.parseLiteral(parseValue(text), variables);
}
