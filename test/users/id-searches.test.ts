import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Token, tokensOf } from '../../src/sandbox/search/tokens.ts';
import { isSearchable, toIdSearches } from '../../src/users/id-searches.ts';
import { canExist } from '../../src/users/user-id.ts';

const id = fc
  .tuple(
    fc.constantFrom('auth0', 'samlp|a', 'a"\\'),
    fc.oneof(fc.string({ minLength: 1, unit: 'grapheme' }), fc.stringMatching(/^["\\ ()|:]{1,240}$/)),
  )
  .map((parts) => parts.join('|'))
  .filter((candidate) => canExist(candidate) && isSearchable(candidate));
const ids = fc.uniqueArray(id, { maxLength: 130 });

describe('searches for ids', () => {
  it('hold every id once, in order, and nothing else', () => {
    fc.assert(
      fc.property(ids, (all) => {
        const searches = toIdSearches(all);
        expect(searches.flatMap((search) => search.ids)).toEqual(all);
        for (const search of searches) expect(phrasesOf(search.query)).toEqual(search.ids);
      }),
    );
  });

  it('hold up to fifty ids in under 4 KiB, whatever is in them', () => {
    const longest = fc.constantFrom(...['x', '"', '\\', ' ', '🙂', 'ü'].map((one) => one.repeat(249)));
    const long = fc.tuple(fc.nat(), longest).map(([number, text]) => `${number % 9}|${text}`);
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(id, long), { maxLength: 130 }), (all) => {
        for (const search of toIdSearches(all)) {
          expect(search.ids.length).toBeGreaterThan(0);
          expect(search.ids.length).toBeLessThanOrEqual(50);
          expect(new URLSearchParams({ q: search.query }).toString().length).toBeLessThan(4096 - 500);
        }
      }),
    );
  });

  it('are as few as the limits allow, whatever is in them', () => {
    fc.assert(
      fc.property(ids, (all) => {
        const searches = toIdSearches(all);
        for (const [at, { ids: one, query }] of searches.entries()) {
          const [next] = searches[at + 1]?.ids ?? [];
          if (next === undefined || one.length === 50) continue;
          const together = query.replace(/\)$/, ` OR "${next.replace(/["\\]/g, '\\$&')}")`);
          expect(new URLSearchParams({ q: together }).toString().length - 'q='.length).toBeGreaterThan(3_584);
        }
      }),
    );
  });

  it('of ids with spaces, which take one character each, are as few', () => {
    const spacious = Array.from({ length: 12 }, (_, n) => `ad|${' '.repeat(240)}${n}x`);
    expect(toIdSearches(spacious)).toHaveLength(1);
  });

  it('of usual ids are fifty at a time', () => {
    const usual = Array.from({ length: 100 }, (_, n) => `auth0|${n.toString(16).padStart(24, '0')}`);
    expect(toIdSearches(usual).map((search) => search.ids.length)).toEqual([50, 50]);
    expect(toIdSearches(usual.slice(0, 50))).toHaveLength(1);
    expect(toIdSearches([])).toEqual([]);
  });

  it('are written as Auth0 reads them', () => {
    expect(toIdSearches(['auth0|1', 'ad|O"Neil\\x'])[0]?.query).toBe(
      String.raw`user_id:("auth0|1" OR "ad|O\"Neil\\x")`,
    );
  });
});

it.each(['auth0|*', 'auth0|a?b'])('%s is not searched for: it may be a pattern', (pattern) => {
  expect(isSearchable(pattern)).toBe(false);
});

/** The alternatives, as the sandbox's own reading of the syntax has them. */
function phrasesOf(query: string): string[] {
  const [field, colon, open, ...rest] = tokensOf(query);
  expect([field, colon, open]).toMatchObject([
    { kind: 'word', parts: [{ literal: 'user_id' }] },
    { mark: ':' },
    { mark: '(' },
  ]);
  expect(rest.slice(-2)).toMatchObject([{ mark: ')' }, { kind: 'end' }]);
  return rest.slice(0, -2).flatMap((token, index) => phraseOf(token, index));
}

function phraseOf(token: Token, index: number): string[] {
  if (index % 2 === 0 && token.kind === 'phrase') return [token.text];
  expect(token).toMatchObject({ kind: 'mark', mark: 'OR' });
  return [];
}
