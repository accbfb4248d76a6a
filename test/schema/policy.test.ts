import { describe, expect, test } from 'vitest';
import type { Authentication, Caller } from '../../schema/context.ts';
import { ClientError } from '../../schema/errors.ts';
import {
  assertCaller,
  assertFieldReadable,
  assertIdpTokensReadable,
  assertMaySearch,
  assertMayUpdate,
  assertReadable,
  ownUserId,
} from '../../schema/policy.ts';
import { type UpdateUserField, updateUserInput } from '../../schema/update-user-input.ts';

const own = 'auth0|me';
const other = 'auth0|somebody-else';
const nobodyPublic: ReadonlySet<string> = new Set();

describe('who calls', () => {
  test.for<[Authentication, string]>([
    [{ kind: 'anonymous' }, 'UNAUTHENTICATED'],
    [{ kind: 'unavailable' }, 'IDP_UNAVAILABLE'],
  ])('must be known: %j', ([authentication, code]) => {
    expect(codeOf(() => assertCaller(authentication))).toBe(code);
  });

  test('is told on', () => {
    expect(assertCaller({ kind: 'caller', caller: person() })).toEqual(person());
  });

  test('has a user of their own only as a person', () => {
    expect(ownUserId(person())).toBe(own);
    expect(ownUserId(machine())).toBeNull();
  });
});

describe('reading a user', () => {
  test.for<[string, Caller, string, 'everything' | 'FORBIDDEN']>([
    ['oneself', person(), own, 'everything'],
    ['another', person(), other, 'FORBIDDEN'],
    ['another, with read:users', person('read:users'), other, 'everything'],
    [
      'another, with rights to update only',
      person('update:users', 'update:users_app_metadata'),
      other,
      'FORBIDDEN',
    ],
    ['anybody, as a machine', machine(), own, 'FORBIDDEN'],
    ['anybody, as a machine with read:users', machine('read:users'), other, 'everything'],
    ['an impossible id', person(), '', 'FORBIDDEN'],
  ])('%s', ([, caller, id, expected]) => {
    expect(
      codeOf(() => expect(assertReadable(caller, id, nobodyPublic)).toBe(expected)) ?? 'everything',
    ).toBe(expected);
  });

  test('is limited to the public fields where some are public', () => {
    const readable = assertReadable(person(), other, new Set(['nickname']));
    expect(codeOf(() => assertFieldReadable(readable, 'nickname'))).toBeNull();
    expect(codeOf(() => assertFieldReadable(readable, 'id'))).toBeNull();
    expect(codeOf(() => assertFieldReadable(readable, 'email'))).toBe('FORBIDDEN');
  });

  test('of oneself is whole, whatever is public', () => {
    const readable = assertReadable(person(), own, new Set(['nickname']));
    expect(readable).toBe('everything');
    expect(codeOf(() => assertFieldReadable(readable, 'email'))).toBeNull();
  });
});

describe('finding users', () => {
  test('takes read:users', () => {
    expect(codeOf(() => assertMaySearch(person('update:users', 'read:user_idp_tokens')))).toBe('FORBIDDEN');
    expect(codeOf(() => assertMaySearch(person('read:users')))).toBeNull();
  });
});

describe("reading a provider's tokens", () => {
  test('takes the permission and a right to read the user', () => {
    expect(codeOf(() => assertIdpTokensReadable(person(), 'everything'))).toBe('FORBIDDEN');
    expect(codeOf(() => assertIdpTokensReadable(person('read:user_idp_tokens'), 'everything'))).toBeNull();
    expect(
      codeOf(() => assertIdpTokensReadable(person('read:user_idp_tokens'), new Set(['identities']))),
    ).toBe('FORBIDDEN');
  });
});

/** What each grant allows, on one's own user and on another: `*` every field, `-` nothing. */
const matrix: readonly [grant: string, own: string, other: string][] = [
  ['(none)', '-', '-'],
  ['read:users', '-', '-'],
  ['read:user_idp_tokens', '-', '-'],
  ['update:users', '*', '*'],
  ['update:users_app_metadata', 'appMetadata', 'appMetadata'],
  ['update:current_user', 'name nickname givenName familyName picture userMetadata', '-'],
  ['update:current_user_metadata', 'userMetadata', '-'],
  ['create:users', '-', '-'],
];

describe.for(matrix)('updating with %s', ([grant, onOwn, onOther]) => {
  const fields = Object.keys(updateUserInput.shape) as UpdateUserField[];

  test.for([
    [own, onOwn],
    [other, onOther],
  ] as const)('allows on %s exactly: %s', ([id, allowed]) => {
    const expected = allowed === '*' ? fields : allowed.split(' ').filter((name) => name !== '-');
    const caller = person(grant);
    expect(
      fields
        .filter((field) => codeOf(() => assertMayUpdate(caller, id, { [field]: null })) === null)
        .toSorted(),
    ).toEqual([...expected].toSorted());
  });

  test('allows no machine what is for oneself', () => {
    const caller = { ...machine(grant), subject: own };
    const expected = onOther === '*' ? fields : onOther.split(' ').filter((name) => name !== '-');
    expect(
      fields
        .filter((field) => codeOf(() => assertMayUpdate(caller, own, { [field]: null })) === null)
        .toSorted(),
    ).toEqual([...expected].toSorted());
  });
});

describe('a refusal says in words', () => {
  test.for<[string, RegExp, () => void]>([
    ['that a token is needed', /Authorization: Bearer/, () => assertCaller({ kind: 'anonymous' })],
    ['that it is not the token', /keys .* cannot be had/, () => assertCaller({ kind: 'unavailable' })],
    ['what is not readable', /not read this user/, () => assertReadable(person(), other, nobodyPublic)],
    ['which field is not', /not read email/, () => assertFieldReadable(new Set(['id']), 'email')],
    ['what searching takes', /read:users/, () => assertMaySearch(person())],
    [
      'what tokens take',
      /read:user_idp_tokens/,
      () => assertIdpTokensReadable(person('read:users'), 'everything'),
    ],
    ['what was not updated', /not update this user/, () => assertMayUpdate(person(), own, { name: 'a' })],
  ])('%s', ([, words, action]) => {
    expect(errorOf(action)?.message).toMatch(words);
  });
});

describe('an update that is not allowed', () => {
  test('names every field that is not, and only those', () => {
    const refused = errorOf(() =>
      assertMayUpdate(person('update:current_user'), own, {
        email: 'a@b.co',
        nickname: 'a',
        emailVerified: true,
      }),
    );
    expect(refused?.extensions).toEqual({ code: 'FORBIDDEN', inputFields: ['email', 'emailVerified'] });
  });

  test('is refused for an empty input as well', () => {
    expect(codeOf(() => assertMayUpdate(person('update:current_user'), other, {}))).toBe('FORBIDDEN');
    expect(codeOf(() => assertMayUpdate(person('update:current_user'), own, {}))).toBeNull();
  });

  test('reads the same whether or not the id can exist', () => {
    const refusal = (id: string) =>
      errorOf(() => assertMayUpdate(person('update:current_user'), id, { name: 'a' }));
    expect(JSON.stringify(refusal(''))).toBe(JSON.stringify(refusal(other)));
  });
});

function person(...grants: string[]): Caller {
  return { subject: own, kind: 'user', grants: new Set(grants), clientId: null };
}

function machine(...grants: string[]): Caller {
  return { subject: 'app@clients', kind: 'machine', grants: new Set(grants), clientId: 'app' };
}

function errorOf(action: () => void): ClientError | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof ClientError) return error;
    throw error;
  }
}

function codeOf(action: () => void): string | null {
  return errorOf(action)?.code ?? null;
}
