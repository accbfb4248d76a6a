import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactNumber } from '../../src/sandbox/exact-json.ts';
import { parseQuery } from '../../src/sandbox/search/parse.ts';
import { QuerySyntaxError } from '../../src/sandbox/search/query.ts';
import { searchUsers } from '../../src/sandbox/search/search.ts';
import { fitsPattern } from '../../src/sandbox/search/wildcard.ts';
import { person, startTenant } from './support.ts';

const people = [
  person('jane', {
    email: 'jane@Example.com',
    name: 'Jane Smith',
    given_name: 'Jane',
    nickname: 'TO',
    logins_count: 5,
    last_login: '2026-03-01T12:00:00.000Z',
    created_at: '2025-12-31T23:59:59.999Z',
    blocked: true,
    app_metadata: { plan: 'Gold', subscription: { seats: 3 }, tags: ['a', 'b c'], empty: {}, none: null },
    user_metadata: { city: 'Paris', addresses: [{ city: 'Paris' }, { city: 'Rome' }], size: 7 },
  }),
  person('john', {
    email: 'john@sub.example.org',
    name: 'John Smith-Jones',
    given_name: 'John',
    logins_count: 100,
    created_at: '2026-01-01T00:00:00.000Z',
    last_login: '2026-03-02T00:00:00.000Z',
    blocked: false,
    app_metadata: { plan: 'gold', 'odd key': 'x', active: true },
  }),
  person('zoé', {
    email: 'zoe+x@example.com',
    name: 'Zoé "Quote" O\\Hara',
    logins_count: 200,
    created_at: '2026-06-15T10:00:00.000Z',
    user_id: 'samlp|acme|a b(c):d',
    identities: [
      { provider: 'samlp', connection: 'acme', user_id: 'acme|a b(c):d', isSocial: false },
      {
        provider: 'github',
        connection: 'github',
        user_id: exactNumber('9007199254740993'),
        isSocial: true,
        profileData: { email: 'second@example.com' },
      },
    ],
  }),
];

const names = new Map(people.map(({ user_id, name }) => [user_id, String(name).slice(0, 4)]));
const find = (q: string) => [...searchUsers(people, q)].map(({ user_id }) => names.get(user_id)?.trim());

describe('a search', () => {
  it.each<readonly [q: string, found: readonly string[]]>([
    // everything
    ['', ['Jane', 'John', 'Zoé']],
    ['*', ['Jane', 'John', 'Zoé']],
    ['*:*', ['Jane', 'John', 'Zoé']],
    // a field's value: quoted is all of it, unquoted a word of a name is enough
    ['name:"jane smith"', ['Jane']],
    ['name:"smith"', []],
    ['name:smith', ['Jane']],
    ['name:SMITH', ['Jane']],
    ['given_name:jane', ['Jane']],
    ['email:"JANE@example.com"', ['Jane']],
    ['email:john@sub.example.org', ['John']],
    ['email:john', []],
    ['email.domain:"example.com"', ['Jane', 'Zoé']],
    ['user_id:"auth0|jane"', ['Jane']],
    ['user_id:auth0|jane', ['Jane']],
    ['user_id:"AUTH0|jane"', []],
    ['user_id:auth0', []],
    ['user_id:"samlp|acme|a b(c):d"', ['Zoé']],
    ['user_id:samlp|acme|a\\ b\\(c\\)\\:d', ['Zoé']],
    ['name:"Zoé \\"Quote\\" O\\\\Hara"', ['Zoé']],
    ['nickname:TO', ['Jane']],
    // other fields mind upper and lower case
    ['app_metadata.plan:gold', ['John']],
    ['app_metadata.plan:"Gold"', ['Jane']],
    ['user_metadata.city:paris', []],
    ['user_metadata.city:Paris', ['Jane']],
    // paths through objects and lists, odd keys
    ['app_metadata.subscription.seats:3', ['Jane']],
    ['user_metadata.addresses.city:"Rome"', ['Jane']],
    ['app_metadata.tags:"b c"', ['Jane']],
    ['app_metadata.odd\\ key:x', ['John']],
    ['app_metadata.active:true', ['John']],
    ['identities.connection:"github"', ['Zoé']],
    ['identities.user_id:"9007199254740993"', ['Zoé']],
    ['identities.user_id:9007199254740992', []],
    ['identities.profileData.email:"second@example.com"', ['Zoé']],
    ['blocked:true', ['Jane']],
    ['blocked:false', ['John']],
    // groups
    ['user_id:("auth0|jane" OR "auth0|john" OR "auth0|none")', ['Jane', 'John']],
    ['name:(jane OR zoé)', ['Jane', 'Zoé']],
    ['name:(smith AND jane)', ['Jane']],
    ['name:(jane zoé)', ['Jane', 'Zoé']],
    ['name:(smith AND NOT jane)', []],
    // operators
    ['name:smith AND blocked:true', ['Jane']],
    ['name:jane OR name:zoé', ['Jane', 'Zoé']],
    ['NOT name:jane', ['John', 'Zoé']],
    ['NOT NOT name:jane', ['Jane']],
    ['email.domain:example.com AND NOT name:jane', ['Zoé']],
    ['email.domain:example.com NOT name:jane', ['Zoé']],
    ['email.domain:example.com -name:jane', ['Zoé']],
    ['+email.domain:example.com name:john', ['Jane', 'Zoé']],
    ['+email.domain:example.com +name:jane', ['Jane']],
    ['name:jane OR NOT blocked:false', ['Jane', 'Zoé']],
    ['name:zoé OR name:john AND blocked:true', ['Zoé']],
    ['(name:zoé OR name:jane) AND blocked:true', ['Jane']],
    ['name:jane && blocked:true || name:zoé', ['Jane', 'Zoé']],
    ['!name:jane', ['John', 'Zoé']],
    ['-name:jane', ['John', 'Zoé']],
    ['name:jane blocked:false', ['Jane', 'John']],
    // ranges
    ['logins_count:[5 TO 100]', ['Jane', 'John']],
    ['logins_count:{5 TO 100]', ['John']],
    ['logins_count:[5 TO 100}', ['Jane']],
    ['logins_count:{100 TO *]', ['Zoé']],
    ['logins_count:[* TO 99]', ['Jane']],
    ['logins_count:[100 TO 200}', ['John']],
    ['created_at:[2026-01-01 TO *]', ['John', 'Zoé']],
    ['created_at:[* TO 2025-12-31]', ['Jane']],
    ['created_at:[* TO 2025-12-31}', []],
    ['created_at:[2026 TO 2026]', ['John', 'Zoé']],
    ['created_at:{2026-01 TO 2026-06]', ['Zoé']],
    ['last_login:[2026-03-01T12:00:00.000Z TO 2026-03-01T12:00:00Z]', ['Jane']],
    ['last_login:["2026-03-01T12:00:00.001Z" TO *]', ['John']],
    ['given_name:[a TO jazz]', ['Jane']],
    ['app_metadata.subscription.seats:[1 TO 3]', ['Jane']],
    ['user_metadata.size:[1 TO 9]', []],
    // wildcards
    ['name:jo*', ['John']],
    ['name:*jones', ['John']],
    ['name:*smith*', ['Jane', 'John']],
    ['name:j?ne*', ['Jane']],
    ['user_id:auth0*', ['Jane', 'John']],
    ['user_id:AUTH0*', []],
    ['app_metadata.plan:*old', ['Jane', 'John']],
    ['user_metadata.city:Par*', []],
    ['name:jane\\*', []],
    ['name:"j*"', []],
    // existence
    ['_exists_:blocked', ['Jane', 'John']],
    ['NOT _exists_:blocked', ['Zoé']],
    ['_exists_:app_metadata', ['Jane', 'John']],
    ['_exists_:app_metadata.empty', []],
    ['_exists_:app_metadata.none', []],
    ['_exists_:user_metadata.city', ['Jane']],
    ['blocked:*', ['Jane', 'John']],
    ['name:*', ['Jane', 'John', 'Zoé']],
    // no field: any text, save the metadata
    ['smith', ['Jane']],
    ['"jane smith"', ['Jane']],
    ['"smith jane"', []],
    ['github', ['Zoé']],
    ['Paris', []],
    ['jane zoé', ['Jane', 'Zoé']],
    // nobody has such a field
    ['constructor:x', []],
    ['_exists_:__proto__', []],
    ['organization_id:"org_1"', []],
  ])('%s', (q, found) => {
    expect(find(q)).toEqual(found);
  });

  it.each([
    'name:"jane',
    'name:',
    'name:()',
    '(name:jane',
    'name:jane)',
    'AND name:jane',
    'name:jane AND',
    'name:jane OR',
    'NOT',
    'name:[1 TO',
    'name:[1 2]',
    'name:[1 TO 2',
    'name:*sa',
    'name:jane~2',
    'name:jane^2',
    'name:trailing\\',
    'a:b:c',
    'name:(given_name:jane)',
    '*:jane',
    '_exists_:"name"',
    '['.repeat(3),
    '('.repeat(101),
    'na*e:jane',
  ])('that cannot be read is refused: %s', (q) => {
    expect(() => find(q)).toThrow(
      expect.objectContaining({ status: 400, errorCode: 'invalid_query_string' }),
    );
  });

  it('is refused over HTTP with the reason', async () => {
    await using tenant = await startTenant();
    const { status, body } = await tenant.call('GET', '/users?q=name:%22jane');
    expect(status).toBe(400);
    expect(body).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: 'Failed to parse query [name:"jane]: the quote at position 5 is never closed.',
      errorCode: 'invalid_query_string',
    });
  });
});

describe('any text', () => {
  const syntax = fc.string({
    unit: fc.constantFrom(
      ...'()[]{}:"\\+-!*?~^&| ab.',
      ' AND ',
      ' OR ',
      ' NOT ',
      ' TO ',
      '_exists_:',
      'name:',
    ),
    maxLength: 40,
  });

  it('is a search or a syntax error, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(syntax, fc.string()), (q) => {
        try {
          parseQuery(q);
        } catch (error) {
          expect(error).toBeInstanceOf(QuerySyntaxError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is found by itself in quotes, and nothing else is', () => {
    const value = fc.oneof(fc.string({ maxLength: 8 }), syntax);
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
        const users = values.map((text, index) => person(String(index), { app_metadata: { text } }));
        for (const wanted of values) {
          const found = [...searchUsers(users, `app_metadata.text:${quoted(wanted)}`)];
          expect(found).toEqual(users.filter((_, index) => values[index] === wanted));
        }
      }),
    );
  });

  it('finds every user by id in one search of many', () => {
    const id = fc.string({ minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 50 }), (ids) => {
        const users = ids.map((each) => person(each));
        const wanted = users.filter((_, index) => index % 2 === 0);
        const q = `user_id:(${wanted.map(({ user_id }) => quoted(user_id)).join(' OR ')})`;
        expect([...searchUsers(users, q)]).toEqual(wanted);
      }),
    );
  });

  function quoted(text: string): string {
    return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  }
});

describe('a pattern', () => {
  const part = fc.oneof(
    fc.constant('*' as const),
    fc.constant('?' as const),
    fc.record({ literal: fc.string({ unit: fc.constantFrom('a', 'b', '🙂'), minLength: 1, maxLength: 3 }) }),
  );

  it('fits what the same regular expression fits', () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 6 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '🙂'), maxLength: 10 }),
        (parts, text) => {
          const source = parts
            .map((each) => (each === '*' ? '.*' : each === '?' ? '.' : each.literal))
            .join('');
          expect(fitsPattern(text, parts)).toBe(new RegExp(`^${source}$`, 'su').test(text));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is quick where a backtracking matcher is not', () => {
    const parts = Array.from({ length: 30 }, () => ['*', { literal: 'a' }] as const).flat();
    expect(fitsPattern('a'.repeat(20_000), [...parts, { literal: 'b' }])).toBe(false);
  });
});
