import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireUser } from '../../src/auth0/wire.ts';
import { inFull, toIdentities } from '../../src/users/identities.ts';
import { toUser } from '../../src/users/normalize.ts';
import { upstreamUsers } from './support.ts';

type Example = { note: string; user_id: string; identities: unknown[]; expected: object[] };
const examples: Example[] = readFileSync(new URL('fixtures/identities.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

describe('every shape of identities', () => {
  it.each(examples)('is folded into one: $note', ({ user_id, identities, expected }) => {
    expect(toIdentities({ user_id, identities })).toMatchObject(expected);
  });

  it('is read the same in any order of keys', () => {
    fc.assert(
      fc.property(upstreamUsers, (user) => {
        expect(inFull(toUser(backwards(user)))).toEqual(inFull(toUser(user)));
      }),
    );
  });

  it('holds exactly one primary, which comes first', () => {
    fc.assert(
      fc.property(upstreamUsers, (user) => {
        const identities = toIdentities(user);
        expect(identities.map(({ isPrimary }) => isPrimary)).toEqual(
          identities.map((_, index) => index === 0),
        );
      }),
    );
  });
});

describe('the names of an identity', () => {
  it.each([
    ['text', '123', '123'],
    ['number', 12345678, '12345678'],
    ['number with an exponent', 1e21, '1000000000000000000000'],
    ['bigint', 123456789012345678901234567890n, '123456789012345678901234567890'],
    ['exact digits beyond 2^53', '9007199254740993', '9007199254740993'],
    ['fraction', 1.5, '1.5'],
  ])('take a userId that is a %s', (_, user_id, userId) => {
    expect(second({ provider: 'github', user_id })).toMatchObject({ userId, id: `github|${userId}` });
  });

  it("are the user's own where the primary lacks them", () => {
    expect(only({}, 'ad|corp|jdoe')).toMatchObject({
      id: 'ad|corp|jdoe',
      provider: 'ad',
      userId: 'corp|jdoe',
    });
  });

  it.each([{}, { provider: null, user_id: {}, connection: 3 }, { provider: '', user_id: Number.NaN }])(
    'are empty where another account lacks them: %o',
    (identity) => {
      expect(second(identity)).toMatchObject({ id: '|', provider: '', userId: '', connection: '' });
    },
  );

  it('leave out only what is no object', () => {
    const identities = ['auth0', null, 7, [], { provider: 'sms', user_id: '1' }];
    expect(toIdentities({ user_id: 'sms|1', identities })).toHaveLength(1);
  });

  it.each([undefined, null, {}, 'auth0', []])('are not made up for identities that are %o', (identities) => {
    expect(toIdentities({ user_id: 'auth0|1', identities })).toEqual([]);
  });
});

describe('isPrimary', () => {
  const google = { provider: 'google-oauth2', user_id: '5' };
  const database = { provider: 'auth0', user_id: '1' };

  it('is true of the identity that gives the user their id', () => {
    expect(idsOf({ user_id: 'auth0|1', identities: [google, database] })).toEqual([
      'auth0|1',
      'google-oauth2|5',
    ]);
  });

  it('is true of the first where none gives the id', () => {
    expect(idsOf({ user_id: 'sms|9', identities: [google, database] })).toEqual([
      'google-oauth2|5',
      'auth0|1',
    ]);
  });

  it('is told from a numeric id as well', () => {
    const user = { user_id: 'github|7', identities: [google, { provider: 'github', user_id: 7 }] };
    expect(idsOf(user)).toEqual(['github|7', 'google-oauth2|5']);
  });
});

describe('isSocial', () => {
  it.each([
    [{ provider: 'github' }, true],
    [{ provider: 'untappd' }, true],
    [{ provider: 'auth0' }, false],
    [{ provider: 'samlp' }, false],
    [{ provider: 'someday-a-new-one' }, false],
    [{ provider: 'github', isSocial: false }, false],
    [{ provider: 'samlp', isSocial: true }, true],
    [{ provider: 'github', isSocial: 'false' }, false],
    [{ provider: 'github', isSocial: 'sometimes' }, true],
  ])('of %o is %s', (identity, isSocial) => {
    expect(only(identity)).toMatchObject({ isSocial });
  });
});

describe('the profile', () => {
  it("of the primary is filled from the user's own attributes", () => {
    const identities = [{ provider: 'auth0', user_id: '1', profileData: { name: 'Old', nickname: 'jo' } }];
    const user = { user_id: 'auth0|1', identities, name: 'John', email_verified: 'true', family_name: null };
    expect(toIdentities(user)[0]?.profile).toMatchObject({
      name: 'John',
      nickname: 'jo',
      emailVerified: true,
      familyName: null,
    });
  });

  it('of another account comes from its profileData', () => {
    const profileData = { phone_number: '+14258831929', phone_verified: true, name: '+14258831929' };
    expect(second({ provider: 'sms', user_id: '2', profileData }).profile).toEqual({
      email: null,
      emailVerified: null,
      name: '+14258831929',
      username: null,
      givenName: null,
      familyName: null,
      nickname: null,
      picture: null,
      phoneNumber: '+14258831929',
      phoneVerified: true,
      attributes: {},
    });
  });

  it.each([['yes'], ['john@example.com'], [1], [null], [{}]])('reads no truth into %o', (email_verified) => {
    expect(second({ profileData: { email_verified } }).profile.emailVerified).toBeNull();
  });
});

describe('attributes', () => {
  it('keep what the provider sent beyond the known fields', () => {
    const profileData = {
      name: 'Foobar',
      age_range: { min: 21 },
      devices: [{ os: 'Android' }],
      timezone: -3,
    };
    expect(second({ profileData }).profile.attributes).toEqual({
      age_range: { min: 21 },
      devices: [{ os: 'Android' }],
      timezone: -3,
    });
  });

  it("of the primary are profileData's and the user's own", () => {
    const identities = [
      { provider: 'waad', user_id: '1', profileData: { upn: 'old', dept: 'x', created_at: 'Fri' } },
    ];
    const user = {
      user_id: 'waad|1',
      identities,
      upn: 'new',
      locale: { country: 'FR' },
      created_at: '',
      blocked: true,
    };
    expect(toIdentities(user)[0]?.profile.attributes).toEqual({
      upn: 'new',
      dept: 'x',
      created_at: 'Fri',
      locale: { country: 'FR' },
    });
  });

  it('hold no token and no field that has its own place', () => {
    const forbidden =
      /^(email|email_verified|name|username|given_name|family_name|nickname|picture|phone_number|phone_verified|access_token|access_token_secret|refresh_token|id_token|expires_in)$/;
    fc.assert(
      fc.property(upstreamUsers, (user) => {
        for (const { profile } of toIdentities(user))
          expect(Object.keys(profile.attributes).filter((name) => forbidden.test(name))).toEqual([]);
      }),
    );
    const tokens = {
      access_token: 'a',
      access_token_secret: 'b',
      refresh_token: 'c',
      id_token: 'd',
      expires_in: 5,
    };
    const user = {
      user_id: 'x|1',
      identities: [{ provider: 'x', user_id: '1', profileData: tokens, ...tokens }],
    };
    expect(toIdentities({ ...user, ...tokens })[0]?.profile.attributes).toEqual({});
  });

  it('take __proto__ for a key like any other', () => {
    const profileData = JSON.parse('{"__proto__":{"polluted":true}}');
    for (const identity of [second({ profileData }), only({ profileData })]) {
      expect(Object.keys(identity.profile.attributes)).toEqual(['__proto__']);
      expect(identity.profile.attributes['polluted']).toBeUndefined();
    }
  });
});

function only(identity: object, user_id = 'x|1') {
  const [first, ...others] = toIdentities({ user_id, identities: [identity] });
  if (first === undefined || others.length > 0) throw new Error('Expected one identity');
  return first;
}

function second(identity: object) {
  const identities = [{ provider: 'auth0', user_id: '1' }, identity];
  const [, other] = toIdentities({ user_id: 'auth0|1', identities });
  if (other === undefined) throw new Error('Expected two identities');
  return other;
}

function idsOf(user: WireUser): readonly string[] {
  return toIdentities(user).map(({ id }) => id);
}

/** The same value with the keys of each object in the opposite order. */
function backwards<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(backwards) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, backwards(inner)]),
  ) as Value;
}
