import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/auth0/json.ts';

describe('JSON', () => {
  it.each<[string, unknown]>([
    ['9007199254740991', 2 ** 53 - 1],
    ['9007199254740992', '9007199254740992'],
    ['-9007199254740991', -(2 ** 53 - 1)],
    ['-9007199254740993', '-9007199254740993'],
    ['12345678901234567890', '12345678901234567890'],
    ['{"user_id":12345678901234567890}', { user_id: '12345678901234567890' }],
    ['[1,\n 12345678901234567890,2]', [1, '12345678901234567890', 2]],
    ['{"a":{"b":[{"c":-12345678901234567890}]}}', { a: { b: [{ c: '-12345678901234567890' }] } }],
  ])('%s keeps every digit', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it.each(['0.12345678901234567890', '1234567890123456.5', '1.5e300', '-0', '12345678901234567890e2'])(
    '%s is a number like any other',
    (text) => {
      expect(parseJson(text)).toBe(Number(text));
    },
  );

  it('leaves digits in strings alone', () => {
    const text = '{"12345678901234567890":"12345678901234567890","a":" 12345678901234567890, 5"}';
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it('knows every integer from its neighbours', () => {
    const integers = fc.oneof(
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
      fc.maxSafeInteger().map(BigInt),
    );
    fc.assert(
      fc.property(integers, fc.constantFrom('', ' ', '\n\t'), (integer, space) => {
        const [value] = parseJson(`[${space}${integer}${space}]`) as unknown[];
        expect(String(value)).toBe(String(integer));
        expect(typeof value).toBe(Number.isSafeInteger(Number(integer)) ? 'number' : 'string');
      }),
    );
  });

  it('is otherwise what JSON.parse makes of it', () => {
    const isExact = (value: unknown): boolean =>
      typeof value === 'object' && value !== null
        ? Object.values(value).every(isExact)
        : typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value);
    fc.assert(
      fc.property(fc.jsonValue().filter(isExact), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  const nested = (depth: number, inside: string) =>
    `${'[{"a":'.repeat(depth / 2)}${inside}${'}]'.repeat(depth / 2)}`;

  it('is nested 200 deep at most', () => {
    expect(JSON.stringify(parseJson(nested(200, '1')))).toBe(nested(200, '1'));
    expect(() => parseJson(nested(202, '1'))).toThrow(SyntaxError);
    expect(() => parseJson('['.repeat(1_000_000))).toThrow(SyntaxError);
  });

  it('may be as wide as it likes, and hold any brackets in its texts', () => {
    const wide = JSON.stringify(Array.from({ length: 1_000 }, () => [{}]));
    expect(JSON.stringify(parseJson(wide))).toBe(wide);
    const text = JSON.stringify({ '[[': '\\"'.repeat(3) + '['.repeat(1_000), '\\': '{"'.repeat(1_000) });
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it.each(['', '{', '{"a":1234567890123456789', '<html>', '12345678901234567890 5', 'NaN'])(
    'is not %j',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );
});
