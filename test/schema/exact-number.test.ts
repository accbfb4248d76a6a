import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InexactNumber, readNumber } from '../../schema/exact-number.ts';

describe('a number is read', () => {
  test.for<[string, number]>([
    ['0', 0],
    ['-0', -0],
    ['0.000', 0],
    ['0e999999999999', 0],
    ['1.0e2', 100],
    ['100e-2', 1],
    ['0.1', 0.1],
    ['-12.50', -12.5],
    ['3.141592653589793', Math.PI],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740991.0', -Number.MAX_SAFE_INTEGER],
    ['1e-7', 1e-7],
    ['0.00000010', 1e-7],
    ['1E+2', 100],
    ['5e-324', 5e-324],
    ['1.50000000000000000000000000', 1.5],
  ])('%s', ([text, value]) => {
    expect(readNumber(text)).toBe(value);
  });

  test('whatever JavaScript writes, up to 2^53', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger()),
        (value) => {
          fc.pre(!Number.isInteger(value) || Number.isSafeInteger(value));
          expect(readNumber(JSON.stringify(value))).toBe(Object.is(value, -0) ? 0 : value);
        },
      ),
    );
  });
});

describe('a number is inexact', () => {
  test.for([
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '9007199254740993.0',
    '9.007199254740993e15',
    '1e16',
    '1e400',
    '-1e400',
    '1e-400',
    '3.14159265358979323846',
    '0.1000000000000000055511151231257827',
    '123456789012345.6789',
  ])('%s', (text) => {
    expect(readNumber(text)).toEqual(new InexactNumber(text));
    expect(readNumber(text)).toHaveProperty('text', text);
  });

  test('wherever a digit more than JavaScript writes is written', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 9 }),
        (value, digit) => {
          const text = JSON.stringify(value).padEnd(25, '0') + digit;
          expect(readNumber(text)).toEqual(new InexactNumber(text));
        },
      ),
    );
  });
});
