import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireObject, WirePatch, WireUser } from '../../src/auth0/wire.ts';
import { predict } from '../../src/users/predict.ts';
import { isQuiet, reconcile, type Verdict } from '../../src/users/reconcile.ts';
import { john, upstreamUsers } from './support.ts';

const later = '2026-03-01T00:00:00.000Z';

/** John some time after, with these attributes changed. */
function since(changes: WireObject = {}): WireUser {
  return { ...john, updated_at: later, ...changes, user_id: john.user_id };
}

function verdict(
  patch: WirePatch,
  after: WireUser,
  { before = john, mayStillArrive = false }: { before?: WireObject | null; mayStillArrive?: boolean } = {},
): Verdict {
  return reconcile({ patch, before, after, mayStillArrive });
}

describe('a write', () => {
  it.each<[string, WirePatch, WireObject]>([
    ['an attribute', { name: 'Jack', blocked: true }, { name: 'Jack', blocked: true }],
    ['an address, in lower case', { email: 'Jack@Example.com' }, { email: 'jack@example.com' }],
    ['an attribute that is unset', { given_name: null }, { given_name: undefined }],
    ['an attribute that is null', { given_name: null }, { given_name: null }],
    ['metadata, merged', { user_metadata: { size: 3 } }, { user_metadata: { ...meta(), size: 3 } }],
    ['a deleted key', { user_metadata: { colour: null } }, { user_metadata: { address: { city: 'Paris' } } }],
    ['cleared metadata', { app_metadata: {} }, { app_metadata: undefined }],
    ['metadata of others beside', { app_metadata: { a: 1 } }, { app_metadata: { a: 1, theirs: true } }],
  ])('that shows is applied: %s', (_, patch, changes) => {
    expect(verdict(patch, since(changes))).toBe('applied');
    expect(verdict(patch, since(changes), { before: null })).toBe('applied');
    expect(verdict(patch, since(changes), { mayStillArrive: true })).toBe('applied');
    expect(verdict(patch, since(changes), { before: { updated_at: john['updated_at'] } })).toBe('applied');
  });

  it.each<[string, WirePatch, WireObject]>([
    ['one attribute of two', { name: 'Jack', nickname: 'J' }, { name: 'Jack' }],
    [
      'nested metadata that was merged',
      { user_metadata: { address: { zip: '1' } } },
      { user_metadata: meta() },
    ],
    ['a key that is still there', { user_metadata: { colour: null } }, { user_metadata: meta() }],
    ['metadata that is not cleared', { app_metadata: {} }, { app_metadata: { plan: 'gold' } }],
    ['an attribute that is still set', { given_name: null }, { given_name: 'John' }],
    ['a flag that is absent', { email_verified: true }, { email_verified: undefined }],
  ])('that shows only in part is unknown: %s', (_, patch, changes) => {
    expect(verdict(patch, since(changes))).toBe('unknown');
    expect(verdict(patch, since(changes), { before: null })).toBe('unknown');
  });

  it('after which nothing has moved is not applied', () => {
    expect(verdict({ name: 'Jack' }, john)).toBe('not-applied');
    expect(verdict({ name: 'Jack' }, john, { before: { updated_at: john['updated_at'] } })).toBe(
      'not-applied',
    );
  });

  it('that asked for what was already so is not applied either, where nothing has moved', () => {
    const patch = { name: String(john['name']) };
    expect(verdict(patch, john)).toBe('not-applied');
    expect(verdict(patch, john, { mayStillArrive: true })).toBe('unknown');
    // Nobody can tell: the user is as was asked.
    expect(verdict(patch, john, { before: null })).toBe('applied');
  });

  it.each<[string, WireObject | null, boolean]>([
    ['it may still arrive', john, true],
    ['nobody knows how the user was', null, false],
    ['nobody knows when the user was updated', { name: john['name'] }, false],
    ['the user has no time of an update', { ...john, updated_at: undefined }, false],
  ])('that does not show is unknown where %s', (_, before, mayStillArrive) => {
    const after = before === null ? john : since({ updated_at: before['updated_at'] });
    expect(verdict({ name: 'Jack' }, after, { before, mayStillArrive })).toBe('unknown');
  });
});

describe('a password', () => {
  const patch = { password: 'canary', app_metadata: { a: 1 } };
  const done = { app_metadata: { plan: 'gold', a: 1 } };

  it('is applied where the time of the last one has moved', () => {
    expect(verdict(patch, since({ ...done, last_password_reset: later }))).toBe('applied');
    expect(verdict({ password: 'canary' }, since({ last_password_reset: later }))).toBe('applied');
  });

  it.each<[string, WireUser, WireObject | null]>([
    ['only what is beside it shows', since(done), john],
    ['nobody knows when the last one was', since({ ...done, last_password_reset: later }), null],
    ['what is beside it does not show', since({ last_password_reset: later }), john],
  ])('is unknown where %s', (_, after, before) => {
    expect(verdict(patch, after, { before })).toBe('unknown');
  });
});

describe.each<WirePatch>([{ verify_email: true }, { verify_phone_number: true }])('%o', (patch) => {
  it('is applied where the user was updated, and nothing else explains it', () => {
    expect(verdict(patch, since())).toBe('applied');
  });

  it('is unknown after a login, and where nobody knows how the user was', () => {
    expect(verdict(patch, since({ last_login: later }))).toBe('unknown');
    expect(verdict(patch, since(), { before: null })).toBe('unknown');
  });
});

describe('whatever the user and the patch', () => {
  const patches: fc.Arbitrary<WirePatch> = fc
    .record(
      {
        name: fc.option(fc.string({ minLength: 1 })),
        given_name: fc.option(fc.constantFrom('John', 'Jack')),
        email: fc.option(fc.constantFrom('A@Example.com', 'a@example.com')),
        email_verified: fc.boolean(),
        blocked: fc.boolean(),
        username: fc.option(fc.constantFrom('John', 'john')),
        connection: fc.constantFrom('github', 'Username-Password-Authentication'),
        user_metadata: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }),
        app_metadata: fc.dictionary(fc.constantFrom('plan', 'a', 'b'), fc.jsonValue(), { maxKeys: 3 }),
      },
      { requiredKeys: [] },
    )
    .map((patch) => patch as WirePatch);
  const people = fc.oneof(fc.constant(john), upstreamUsers);

  it('an update that was made is found to be', () => {
    fc.assert(
      fc.property(people, patches, fc.boolean(), fc.boolean(), (user, patch, mayStillArrive, isKnown) => {
        const before = { ...user, updated_at: '2026-02-01T00:00:00.000Z' };
        const after = { ...predict(before, patch), updated_at: later };
        expect(reconcile({ patch, before: isKnown ? before : null, after, mayStillArrive })).toBe('applied');
      }),
    );
  });

  it('one that was not is never taken for made where the user is known from before', () => {
    fc.assert(
      fc.property(people, patches, fc.boolean(), (user, patch, mayStillArrive) => {
        const before = { ...user, updated_at: '2026-02-01T00:00:00.000Z' };
        const verdict = reconcile({ patch, before, after: structuredClone(before), mayStillArrive });
        expect(verdict).toBe(mayStillArrive ? 'unknown' : 'not-applied');
      }),
    );
  });

  it('is called applied only where each attribute is as asked', () => {
    fc.assert(
      fc.property(people, patches, people, ({ user_id }, patch, someone) => {
        const after: WireUser = { ...someone, user_id };
        if (reconcile({ patch, before: null, after, mayStillArrive: false }) !== 'applied') return;
        if (patch.name !== undefined && typeof after['name'] === 'string')
          expect(after['name']).toBe(patch.name);
        if (patch.blocked === true) expect(String(after['blocked'])).toBe('true');
        for (const [key, value] of Object.entries(patch.app_metadata ?? {}))
          if (value !== null) expect(after).toHaveProperty(['app_metadata', key]);
      }),
    );
  });
});

describe('a patch is quiet', () => {
  it.each<[boolean, WirePatch]>([
    [true, { name: 'J', user_metadata: {}, blocked: true, email_verified: true, connection: 'db' }],
    [false, { password: 'canary' }],
    [false, { verify_email: false }],
    [false, { verify_phone_number: true }],
    [false, { email: null }],
    [false, { phone_number: '+1', name: 'J' }],
    [false, { username: 'j' }],
  ])('(%o): %o', (expected, patch) => {
    expect(isQuiet(patch)).toBe(expected);
  });
});

function meta(): WireObject {
  return john['user_metadata'] as WireObject;
}
