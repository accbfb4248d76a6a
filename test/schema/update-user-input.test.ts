import { describe, expect, test } from 'vitest';
import { InvalidUserInput } from '../../schema/input-issue.ts';
import { metadataRules } from '../../schema/metadata-rules.ts';
import { createUpdateUserInput, updateUserInput } from '../../schema/update-user-input.ts';

describe('every broken rule', () => {
  test('is told at once, each with its path, code and limit', () => {
    expect(
      issuesOf({
        blocked: null,
        givenName: '',
        name: 'x'.repeat(301),
        phoneNumber: '0123',
        email: 'nobody',
        password: 'hunter2',
        userMetadata: {},
        appMetadata: { identities: 1 },
      }),
    ).toEqual([
      { at: 'blocked', code: 'NOT_NULLABLE', limit: null },
      { at: 'email', code: 'FORMAT', limit: null },
      { at: 'phoneNumber', code: 'PATTERN', limit: null },
      { at: 'userMetadata', code: 'EMPTY', limit: null },
      { at: 'appMetadata.identities', code: 'RESERVED_KEY', limit: null },
      { at: 'givenName', code: 'TOO_SHORT', limit: 1 },
      { at: 'name', code: 'TOO_LONG', limit: 300 },
      { at: 'password', code: 'CONFLICTING_FIELDS', limit: null },
      { at: 'email', code: 'CONFLICTING_FIELDS', limit: null },
    ]);
  });

  test('is told in words that never repeat a password', () => {
    const { issues } = refusalOf({ password: 'hunter2', email: null, username: 'x'.repeat(200) });
    expect(JSON.stringify(issues)).not.toContain('hunter2');
  });
});

describe('a pair that Auth0 refuses', () => {
  test.for([
    ['password', 'email'],
    ['password', 'emailVerified'],
    ['username', 'email'],
    ['username', 'emailVerified'],
    ['username', 'password'],
  ])('is an issue at both of %s and %s', ([one, other]) => {
    const value = (field: string | undefined) => (field === 'emailVerified' ? true : null);
    const issues = issuesOf({ [`${one}`]: value(one), [`${other}`]: value(other) });
    expect(new Set(issues.map(({ at }) => at))).toEqual(new Set([one, other]));
    expect(issues.every(({ code }) => code === 'CONFLICTING_FIELDS')).toBe(true);
  });
});

describe('an input that changes nothing', () => {
  test.for([{}, { connection: 'google-oauth2' }, { name: undefined }])('is EMPTY: %j', (input) => {
    expect(issuesOf(input)).toEqual([{ at: '', code: 'EMPTY', limit: null }]);
  });
});

describe('metadata', () => {
  test('is cleared by null', () => {
    expect(updateUserInput.parse({ userMetadata: null, appMetadata: null })).toEqual({
      userMetadata: null,
      appMetadata: null,
    });
  });

  test('passes as it is, key by key', () => {
    const userMetadata = { a: null, b: [1, { c: {} }], 'ключ-🔑': '', '': 0 };
    expect(updateUserInput.parse({ userMetadata }).userMetadata).toBe(userMetadata);
  });

  test.for<[string, unknown, string, string]>([
    ['a dot', { 'a.b': 1 }, 'userMetadata.a.b', 'RESERVED_KEY'],
    ['a dollar', { $a: 1 }, 'userMetadata.$a', 'RESERVED_KEY'],
    ['a prototype key', json('{"__proto__":{"a":1}}'), 'userMetadata.__proto__', 'RESERVED_KEY'],
    [
      'a prototype key deep inside',
      { a: [{ constructor: 1 }] },
      'userMetadata.a.0.constructor',
      'RESERVED_KEY',
    ],
    ['an integer beyond 2^53', json('{"a":[9007199254740993]}'), 'userMetadata.a.0', 'INVALID'],
    ['a number beyond all bounds', json('{"a":1e400}'), 'userMetadata.a', 'INVALID'],
    ['keys without values', { a: undefined }, 'userMetadata', 'EMPTY'],
    ['a list', [], 'userMetadata', 'INVALID'],
    ['a function in place of a value', { a: { b: () => 1 } }, 'userMetadata.a.b', 'INVALID'],
    ['a bigint', { a: 1n }, 'userMetadata.a', 'INVALID'],
    ['a bigint in a list', { a: [1, { b: [2n ** 53n] }] }, 'userMetadata.a.1.b.0', 'INVALID'],
    ['a bigint in an object of its own', { a: Object(1n) }, 'userMetadata.a', 'INVALID'],
    ['nothing but a bigint', 1n, 'userMetadata', 'INVALID'],
    ['nothing but a bigint in an object of its own', Object(1n), 'userMetadata', 'EMPTY'],
    ['eleven levels', nested(11), 'userMetadata', 'TOO_LARGE'],
    ['1,001 values', { a: Array.from({ length: 1_000 }, () => 1) }, 'userMetadata', 'TOO_LARGE'],
    ['a list of 100,000', { a: Array.from({ length: 100_000 }, () => 1) }, 'userMetadata', 'TOO_LARGE'],
    ['1,000 values of too many bytes', { a: Array(999).fill('0123456789') }, 'userMetadata', 'TOO_LARGE'],
    ['10,241 bytes', { a: 'x'.repeat(10_241 - 8) }, 'userMetadata', 'TOO_LARGE'],
    ['a nesting bomb', nested(50_000), 'userMetadata', 'TOO_LARGE'],
  ])('with %s is refused', ([, userMetadata, at, code]) => {
    expect(issuesOf({ userMetadata })).toEqual([{ at, code, limit: null }]);
  });

  test('is told of every value that has no JSON, among the other faults', () => {
    expect(issuesOf({ appMetadata: { a: 1n, b: { c: [Symbol('d')] }, email: 1, toJSON: refuse } })).toEqual([
      { at: 'appMetadata.email', code: 'RESERVED_KEY', limit: null },
      { at: 'appMetadata.a', code: 'INVALID', limit: null },
      { at: 'appMetadata.b.c.0', code: 'INVALID', limit: null },
      { at: 'appMetadata.toJSON', code: 'INVALID', limit: null },
    ]);
  });

  test.for<[string, unknown, RegExp]>([
    ['EMPTY', {}, /at least one key, but got {}.* null to clear/],
    ['RESERVED_KEY', { 'a.b': 1 }, /without "\." and "\$", but got "a\.b"/],
    ['RESERVED_KEY', { lastIP: 1 }, /Auth0 keeps "lastIP" to itself/],
    ['RESERVED_KEY', { constructor: 1 }, /"constructor" is not safe to merge/],
    ['TOO_LARGE', nested(11), /at most 10 levels/],
    [
      'TOO_LARGE',
      Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`k${n}`, 1])),
      /at most 1000 values/,
    ],
    ['TOO_LARGE', { a: 'x'.repeat(10_240) }, /at most 10240 bytes .* got 10248/],
    ['INVALID', [], /a JSON object/],
    ['INVALID', { a: 2 ** 53 }, /keeps its digits.* send it as text/],
    ['INVALID', { a: 1n }, /a JSON value, but got a bigint/],
  ])('is told to a form as %s, in words', ([code, appMetadata, words]) => {
    expect(updateUserInput.safeParse({ appMetadata }).error?.issues).toEqual([
      expect.objectContaining({ params: { code }, message: expect.stringMatching(words) }),
    ]);
  });

  test('is an object by itself: null is for the field', () => {
    expect(metadataRules({ name: 'appMetadata', maxBytes: 100 }).safeParse(null).success).toBe(false);
  });

  test.for<[string, unknown]>([
    ['ten levels', nested(10)],
    ['1,000 values', { a: Array.from({ length: 999 }, () => 1) }],
    ['10,240 bytes, counted in UTF-8', { a: 'é'.repeat((10_240 - 8) / 2) }],
    ['dots and dollars below the first level', { a: { 'b.c': 1, $d: 2 } }],
    ['names that only app_metadata reserves', { email: 'a', identities: [] }],
    ['the largest exact integer', { a: Number.MAX_SAFE_INTEGER }],
  ])('with %s is accepted', ([, userMetadata]) => {
    expect(updateUserInput.safeParse({ userMetadata }).success).toBe(true);
  });

  test.for([
    '__tenant',
    '_id',
    'blocked',
    'clientID',
    'created_at',
    'email',
    'email_verified',
    'globalClientID',
    'global_client_id',
    'identities',
    'lastIP',
    'lastLogin',
    'loginsCount',
    'metadata',
    'multifactor',
    'multifactor_last_modified',
    'updated_at',
    'user_id',
  ])('of applications cannot have the key %s', (key) => {
    expect(issuesOf({ appMetadata: { [key]: 1, fine: 2 } })).toEqual([
      { at: `appMetadata.${key}`, code: 'RESERVED_KEY', limit: null },
    ]);
    expect(updateUserInput.safeParse({ appMetadata: { below: { [key]: 1 } } }).success).toBe(true);
  });

  test('may be as large as the operator says', () => {
    const userMetadata = { a: 'x'.repeat(20_000) };
    expect(createUpdateUserInput({ metadataMaxBytes: 20_008 }).safeParse({ userMetadata }).success).toBe(
      true,
    );
    expect(createUpdateUserInput({ metadataMaxBytes: 20_007 }).safeParse({ userMetadata }).success).toBe(
      false,
    );
  });
});

function refusalOf(input: unknown): InvalidUserInput {
  const { error } = updateUserInput.safeParse(input);
  if (!error) throw new Error('Expected the input to be refused, but it was accepted.');
  return new InvalidUserInput(error);
}

function issuesOf(input: unknown) {
  return refusalOf(input).issues.map(({ path, code, limit }) => ({ at: path.join('.'), code, limit }));
}

/** As a request body brings it: with own properties whatever their name. */
function json(text: string): unknown {
  return JSON.parse(text);
}

function refuse(): never {
  throw new Error('Not to be called.');
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
}
