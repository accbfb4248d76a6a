import { describe, expect, test } from 'vitest';
import { InexactNumber } from '../../schema/exact-number.ts';
import { LossyJson, parseRequestJson } from '../../src/graphql/request-json.ts';

const nested = (depth: number, open: string, inside: string, close: string) =>
  open.repeat(depth) + inside + close.repeat(depth);

describe('the JSON of a request', () => {
  test.for([
    ['a hundred lists in each other', nested(100, '[', '', ']')],
    ['a hundred objects in each other', nested(99, '{"a":', '{}', '}')],
    ['lists side by side', `[${'[],'.repeat(200)}[[],[]]]`],
    ['objects side by side', `[${'{"a":{"b":1}},'.repeat(200)}{}]`],
    ['brackets in texts', `["${'['.repeat(200)}","${'{'.repeat(200)}","\\"["]`],
    ['the same key in objects apart', '{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":3},"A":4}'],
    ['long texts of digits', '["12345678901234567890","1e400"]'],
    ['a text', '"a"'],
  ])('may be %s', ([, text = '']) => {
    expect(JSON.stringify(parseRequestJson(text))).toBe(text);
  });

  test.for([nested(101, '[', '', ']'), nested(101, '{"a":', '1', '}'), nested(51, '[{"a":', '1', '}]')])(
    'is not a hundred and one levels: %s',
    (text) => {
      expect(() => parseRequestJson(text)).toThrow(
        new LossyJson('Expected JSON of at most 100 levels, but got more.'),
      );
    },
  );

  test.for([
    '{"a":1,"a":1}',
    '{"a":[{"b":1}],"a":2}',
    '[{"a" : 1, "b":{"a":1}, "\\u0061":2}]',
    '{"":1,"":2}',
    '{"\\"":1,"\\u0022":2}',
  ])('holds no key twice: %s', (text) => {
    expect(() => parseRequestJson(text)).toThrow(
      new LossyJson('Expected each key of a JSON object once, but one comes again.'),
    );
  });

  test.for(['9007199254740993', '1e400', '1E400', '0.12345678901234567', '-12345678901234567890'])(
    'keeps no number that would be another: %s',
    (text) => {
      expect(parseRequestJson(text)).toEqual(new InexactNumber(text));
      expect(parseRequestJson(`[${text}]`)).toEqual([new InexactNumber(text)]);
      expect(parseRequestJson(`{"":${text}}`)).toEqual({ '': new InexactNumber(text) });
    },
  );

  test.for(['9007199254740991', '1.5e3', '-0.25', '123456789012345'])('keeps the number %s', (text) => {
    expect(parseRequestJson(`[${text}]`)).toEqual([Number(text)]);
  });

  test.for(['', '[', '{"a":1', '[1,]', "{'a':1}", 'NaN', '01'])('is not %s', (text) => {
    expect(() => parseRequestJson(text)).toThrow(SyntaxError);
  });
});
