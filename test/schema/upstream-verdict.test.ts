/**
 * The rules of `UpdateUserInput` against Auth0's own validator: npm's z-schema over the body schema of
 * PATCH /api/v2/users/{id} (Auth0's OpenAPI document, with the closed properties and the "at least one" rule that the
 * live API enforces), and the five pairs that Auth0 refuses afterwards.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import ZSchema from 'z-schema';
import { forbiddenPairs, updateUserInput } from '../../schema/update-user-input.ts';
import { toWirePatch } from '../../src/users/patch.ts';

const bodySchema: object = JSON.parse(
  readFileSync(new URL('./fixtures/patch-user.schema.json', import.meta.url), 'utf8'),
);
const validator = new ZSchema({});

type Input = { [field: string]: unknown };

describe('the verdict on an input', () => {
  test.for(Object.keys(updateUserInput.shape))('is that of Auth0 for %s alone', (field) => {
    fc.assert(
      fc.property(values[field] ?? fc.constant(null), (value) => {
        // Beside a field that is always fine, so that the verdict is about this one.
        const companion = field === 'blocked' ? 'verifyPhoneNumber' : 'blocked';
        expectSameVerdict({ [companion]: true, [field]: value });
      }),
      { numRuns: 1_500 },
    );
  });

  test('is that of Auth0 for any combination', () => {
    const inputs = fc.record(values, { requiredKeys: [] });
    fc.assert(fc.property(inputs, expectSameVerdict), { numRuns: 6_000 });
  });

  test('is that of Auth0 for combinations of fine values', () => {
    const inputs = fc.record(fineValues, { requiredKeys: [] });
    let accepted = 0;
    fc.assert(
      fc.property(inputs, (input) => {
        expectSameVerdict(input);
        accepted += Number(updateUserInput.safeParse(input).success);
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  test.for<[string, Input, boolean]>([
    ['150 astral characters', { givenName: '😀'.repeat(150) }, true],
    ['151 astral characters', { givenName: '😀'.repeat(151) }, false],
    ['a lone surrogate counted as one', { nickname: '\ud83d'.repeat(300) }, true],
    ['a phone number with a trailing newline', { phoneNumber: '+15551234\n' }, false],
    ['an e-mail address with a trailing newline', { email: 'a@example.com\n' }, false],
    ['an e-mail address without a top-level domain', { email: 'root@localhost' }, false],
    [
      'an e-mail address of 64 + 1 characters before the @',
      { email: `${'a'.repeat(65)}@example.com` },
      false,
    ],
    ['a picture without a scheme', { picture: 'example.com/a.png' }, true],
    ['a picture of another scheme', { picture: 'javascript:alert(1)' }, false],
    ['an empty password', { password: '' }, false],
    ['a null password', { password: null }, true],
    ['a null connection', { connection: null, name: 'a' }, false],
    ['a client id alone', { clientId: 'a' }, true],
    ['a connection alone', { connection: 'a' }, false],
    ['nothing', {}, false],
    ['a forbidden pair of nulls', { password: null, email: null }, false],
  ])('is that of Auth0 for %s', ([, input, accepted]) => {
    expectSameVerdict(input);
    expect(updateUserInput.safeParse(input).success).toBe(accepted);
  });
});

function expectSameVerdict(input: Input): void {
  const ours = updateUserInput.safeParse(input).success;
  if (ours !== upstreamAccepts(input)) expect({ input, accepted: ours }).toEqual({ input, accepted: !ours });
}

function upstreamAccepts(input: Input): boolean {
  if (forbiddenPairs.some((pair) => pair.every((field) => field in input))) return false;
  try {
    return validator.validate(toWirePatch(input), bodySchema);
  } catch {
    // An e-mail address with half a surrogate pair: a validator that throws does not accept.
    return false;
  }
}

const wrongTypes = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.double(),
  fc.array(fc.string(), { maxLength: 2 }),
  fc.record({ a: fc.string() }),
  fc.boolean(),
  fc.constantFrom('true', 'false', '', 'null'),
);

const flags = fc.oneof({ weight: 3, arbitrary: fc.boolean() }, wrongTypes);

/** Any text, and texts around a length limit made of one- and two-unit characters. */
function texts(...limits: number[]) {
  const unit = fc.constantFrom('a', 'é', '😀', '\u200d', '\ud83d', '\n', ' ');
  return fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc
      .tuple(
        fc.constantFrom(0, 1, 2, ...limits.flatMap((limit) => [limit - 1, limit, limit + 1])),
        unit,
        unit,
      )
      .map(([length, one, other]) => (length === 0 ? '' : one + other.repeat(length - 1))),
    wrongTypes,
  );
}

/** A good text with something added, dropped or doubled somewhere. */
function damaged(good: fc.Arbitrary<string>) {
  const dirt = fc.constantFrom(
    '\n',
    ' ',
    '.',
    '@',
    '..',
    '\0',
    '😀',
    'ä',
    '"',
    '%',
    '\\',
    ':',
    '/',
    '<',
    '\u202e',
    '',
  );
  return fc.tuple(good, fc.nat({ max: 80 }), fc.nat({ max: 2 }), dirt).map(([text, at, dropped, added]) => {
    const position = Math.min(at, text.length);
    return text.slice(0, position) + added + text.slice(position + dropped);
  });
}

const emails = fc.oneof(
  fc.emailAddress(),
  fc.emailAddress({ size: 'large' }),
  fc.constantFrom(
    '"quoted local"@example.com',
    'user@[127.0.0.1]',
    'üser@exämple.com',
    'a@xn--bcher-kva.example',
    'a+b@c.de',
  ),
  fc
    .tuple(fc.integer({ min: 60, max: 66 }), fc.integer({ min: 180, max: 190 }))
    .map(([local, domain]) => `${'a'.repeat(local)}@${'b.'.repeat(domain / 2)}com`),
);
const addresses = fc.oneof(
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.constantFrom(
    'ftp://example.com/a',
    'example.com',
    '//example.com/a',
    'http://user:pass@example.com',
    'http://[::1]/a',
    'https://localhost/a',
    'http://127.0.0.1:8080',
    'mailto:a@example.com',
    'data:image/png;base64,AAAA',
    'https://example.com:99999',
    'http://exa_mple.com',
    'https://例え.jp/画',
    `https://example.com/${'a'.repeat(2_100)}`,
  ),
);
const phones = fc.oneof(
  fc.stringMatching(/^\+[0-9]{1,15}$/),
  fc.constantFrom('+', '+1234567890123456', '15551234', '+1 555', '+١٢٣', '+1\n', '\n+1', '+1\u2028'),
);

/** Metadata without anything that the gateway refuses on its own account: Auth0 takes any object. */
const metadata = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.dictionary(
      fc.stringMatching(/^[a-c]{1,3}$/),
      fc.oneof(
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.array(fc.boolean(), { maxLength: 3 }),
        fc.constant({}),
      ),
      { minKeys: 1, maxKeys: 4 },
    ),
  },
  fc.constant(null),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.integer(), { maxLength: 2 }),
);

const values: { readonly [field: string]: fc.Arbitrary<unknown> } = {
  blocked: flags,
  emailVerified: flags,
  email: fc.oneof(emails, damaged(emails), texts(254)),
  phoneNumber: fc.oneof(phones, damaged(phones), texts(15)),
  phoneVerified: flags,
  userMetadata: metadata,
  appMetadata: metadata,
  givenName: texts(150),
  familyName: texts(150),
  name: texts(300),
  nickname: texts(300),
  picture: fc.oneof(addresses, damaged(addresses), texts(2_083)),
  verifyEmail: flags,
  verifyPhoneNumber: flags,
  password: texts(72),
  connection: texts(35),
  clientId: texts(32),
  username: texts(15, 128),
};

const short = fc.string({ minLength: 1, maxLength: 20 });
const fineValues = {
  blocked: fc.boolean(),
  emailVerified: fc.boolean(),
  email: fc.constantFrom('a@example.com', null),
  phoneNumber: fc.stringMatching(/^\+[0-9]{1,15}$/),
  phoneVerified: fc.boolean(),
  userMetadata: fc.constantFrom({ a: 1 }, null),
  appMetadata: fc.constantFrom({ a: { b: [] } }, null),
  givenName: short,
  familyName: fc.option(short),
  name: short,
  nickname: short,
  picture: fc.constantFrom('https://example.com/a.png', null),
  verifyEmail: fc.boolean(),
  verifyPhoneNumber: fc.boolean(),
  password: fc.option(short),
  connection: short,
  clientId: short,
  username: short,
};
