/** Inputs of `updateUser` at random, with a liking for the places where verdicts part. */
import fc from 'fast-check';

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

/** For each field: values that are fine, nearly fine and nothing of the sort. */
export const values: { readonly [field: string]: fc.Arbitrary<unknown> } = {
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
/** For each field: values that are fine by themselves. */
export const fineValues = {
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

/** Metadata that may break the gateway's own rules anywhere in it. */
export const anyMetadata = fc.letrec<{ value: unknown; object: unknown }>((tie) => {
  const keys = fc.constantFrom('a', 'b', 'a.b', '$', '', 'lastIP', '__proto__', 'constructor', 'prototype');
  return {
    value: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom(null, true, '', 'text', 0, 0.1, -1, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e300),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc
      .array(fc.tuple(keys, tie('value')), { maxLength: 3 })
      // As a request body brings it: with own properties whatever their name.
      .map((entries) =>
        JSON.parse(
          `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`,
        ),
      ),
  };
}).object;
