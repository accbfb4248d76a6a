import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInPeople } from '../../src/sandbox/people.ts';
import { john, person, startTenant, type Tenant, userPath } from './support.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());

describe('GET /api/v2/users/{id}', () => {
  it.each(builtInPeople.map(({ user_id }) => user_id))('finds %s', async (userId) => {
    const { status, body } = await tenant.call('GET', userPath(userId));
    expect([status, body['user_id']]).toEqual([200, userId]);
  });

  it.each(['auth0|a/b', 'auth0|100%', 'auth0|ü 🙂', 'auth0|a?b#c', 'auth0|a+b', 'auth0|..', 'auth0|%7C'])(
    'takes %s as one encoded part of the path',
    async (userId) => {
      await using own = await startTenant({ people: [person('x', { user_id: userId })] });
      const { status, body } = await own.call('GET', userPath(userId));
      expect([status, body['user_id']]).toEqual([200, userId]);
    },
  );

  it('gives the fields that are asked for, or all but those', async () => {
    const { body: some } = await tenant.call(
      'GET',
      `${userPath(john)}?fields=name,email&include_fields=true`,
    );
    expect(some).toEqual({ name: 'John Doe', email: 'john.doe@gmail.com' });
    const { body: others } = await tenant.call(
      'GET',
      `${userPath(john)}?fields=name,email&include_fields=false`,
    );
    expect(Object.keys(others)).not.toContain('name');
    expect(Object.keys(others)).toContain('identities');
  });

  it('ignores include_fields without fields', async () => {
    const { body } = await tenant.call('GET', `${userPath(john)}?include_fields=false`);
    expect(body).toEqual((await tenant.call('GET', userPath(john))).body);
  });

  it('gives numeric ids as numbers, with all their digits', async () => {
    expect((await tenant.call('GET', userPath('github|12345678'))).text).toContain('"user_id":12345678,');
    const { text } = await tenant.call('GET', userPath('github|9007199254740993'));
    expect(text).toContain('"user_id":9007199254740993,');
  });

  it('keeps those digits through an update', async () => {
    const { text } = await tenant.call('PATCH', userPath('github|9007199254740993'), {
      body: { blocked: true },
    });
    expect(text).toContain('"user_id":9007199254740993,');
    expect(await tenant.search('identities.user_id:"9007199254740993"')).toEqual(['github|9007199254740993']);
  });
});

describe('GET /api/v2/users-by-email', () => {
  const byEmail = async (query: string) => (await tenant.call('GET', `/users-by-email?${query}`)).list;

  it('finds by the e-mail, letter for letter', async () => {
    expect((await byEmail('email=john.doe@gmail.com')).map((user) => user['user_id'])).toEqual([john]);
    expect(await byEmail('email=John.Doe@gmail.com')).toEqual([]);
  });

  it('finds everybody who has it', async () => {
    const people = [person('a', { email: 'same@example.com' }), person('b', { email: 'same@example.com' })];
    await using own = await startTenant({ people });
    const { list } = await own.call('GET', '/users-by-email?email=same@example.com');
    expect(list.map((user) => user['user_id'])).toEqual(['auth0|a', 'auth0|b']);
  });

  it('gives the fields that are asked for', async () => {
    expect(await byEmail('email=john.doe@gmail.com&fields=user_id')).toEqual([{ user_id: john }]);
  });
});
