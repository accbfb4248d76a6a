import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeMetadata } from '../../src/sandbox/metadata.ts';
import type { JsonObject, Person } from '../../src/sandbox/user-record.ts';
import { john, person, startTenant, type Tenant, userPath } from './support.ts';

type RecordedUpdate = {
  readonly source: string;
  readonly query: string;
  readonly before: Person;
  readonly requestBody: JsonObject;
  readonly after: JsonObject;
};

const recorded = readFileSync(new URL('fixtures/recorded-updates.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as RecordedUpdate);

describe('an update recorded at a real tenant', () => {
  it('has eight of them to replay', () => {
    expect(recorded).toHaveLength(8);
  });

  it.each(recorded)('replays: $source', async ({ before, query, requestBody, after }) => {
    await using tenant = await startTenant({ people: [before] });
    const { status, body } = await tenant.call('PATCH', userPath(before.user_id) + query, {
      body: requestBody,
    });
    expect(status).toBe(200);
    expect(body).toEqual({ ...after, ...sameKeys(after, body) });
    expect(Date.parse(String(body['updated_at']))).toBeGreaterThan(Date.parse(String(before['updated_at'])));
    expect((await tenant.call('GET', userPath(before.user_id))).body).toEqual(body);
  });

  /** The times the server gives: they are there where the recording has them, and nowhere else. */
  function sameKeys(after: JsonObject, body: JsonObject): JsonObject {
    const generated = ['updated_at', 'last_password_reset'].filter((key) => Object.hasOwn(after, key));
    for (const key of generated) expect(body[key]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    return Object.fromEntries(generated.map((key) => [key, body[key]]));
  }
});

describe('PATCH /api/v2/users/{id}', () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await startTenant();
  });
  afterAll(() => tenant[Symbol.asyncDispose]());

  const update = (userId: string, body: unknown) => tenant.call('PATCH', userPath(userId), { body });

  it('replaces the fields that are sent and leaves the others alone', async () => {
    const { body: before } = await tenant.call('GET', userPath(john));
    const { status, body } = await update(john, { name: 'J. Doe', nickname: 'jd', blocked: true });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before,
      name: 'J. Doe',
      nickname: 'jd',
      blocked: true,
      updated_at: body['updated_at'],
    });
  });

  it('keeps an e-mail of its own store, and a username, in lower case', async () => {
    expect((await update(john, { email: 'John.D@Example.com' })).body['email']).toBe('john.d@example.com');
    expect((await update(john, { username: 'JohnD' })).body['username']).toBe('johnd');
  });

  it('accepts the e-mail the user already has', async () => {
    const { body: before } = await tenant.call('GET', userPath(john));
    expect((await update(john, { email: before['email'] })).status).toBe(200);
  });

  it('removes a phone number with null', async () => {
    expect((await update(john, { phone_number: null })).body).not.toHaveProperty('phone_number');
  });

  it('removes a name with null where the identity provider owns it and does not sync it', async () => {
    const { status, body } = await update('linkedin|Zx81Yw72', { given_name: null, nickname: 'li' });
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('given_name');
    expect(body['nickname']).toBe('li');
  });

  it('allows the fields that belong to Auth0 on a user whose profile is synced', async () => {
    const { status, body } = await update('waad|d0dRSs6nRR2Ybe6Trr5jeQ', {
      blocked: false,
      app_metadata: { desk: 12 },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ blocked: false, app_metadata: { desk: 12 } });
  });

  it('changes a linked account where `connection` names it, and the user not at all', async () => {
    await using own = await startTenant({ people: [linked] });
    const { body } = await own.call('PATCH', userPath(linked.user_id), {
      body: { connection: 'legacy-customers', email: 'new@example.com' },
    });
    expect(body).toMatchObject({
      email: 'primary@example.com',
      identities: [{}, { profileData: { email: 'new@example.com', email_verified: true } }],
    });
  });

  const linked = person('primary', {
    identities: [
      {
        connection: 'Username-Password-Authentication',
        user_id: 'primary',
        provider: 'auth0',
        isSocial: false,
      },
      {
        connection: 'legacy-customers',
        user_id: '77',
        provider: 'auth0',
        isSocial: false,
        profileData: { email: 'old@example.com', email_verified: true },
      },
    ],
  });

  it('shows nothing of what only has an effect', async () => {
    const { body: before } = await tenant.call('GET', userPath(john));
    const { body } = await update(john, { verify_email: true, client_id: 'someone' });
    expect(body).toEqual({ ...before, updated_at: body['updated_at'] });
  });

  it('moves updated_at every time, however fast', async () => {
    const seen: number[] = [];
    for (let turn = 0; turn < 30; turn += 1) {
      seen.push(Date.parse(String((await update(john, { blocked: false })).body['updated_at'])));
    }
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
  });

  it('moves updated_at even where it lies in the future', async () => {
    await using own = await startTenant({
      people: [person('f', { updated_at: '2999-01-01T00:00:00.000Z' })],
    });
    const { body } = await own.call('PATCH', userPath('auth0|f'), { body: { blocked: true } });
    expect(body['updated_at']).toBe('2999-01-01T00:00:00.001Z');
  });

  it('ignores fields and include_fields', async () => {
    const path = `${userPath(john)}?fields=email&include_fields=true`;
    const { body } = await tenant.call('PATCH', path, { body: { blocked: true } });
    expect(body).toHaveProperty('identities');
  });

  it('makes a new password the one that signs in', async () => {
    await using own = await startTenant();
    await own.call('PATCH', userPath(john), { body: { password: 'correct horse battery' } });
    expect((await signIn(own, 'sandbox')).status).toBe(403);
    expect((await signIn(own, 'correct horse battery')).status).toBe(200);
  });

  function signIn(own: Tenant, password: string) {
    return own.requestToken({
      grant_type: 'password',
      client_id: 'console',
      client_secret: 'console-secret',
      audience: 'https://users.gateway.example/',
      username: 'john.doe@gmail.com',
      password,
    });
  }

  it('never shows a password', async () => {
    const { text } = await update(john, { password: 'correct horse battery' });
    expect(text).not.toContain('correct horse');
    expect((await tenant.call('GET', '/users')).text).not.toMatch(/"(password|permissions)"/);
  });
});

describe('metadata', () => {
  const before = { kept: 1, nested: { a: 1, b: { c: 2 } }, list: [1, 2, 3] };

  it.each(['user_metadata', 'app_metadata'])('%s is merged at the first level only', async (kind) => {
    await using tenant = await startTenant({ people: [person('m', { [kind]: before })] });
    const change = { nested: { b: 1 }, list: [4], added: { x: null } };
    const { body } = await tenant.call('PATCH', userPath('auth0|m'), { body: { [kind]: change } });
    expect(body[kind]).toEqual({ kept: 1, nested: { b: 1 }, list: [4], added: { x: null } });
  });

  it.each(['user_metadata', 'app_metadata'])('a key of %s is removed by null', async (kind) => {
    await using tenant = await startTenant({ people: [person('m', { [kind]: before })] });
    const change = { nested: null, absent: null };
    const { body } = await tenant.call('PATCH', userPath('auth0|m'), { body: { [kind]: change } });
    expect(body[kind]).toEqual({ kept: 1, list: [1, 2, 3] });
  });

  it('an empty object wipes user_metadata and leaves `{}`', async () => {
    await using tenant = await startTenant({ people: [person('m', { user_metadata: before })] });
    const { body } = await tenant.call('PATCH', userPath('auth0|m'), { body: { user_metadata: {} } });
    expect(body['user_metadata']).toEqual({});
  });

  it('an empty object wipes app_metadata and leaves no key', async () => {
    await using tenant = await startTenant({ people: [person('m', { app_metadata: before })] });
    const { body } = await tenant.call('PATCH', userPath('auth0|m'), { body: { app_metadata: {} } });
    expect(body).not.toHaveProperty('app_metadata');
    expect((await tenant.call('GET', userPath('auth0|m'))).body).not.toHaveProperty('app_metadata');
  });

  it('leaves no app_metadata once its last key is removed', async () => {
    await using tenant = await startTenant({ people: [person('m', { app_metadata: { a: 1 } })] });
    const { body } = await tenant.call('PATCH', userPath('auth0|m'), { body: { app_metadata: { a: null } } });
    expect(body).not.toHaveProperty('app_metadata');
  });

  it('takes keys that mean something to JavaScript as they are', () => {
    const merged = mergeMetadata(
      { kept: 1 },
      JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}') as JsonObject,
    );
    expect(JSON.stringify(merged)).toBe('{"kept":1,"__proto__":{"x":1},"constructor":2}');
    expect(({} as JsonObject)['x']).toBeUndefined();
  });

  const metadata = fc.dictionary(
    fc.string(),
    fc.jsonValue().filter((value) => value !== null),
  );

  it('merges twice as once, and never touches what it was given', () => {
    fc.assert(
      fc.property(metadata, metadata, (old, change) => {
        const copy = structuredClone(old);
        const once = mergeMetadata(old, change);
        expect(mergeMetadata(once, change)).toEqual(once);
        expect(old).toEqual(copy);
      }),
    );
  });

  it('holds every key of the change, and those of before it does not mention', () => {
    fc.assert(
      fc.property(metadata, metadata, (old, change) => {
        fc.pre(Object.keys(change).length > 0);
        const merged = mergeMetadata(old, change);
        expect(new Set(Object.keys(merged))).toEqual(new Set([...Object.keys(old), ...Object.keys(change)]));
        for (const [key, value] of Object.entries(merged)) {
          expect(value).toBe(Object.hasOwn(change, key) ? change[key] : old[key]);
        }
      }),
    );
  });
});
