import { describe, expect, it } from 'vitest';
import { toCaller } from '../../src/auth/caller.ts';

const callerOf = (claims: Readonly<Record<string, unknown>>, permissionsClaim: string | null = null) =>
  toCaller({ sub: 'auth0|1', exp: 0, iat: 0, ...claims }, permissionsClaim);

const grantsOf = (claims: Readonly<Record<string, unknown>>, permissionsClaim: string | null = null) => [
  ...callerOf(claims, permissionsClaim).grants,
];

describe('grants come from', () => {
  it('permissions when the token has them, and no other claim', () => {
    expect(grantsOf({ permissions: ['read:users'], scope: 'update:users' })).toEqual(['read:users']);
    expect(grantsOf({ permissions: [], scope: 'update:users' })).toEqual([]);
    expect(grantsOf({ permissions: null, scope: 'update:users' })).toEqual([]);
  });

  it('scope when the token has no permissions', () => {
    expect(grantsOf({ scope: 'openid  read:users ' })).toEqual(['openid', 'read:users']);
  });

  it('the configured claim, and no other', () => {
    const claims = {
      'https://acme.example/grants': ['read:users'],
      permissions: ['update:users'],
      scope: 'x',
    };
    expect(grantsOf(claims, 'https://acme.example/grants')).toEqual(['read:users']);
    expect(grantsOf(claims, 'scope')).toEqual(['x']);
    expect(grantsOf(claims, 'absent')).toEqual([]);
  });

  it('a list or a text, whichever claim it is', () => {
    expect(grantsOf({ scope: ['read:users', 'update:users'] })).toEqual(['read:users', 'update:users']);
    expect(grantsOf({ permissions: 'read:users update:users' })).toEqual(['read:users', 'update:users']);
  });

  it.each([[{ 'read:users': true }], [1], [true], [[['read:users']]], [[null, 1, {}]]])(
    'nothing else: %o',
    (permissions) => {
      expect(grantsOf({ permissions })).toEqual([]);
    },
  );

  it('no inherited property', () => {
    expect(grantsOf({}, 'constructor')).toEqual([]);
    expect(grantsOf({}, '__proto__')).toEqual([]);
  });
});

describe('a caller', () => {
  it.each([
    [{ sub: 'console@clients' }, 'machine'],
    [{ sub: 'auth0|1', gty: 'client-credentials' }, 'machine'],
    [{ sub: 'auth0|1', gty: 'password' }, 'user'],
    [{ sub: 'auth0|me@clients.example' }, 'user'],
  ])('with %o is a %s', (claims, kind) => {
    expect(callerOf(claims).kind).toBe(kind);
  });

  it.each([
    [{ azp: 'spa', client_id: 'other' }, 'spa'],
    [{ client_id: 'spa' }, 'spa'],
    [{ azp: '', client_id: 'spa' }, 'spa'],
    [{ azp: 1 }, null],
    [{}, null],
  ])('with %o came through application %s', (claims, clientId) => {
    expect(callerOf(claims).clientId).toBe(clientId);
  });
});
