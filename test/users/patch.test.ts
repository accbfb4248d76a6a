import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UpdateUserInput } from '../../schema/update-user-input.ts';
import { toWirePatch } from '../../src/users/patch.ts';

const everything: Required<UpdateUserInput> = {
  blocked: true,
  emailVerified: false,
  email: 'Jane@Example.com',
  phoneNumber: '+33123456789',
  phoneVerified: true,
  userMetadata: { a: 1 },
  appMetadata: { b: { c: null } },
  givenName: 'Jane',
  familyName: 'Doe',
  name: 'Jane Doe',
  nickname: 'jane',
  picture: 'https://example.com/jane.png',
  verifyEmail: true,
  verifyPhoneNumber: false,
  password: 'canary-password',
  connection: 'Username-Password-Authentication',
  clientId: 'DaM8bokEXBWrTUFCiJjWn50jei6ardyX',
  username: 'jane',
};

const wire = {
  blocked: true,
  email_verified: false,
  email: 'Jane@Example.com',
  phone_number: '+33123456789',
  phone_verified: true,
  user_metadata: { a: 1 },
  app_metadata: { b: { c: null } },
  given_name: 'Jane',
  family_name: 'Doe',
  name: 'Jane Doe',
  nickname: 'jane',
  picture: 'https://example.com/jane.png',
  verify_email: true,
  verify_phone_number: false,
  password: 'canary-password',
  connection: 'Username-Password-Authentication',
  client_id: 'DaM8bokEXBWrTUFCiJjWn50jei6ardyX',
  username: 'jane',
};

describe('a patch', () => {
  it("holds each of the 18 fields under Auth0's name", () => {
    expect(toWirePatch(everything)).toEqual(wire);
  });

  it('holds only what the input speaks of', () => {
    expect(toWirePatch({ nickname: 'jo', name: undefined })).toStrictEqual({ nickname: 'jo' });
    expect(toWirePatch({})).toStrictEqual({});
  });

  it('unsets with null', () => {
    expect(toWirePatch({ givenName: null, picture: null })).toStrictEqual({
      given_name: null,
      picture: null,
    });
  });

  it('clears metadata with an empty object', () => {
    expect(toWirePatch({ userMetadata: null, appMetadata: null })).toStrictEqual({
      user_metadata: {},
      app_metadata: {},
    });
  });

  it('never holds a name that is not on the list', () => {
    const names = new Set(Object.keys(wire));
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom(...Object.keys(everything), 'user_id', 'identities', '__proto__'),
    );
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), (input) => {
        expect(Object.keys(toWirePatch(input as UpdateUserInput)).filter((name) => !names.has(name))).toEqual(
          [],
        );
      }),
    );
  });
});
