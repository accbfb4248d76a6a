import { describe, expect, it } from 'vitest';
import { parseBearer } from '../../src/auth/bearer.ts';

describe('the Authorization header', () => {
  it('is no token where it is absent', () => {
    expect(parseBearer(null)).toEqual({ kind: 'none' });
  });

  it.each(['Bearer a.b-c_d', 'bearer a.b-c_d', 'BEARER   a.b-c_d', ' Bearer a.b-c_d '])(
    'holds one token after the scheme: %o',
    (header) => {
      expect(parseBearer(header)).toEqual({ kind: 'token', token: 'a.b-c_d' });
    },
  );

  it('may hold every character of a b64token', () => {
    expect(parseBearer('Bearer aZ09-._~+/==')).toEqual({ kind: 'token', token: 'aZ09-._~+/==' });
  });

  it.each([
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a, Bearer b',
    'Bearer a=b',
    'Bearer "a"',
    'Bearer\ta',
    'Bearer é',
    'Bearera',
    'Basic dXNlcjpwYXNz',
    'DPoP a',
    'a.b.c',
  ])('is refused when it holds anything else: %o', (header) => {
    expect(parseBearer(header).kind).toBe('malformed');
  });

  it.each([
    [' Bearer a b', 'expected one token after Bearer'],
    ['Bearer', 'expected one token after Bearer'],
    ['DPoP a', 'expected an Authorization header of the Bearer scheme'],
    ['DPoP Bearer', 'expected an Authorization header of the Bearer scheme'],
  ])('is refused with what was expected: %o', (header, description) => {
    expect(parseBearer(header)).toEqual({ kind: 'malformed', description });
  });

  it('is refused without being quoted', () => {
    expect(JSON.stringify(parseBearer('Basic dXNlcjpwYXNz'))).not.toContain('dXNl');
  });

  it('is read in time that grows with its length', () => {
    expect(parseBearer(`Bearer ${' '.repeat(100_000)}!`).kind).toBe('malformed');
    expect(parseBearer(`Bearer ${'='.repeat(100_000)}!`).kind).toBe('malformed');
  }, 2_000);
});
