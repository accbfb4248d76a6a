import { describe, expect, it } from 'vitest';
import type { UpdateUserField } from '../../schema/update-user-input.ts';
import { Auth0Refusal } from '../../src/auth0/errors.ts';
import { toRejection } from '../../src/users/rejection.ts';

const names: UpdateUserField[] = ['givenName', 'familyName', 'name', 'nickname', 'picture'];
const wireNames = 'family_name, given_name, name, nickname, picture';

describe('a refusal', () => {
  it.each<[string, UpdateUserField[], UpdateUserField[], RegExp]>([
    ['The specified new email already exists', ['email'], ['email'], /has this e-mail address/],
    ['The username provided is in use already.', ['username'], ['username'], /has this user name/],
    ['The user already exists.', ['email', 'name'], ['email'], /signs in with the same/],
    ['The user already exists.', ['name'], ['email', 'phoneNumber', 'username'], /signs in with the same/],
    [
      'Cannot update username for users without an username already set.',
      ['username'],
      ['username'],
      /no user name/,
    ],
    ['PasswordStrengthError: Password is too weak', ['password'], ['password'], /too weak/],
    ['PasswordHistoryError: Password has previously been used', ['password'], ['password'], /before/],
    ['PasswordDictionaryError: Password is too common', ['password'], ['password'], /too common/],
    [
      'PasswordNoUserInfoError: Password contains user information',
      ['password'],
      ['password'],
      /about the user/,
    ],
    ['PasswordSomethingNewError: …', ['password'], ['password'], /policy/],
    [
      'Cannot update password and email simultaneously.',
      ['email', 'password'],
      ['email', 'password'],
      /together: email, password\.$/,
    ],
    [
      'Cannot update username and email_verified simultaneously.',
      ['emailVerified', 'username'],
      ['emailVerified', 'username'],
      /together/,
    ],
    [
      "The following user attributes cannot be updated: family_name, given_name. The connection (google-oauth2) must either be a database connection (using the Auth0 store), a passwordless connection (email or sms) or has disabled 'Sync user profile attributes at each login'. For more information, see https://auth0.com/docs",
      names,
      ['givenName', 'familyName'],
      /at each login: givenName, familyName\.$/,
    ],
    [
      `The following user attributes cannot be updated: ${wireNames}. The specified connection belongs to a secondary identity.`,
      names,
      names,
      /Only the primary identity/,
    ],
    [
      `The following user attributes cannot be removed: ${wireNames}. The connection (non-federated-conn) must either be a custom database connection with import mode disabled, a social or enterprise connection.`,
      names,
      names,
      /unset/,
    ],
    [
      `Your account is not allowed to update the following user attributes: ${wireNames}.`,
      names,
      names,
      /may not/,
    ],
    [
      'You cannot update the following fields: given_name, email',
      ['email', 'givenName'],
      ['email', 'givenName'],
      /may not/,
    ],
    ['Cannot update email for non-database user.', ['email'], ['email'], /database users/],
    [
      'Cannot change email or password for users in a disabled connection.',
      ['password'],
      ['password'],
      /disabled/,
    ],
    ['Cannot change email or password for users in a disabled connection.', ['email'], ['email'], /disabled/],
    [
      'Email verification is not supported for enterprise users.',
      ['emailVerified'],
      ['emailVerified'],
      /not verified/,
    ],
    ['Connection does not exist.', ['email', 'connection'], ['connection'], /no such connection/],
    ['Connection is not supported for this operation.', ['connection'], ['connection'], /does not support/],
    [
      "Payload validation error: 'String is too short (0 chars), minimum 1' on property given_name (The user's given name(s)). (also) Payload validation error: 'Expected type string but found type null' on property connection.",
      ['givenName', 'connection'],
      ['givenName', 'connection'],
      /these values: givenName, connection\.$/,
    ],
    [
      "Payload validation error: 'Object didn't pass validation for format client-id: x' on property client_id (client_id of the client).",
      ['email', 'clientId'],
      ['clientId'],
      /these values: clientId/,
    ],
    [
      "Payload validation error: 'x' on property user_metadata.colour.",
      ['userMetadata'],
      ['userMetadata'],
      /values/,
    ],
    [
      "Payload validation error: 'None of the valid schemas were met'. Inner errors: [ Payload validation error: 'Missing required property: blocked'. ]",
      ['connection'],
      [],
      /nothing in this/,
    ],
    ['Insufficient scope, expected any of: update:users', ['name'], [], /does not permit the gateway/],
    ['Something nobody has seen before', ['name'], [], /^Auth0 refused this update\.$/],
    ['', ['name'], [], /^Auth0 refused this update\.$/],
  ])('%j is told in our words', (text, asked, fields, message) => {
    const rejection = toRejection(refusal(text), asked);
    expect(rejection).toMatchObject({ kind: 'rejected', fields, message: expect.stringMatching(message) });
  });

  it.each([
    ['canary-email@example.com is not an address'],
    ["Payload validation error: 'Object didn't pass validation for format email: canary' on property email."],
    ['The following user attributes cannot be updated: canary, user_id, email. The connection (canary) …'],
    ['Cannot update canary and email simultaneously.'],
    ['Connection does not exist: canary'],
  ])('%j leaves no text of its own in the answer', (text) => {
    expect(JSON.stringify(toRejection(refusal(text, 'canary text', 400), ['email']))).not.toContain('canary');
  });

  it('names no field that was not asked for', () => {
    const text = 'The following user attributes cannot be updated: name, nickname, user_id, identities. …';
    expect(toRejection(refusal(text), ['nickname']).fields).toEqual(['nickname']);
  });

  it('gives the errorCode as its reason where it is a plain name', () => {
    const reasonOf = (errorCode: string | null) => toRejection(refusal('…', errorCode), []).reason;
    expect(reasonOf('auth0_idp_error')).toBe('auth0_idp_error');
    expect(reasonOf('x'.repeat(64))).toBe('x'.repeat(64));
    for (const text of [null, '', 'no plain name', 'a-b', 'a\n', 'x'.repeat(65)])
      expect(reasonOf(text)).toBeNull();
  });

  it('of a password is known by its errorCode too', () => {
    expect(toRejection(refusal('Weak.', 'PasswordStrengthError'), ['password']).fields).toEqual(['password']);
  });

  it('of too much data says so', () => {
    expect(
      toRejection(refusal('Payload content length greater than maximum', null, 413), []).message,
    ).toMatch(/larger/);
  });

  it('of any length is read in no time', () => {
    const text = 'attributes cannot be updated: a. '.repeat(40_000);
    expect(toRejection(refusal(text), ['name']).fields).toEqual([]);
  });
});

function refusal(upstreamMessage: string, errorCode: string | null = null, status = 400): Auth0Refusal {
  return new Auth0Refusal({ status, errorCode, upstreamMessage });
}
