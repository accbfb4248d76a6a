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
import { fineValues, values } from '../support/update-user-inputs.ts';

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
