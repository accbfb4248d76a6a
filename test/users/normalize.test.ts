import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Identity, IdentityProfile, User } from '../../schema/model.ts';
import { inFull } from '../../src/users/identities.ts';
import { toUser } from '../../src/users/normalize.ts';
import { john, upstreamUsers } from './support.ts';

describe('a user', () => {
  it('has the values of the wire under our names', () => {
    expect(
      toUser({ ...john, logins_count: 3, last_ip: '127.0.0.1', multifactor: ['guardian'] }),
    ).toMatchObject({
      id: 'auth0|507f1f77bcf86cd799439020',
      email: 'john.doe@example.com',
      emailVerified: false,
      givenName: 'John',
      familyName: null,
      userMetadata: { colour: 'green', address: { city: 'Paris' } },
      appMetadata: { plan: 'gold' },
      multifactor: ['guardian'],
      lastIp: '127.0.0.1',
      loginsCount: 3,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-02-01T00:00:00.000Z',
    });
  });

  it('is complete when Auth0 sends only the id', () => {
    expect(toUser({ user_id: 'sms|1' })).toEqual({
      id: 'sms|1',
      email: null,
      emailVerified: null,
      username: null,
      phoneNumber: null,
      phoneVerified: null,
      name: null,
      nickname: null,
      givenName: null,
      familyName: null,
      picture: null,
      blocked: false,
      identities: [],
      userMetadata: {},
      appMetadata: {},
      multifactor: [],
      lastIp: null,
      lastLogin: null,
      loginsCount: 0,
      createdAt: null,
      updatedAt: null,
    });
  });

  it('keeps the types of the contract whatever JSON came', () => {
    fc.assert(
      fc.property(upstreamUsers, (user) => expectUser(toUser(user))),
      { numRuns: 500 },
    );
  });

  it('comes of values that no JSON could hold', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anything), fc.array(anything), (attributes, identities) => {
        toUser({ ...attributes, identities, user_id: 'auth0|1' });
      }),
    );
  });

  it('is not touched by the prototype in its metadata', () => {
    const wire = JSON.parse(
      '{"user_id":"a|1","user_metadata":{"__proto__":{"admin":true}},"__proto__":{"email":"x"}}',
    );
    expect(toUser(wire)).toMatchObject({ email: null });
    expect(toUser(wire).userMetadata['admin']).toBeUndefined();
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });
});

describe('a value of another type', () => {
  it.each([
    ['email_verified', 'true', { emailVerified: true }],
    ['email_verified', 'false', { emailVerified: false }],
    ['email_verified', 'john@example.com', { emailVerified: null }],
    ['email_verified', 1, { emailVerified: null }],
    ['phone_verified', 'true', { phoneVerified: true }],
    ['blocked', 'true', { blocked: true }],
    ['blocked', 'perhaps', { blocked: false }],
    ['name', '', { name: '' }],
    ['name', { first: 'John' }, { name: null }],
    ['logins_count', '42', { loginsCount: 42 }],
    ['logins_count', 'often', { loginsCount: 0 }],
    ['logins_count', 1e12, { loginsCount: 2147483647 }],
    ['logins_count', '99999999999999999999', { loginsCount: 2147483647 }],
    ['logins_count', 1.9, { loginsCount: 1 }],
    ['logins_count', -1, { loginsCount: 0 }],
    ['logins_count', Number.POSITIVE_INFINITY, { loginsCount: 0 }],
    ['logins_count', Number.NaN, { loginsCount: 0 }],
    ['logins_count', [5], { loginsCount: 0 }],
    ['last_login', '2026-01-01T01:00:00.5+01:00', { lastLogin: '2026-01-01T00:00:00.500Z' }],
    ['last_login', '2024-02-29T23:59:59.999Z', { lastLogin: '2024-02-29T23:59:59.999Z' }],
    ['last_login', '2026-01-01T00:00:00Z', { lastLogin: '2026-01-01T00:00:00.000Z' }],
    ['last_login', '9999-12-31T23:59:59.000-01:00', { lastLogin: null }],
    ['last_login', '2026-01-01T24:00:01.000Z', { lastLogin: null }],
    ['last_login', '', { lastLogin: null }],
    ['last_login', {}, { lastLogin: null }],
    ['last_login', 1767225600000, { lastLogin: null }],
    ['last_login', 'Fri May 20 17:13:23 +0000 2011', { lastLogin: null }],
    ['last_login', '2026-13-45T99:00:00Z', { lastLogin: null }],
    ['last_login', '2026-01-01T00:00:00', { lastLogin: null }],
    ['multifactor', 'guardian', { multifactor: [] }],
    ['multifactor', ['duo', 7, null], { multifactor: ['duo'] }],
    ['user_metadata', 'colour', { userMetadata: {} }],
    ['app_metadata', [1], { appMetadata: {} }],
    ['app_metadata', null, { appMetadata: {} }],
  ])('in %s is read where it can be: %o', (attribute, value, expected) => {
    expect(toUser({ user_id: 'auth0|1', [attribute]: value })).toMatchObject(expected);
  });
});

/** Fails unless the value is what the contract says of `User`. */
function expectUser(user: User): void {
  expect(typeof user.id).toBe('string');
  for (const field of ['email', 'username', 'phoneNumber', 'name', 'nickname', 'givenName'] as const)
    expectNullable('string', user[field]);
  for (const field of ['familyName', 'picture', 'lastIp'] as const) expectNullable('string', user[field]);
  for (const field of ['emailVerified', 'phoneVerified'] as const) expectNullable('boolean', user[field]);
  for (const field of ['lastLogin', 'createdAt', 'updatedAt'] as const)
    expect(user[field] === null || new Date(user[field]).toISOString() === user[field]).toBe(true);
  expect(typeof user.blocked).toBe('boolean');
  expectJsonObject(user.userMetadata);
  expectJsonObject(user.appMetadata);
  expect(user.multifactor.every((item) => typeof item === 'string')).toBe(true);
  expect(user.loginsCount | 0).toBe(user.loginsCount);
  expect(user.identities.filter(({ isPrimary }) => isPrimary)).toHaveLength(
    Math.min(1, user.identities.length),
  );
  inFull(user).identities.forEach(expectIdentity);
}

function expectIdentity(identity: Identity): void {
  for (const field of ['id', 'provider', 'connection', 'userId'] as const)
    expect(typeof identity[field]).toBe('string');
  expect(identity.id).toBe(`${identity.provider}|${identity.userId}`);
  for (const field of ['isSocial', 'isPrimary'] as const) expect(typeof identity[field]).toBe('boolean');
  expect(Object.keys(identity)).toHaveLength(7);
  const { attributes, emailVerified, phoneVerified, ...texts }: IdentityProfile = identity.profile;
  for (const flag of [emailVerified, phoneVerified]) expectNullable('boolean', flag);
  for (const text of Object.values(texts)) expectNullable('string', text);
  expectJsonObject(attributes);
}

function expectNullable(type: string, value: unknown): void {
  expect(value === null ? type : typeof value).toBe(type);
}

function expectJsonObject(value: unknown): void {
  expect(Object.prototype.toString.call(value)).toBe('[object Object]');
  expect(JSON.parse(JSON.stringify(value))).toEqual(value);
}
