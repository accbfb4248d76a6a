import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canExist } from '../../src/users/user-id.ts';

describe('an id', () => {
  it.each([
    'auth0|507f1f77bcf86cd799439020',
    'ad|Example-LDAP|jdoe',
    'office365|1003@MicrosoftOnline.com',
    'samlp|corp|../../clients',
    'x|..',
    '||a',
    'a||',
    'auth0|with spaces and / and ?',
    `a|${'😀'.repeat(253)}`,
  ])('can be %j', (id) => {
    expect(canExist(id)).toBe(true);
  });

  it.each([
    '',
    'auth0',
    '|',
    'auth0|',
    '|507f',
    '|a|',
    '..',
    'auth0|line\nbreak',
    'auth0|\0',
    'auth0|\x7f',
    'auth0|\u0085',
    `a|${'x'.repeat(254)}`,
    `a|${'😀'.repeat(254)}`,
    'auth0|\ud800',
    '\udc00|x',
  ])('cannot be %j', (id) => {
    expect(canExist(id)).toBe(false);
  });

  it('that can exist can be percent-encoded', () => {
    const ids = fc.string({ unit: 'binary' }).map((text) => `auth0|${text}`);
    const halves = fc
      .integer({ min: 0xd800, max: 0xdfff })
      .map((unit) => `auth0|${String.fromCharCode(unit)}`);
    fc.assert(fc.property(fc.oneof(ids, halves), (id) => !canExist(id) || encodeURIComponent(id).length > 0));
  });
});
