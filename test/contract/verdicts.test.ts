/**
 * One verdict on one input, whoever gives it: the zod object in a form, the JSON Schema under ajv, and the server.
 * What JSON Schema cannot say is the list at the end, as schema/README.md tells it.
 */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metadataLimits } from '../../schema/limits.ts';
import { formats, updateUserInput } from '../../schema/update-user-input.ts';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { anyMetadata, fineValues, values } from '../support/update-user-inputs.ts';

type Input = { readonly [field: string]: unknown };
type Verdicts = { readonly zod: boolean; readonly jsonSchema: boolean; readonly server: boolean };

const fine: Input = {
  password: 'correct horse',
  email: 'john@example.com',
  emailVerified: true,
  username: 'john',
};

const validate = new Ajv2020({ formats }).compile(
  JSON.parse(readFileSync(new URL('../../schema/update-user-input.schema.json', import.meta.url), 'utf8')),
);

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

describe('form, JSON Schema and server accept', () => {
  test.for<[string, Input]>([
    ['one field', { nickname: 'Jack' }],
    ['null where it unsets', { email: null, phoneNumber: null, name: null, picture: null }],
    ['null metadata', { userMetadata: null, appMetadata: null }],
    ['150 astral characters', { givenName: '😀'.repeat(150) }],
    ['a picture without a scheme', { picture: 'example.com/a.png' }],
    ['a connection beside a change', { connection: 'google-oauth2', blocked: true }],
    ['null in place of a metadata key', { userMetadata: { theme: null } }],
    ['metadata of ten levels', { userMetadata: nested(10) }],
    ['dots and dollars below the first level', { appMetadata: { a: [{ 'b.c': 1, $d: 2 }] } }],
    ['reserved names below the first level', { appMetadata: { a: { identities: [] } } }],
    ['names in user metadata that only application metadata reserves', { userMetadata: { email: 'a' } }],
    ['the largest exact integer', { userMetadata: { a: [Number.MAX_SAFE_INTEGER, -0.5] } }],
  ])('%s', ([, input]) => expectVerdict(input, true));
});

describe('form, JSON Schema and server refuse', () => {
  test.for<[string, Input]>([
    ['nothing', {}],
    ['a connection alone', { connection: 'google-oauth2' }],
    ['a field that does not exist', { nickName: 'Jack', name: 'Jack' }],
    ['a field by the name of the prototype', json('{"name":"Jack","__proto__":{"a":1}}')],
    ['a value of another type', { name: 1 }],
    ['the text "true" as a flag', { blocked: 'true' }],
    ['a list as metadata', { userMetadata: [] }],
    ['151 astral characters', { givenName: '😀'.repeat(151) }],
    ['an empty text', { username: '' }],
    ['a phone number with a trailing newline', { phoneNumber: '+15551234\n' }],
    ['an e-mail address without a top-level domain', { email: 'root@localhost' }],
    ['an e-mail address with half a surrogate pair', { email: '\ud83d@example.com' }],
    ['a picture of another scheme', { picture: 'javascript:alert(1)' }],
    ...['blocked', 'emailVerified', 'phoneVerified', 'verifyEmail', 'verifyPhoneNumber'].map(nullIn),
    ...['connection', 'clientId'].map(nullIn),
    ...[
      ['password', 'email'],
      ['password', 'emailVerified'],
      ['username', 'email'],
      ['username', 'emailVerified'],
      ['username', 'password'],
    ].flatMap(([one = '', other = '']): [string, Input][] => [
      [`${one} with ${other}`, { [one]: fine[one], [other]: fine[other] }],
      [`null ${one} with ${other}`, { [one]: null, [other]: fine[other] }],
    ]),
    ['empty metadata', { userMetadata: {} }],
    ['a dot in a first-level key', { userMetadata: { 'a.b': 1 } }],
    ['a dollar in a first-level key', { appMetadata: { $a: 1 } }],
    ['a name that Auth0 keeps to itself', { appMetadata: { lastIP: '::1' } }],
    ['a prototype key', { userMetadata: json('{"__proto__":{"a":1}}') }],
    ['a prototype key deep inside', { userMetadata: { a: [{ b: { constructor: 1 } }] } }],
    ['an integer beyond 2^53', { userMetadata: { a: [2 ** 53] } }],
    ['an integer beyond 2^53 deep inside', { appMetadata: { a: { b: [-(2 ** 60)] } } }],
    ['metadata of eleven levels', { userMetadata: nested(11) }],
    ['an empty list at the eleventh level', { appMetadata: nested(10, []) }],
  ])('%s', ([, input]) => expectVerdict(input, false));
});

describe('form and JSON Schema', () => {
  test.for(Object.keys(updateUserInput.shape))('agree on any value of %s', (field) => {
    const companion = field === 'blocked' ? 'verifyPhoneNumber' : 'blocked';
    const value = values[field] ?? fc.constant(null);
    fc.assert(
      fc.property(field.endsWith('Metadata') ? fc.oneof(value, anyMetadata) : value, (value) =>
        expectSameVerdict({ [companion]: true, [field]: value }),
      ),
      { numRuns: 500 },
    );
  });

  test('agree on any combination of fields', () => {
    fc.assert(fc.property(fc.record(values, { requiredKeys: [] }), expectSameVerdict), { numRuns: 2_000 });
    fc.assert(fc.property(fc.record(fineValues, { requiredKeys: [] }), expectSameVerdict), {
      numRuns: 1_000,
    });
  });

  function expectSameVerdict(input: Input): void {
    const { zod, jsonSchema } = localVerdicts(input);
    if (zod !== jsonSchema) expect({ input, jsonSchema }).toEqual({ input, jsonSchema: zod });
  }
});

test('form and server agree on any input', async () => {
  const counts = { accepted: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(oneOrTwo(values), oneOrTwo(fineValues), fc.record({ userMetadata: anyMetadata })),
      async (input) => {
        const server = await serverAccepts(input);
        const { zod } = localVerdicts(input);
        counts[server ? 'accepted' : 'refused']++;
        if (zod !== server) expect({ input, server }).toEqual({ input, server: zod });
      },
    ),
    { numRuns: 250 },
  );
  expect(counts.accepted).toBeGreaterThan(10);
  expect(counts.refused).toBeGreaterThan(10);
}, 120_000);

describe('JSON Schema cannot say, and its descriptions do', () => {
  test.for<[string, Input, string]>([
    [
      'how many values there are at all levels together',
      { userMetadata: { a: Array.from({ length: metadataLimits.values }, () => 1) } },
      `${metadataLimits.values} values`,
    ],
    [
      'how many bytes there are',
      { appMetadata: { a: 'x'.repeat(metadataLimits.bytes) } },
      `${metadataLimits.bytes} bytes`,
    ],
  ])('%s', async ([, input, inWords]) => {
    expect(await verdictsOn(input)).toEqual({ zod: false, jsonSchema: true, server: false });
    const [field = ''] = Object.keys(input);
    expect(validate.schema).toHaveProperty(
      ['properties', field, 'description'],
      expect.stringContaining(inWords),
    );
  });
});

async function expectVerdict(input: Input, accepted: boolean): Promise<void> {
  expect(await verdictsOn(input)).toEqual({ zod: accepted, jsonSchema: accepted, server: accepted });
}

async function verdictsOn(input: Input): Promise<Verdicts> {
  return { ...localVerdicts(input), server: await serverAccepts(input) };
}

function localVerdicts(input: Input): Omit<Verdicts, 'server'> {
  return { zod: updateUserInput.safeParse(input).success, jsonSchema: validate(input) };
}

/** A dry run is judged by the same rules, and leaves the user as it is for the next one. */
async function serverAccepts(input: Input): Promise<boolean> {
  const { data, errors } = await gateway.ask<{ updateUser: { __typename: string } }, object>(
    'mutation ($id: ID!, $input: UpdateUserInput!) { updateUser(id: $id, input: $input, dryRun: true) { __typename } }',
    { id: johnId, input },
    admin,
  );
  if (data?.updateUser.__typename === 'UpdateUserSuccess') return true;
  if (data?.updateUser.__typename === 'InvalidUserInput') return false;
  // A value of another type, or a field that does not exist, is refused before the rules are asked.
  expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
  return false;
}

function oneOrTwo(fields: { readonly [field: string]: fc.Arbitrary<unknown> }): fc.Arbitrary<Input> {
  const entry = fc
    .constantFrom(...Object.entries(fields))
    .chain(([field, value]) => fc.tuple(fc.constant(field), value));
  return fc.array(entry, { minLength: 1, maxLength: 2 }).map((entries) => Object.fromEntries(entries));
}

function nullIn(field: string): [string, Input] {
  return [`null in ${field}`, { [field]: null, name: 'Jack' }];
}

function nested(levels: number, innermost: unknown = 1): unknown {
  let value = innermost;
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
}

function json(text: string): Input {
  return JSON.parse(text);
}
