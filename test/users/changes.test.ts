import { describe, expect, it } from 'vitest';
import type { WireUser } from '../../src/auth0/wire.ts';
import { changedFields } from '../../src/users/changes.ts';
import { toUser } from '../../src/users/normalize.ts';
import { john } from './support.ts';

describe('changed fields', () => {
  it('are none of an equal user', () => {
    expect(changedFields(toUser(john), toUser(structuredClone(john)))).toEqual([]);
  });

  it.each<[object, string[]]>([
    [{ email: 'other@example.com', blocked: true, given_name: 'Jack' }, ['email', 'givenName', 'blocked']],
    [{ email_verified: 'false', blocked: false }, []],
    [{ user_metadata: { address: { city: 'Paris' }, colour: 'green' } }, []],
    [{ user_metadata: { address: { city: 'Rome' }, colour: 'green' } }, ['userMetadata']],
    [{ user_metadata: { colour: 'green' } }, ['userMetadata']],
    [{ user_metadata: { colour: 'green', street: { city: 'Paris' } } }, ['userMetadata']],
    [{ app_metadata: { plan: ['gold'] } }, ['appMetadata']],
    [{ app_metadata: Object.assign(Object.create(null), { plan: 'gold' }) }, []],
    [{ multifactor: ['duo'] }, ['multifactor']],
    [{ created_at: '2026-01-01T01:00:00.000+01:00' }, []],
    [{ last_login: '2026-02-02T00:00:00.000Z', logins_count: 1 }, ['lastLogin', 'loginsCount']],
    [{ updated_at: '2026-03-01T00:00:00.000Z', identities: [] }, []],
    [{ locale: 'fr' }, []],
  ])('after %o are %o', (change, expected) => {
    expect(changedFields(toUser(john), toUser({ ...john, ...change }))).toEqual(expected);
  });

  it.each<[unknown, unknown]>([
    [[], {}],
    [{ a: 1 }, [1]],
    [
      [1, 2],
      [2, 1],
    ],
    [null, {}],
    ['1', 1],
    [{ a: null }, {}],
    [{ a: null }, { b: null }],
  ])('tell %o from %o', (one, other) => {
    const having = (value: unknown): WireUser => ({ user_id: 'a|1', user_metadata: { value } });
    expect(changedFields(toUser(having(one)), toUser(having(other)))).toEqual(['userMetadata']);
  });
});
