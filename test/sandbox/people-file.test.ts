import { describe, expect, it } from 'vitest';
import { connections } from '../../src/sandbox/connections.ts';
import { builtInPeople } from '../../src/sandbox/people.ts';
import { parsePeople } from '../../src/sandbox/people-file.ts';
import { person, startTenant, userPath } from './support.ts';

const ann = { ...person('ann'), password: 'hers alone', permissions: ['read:users'] };
const bob = person('bob');

describe('a file of people', () => {
  it('is a JSON array', () => {
    expect(parsePeople(JSON.stringify([ann, bob], null, 2))).toEqual([ann, bob]);
    expect(parsePeople(' []')).toEqual([]);
  });

  it('or JSON lines, blank ones between them', () => {
    expect(parsePeople(`${JSON.stringify(ann)}\r\n\n${JSON.stringify(bob)}\n`)).toEqual([ann, bob]);
    expect(parsePeople('')).toEqual([]);
  });

  it('keeps every digit of long integers', async () => {
    const id = '123456789012345678901';
    const text = JSON.stringify({
      ...person('x', { user_id: `github|${id}` }),
      identities: [{ provider: 'github', connection: 'github', user_id: 0, isSocial: true }],
    }).replace('"user_id":0', `"user_id":${id}`);
    await using tenant = await startTenant({ people: parsePeople(text) });
    expect((await tenant.call('GET', userPath(`github|${id}`))).text).toContain(`"user_id":${id},`);
    expect(await tenant.search(`identities.user_id:${id}`)).toEqual([`github|${id}`]);
  });

  it('signs people in with their own password and permissions, which nobody sees', async () => {
    await using tenant = await startTenant({ people: parsePeople(JSON.stringify([ann, bob])) });
    const { body } = await tenant.requestToken({
      grant_type: 'password',
      client_id: 'console',
      client_secret: 'console-secret',
      audience: 'https://users.gateway.example/',
      username: 'ann@example.com',
      password: 'hers alone',
    });
    expect(body['scope']).toBe('read:users');
    expect(tenant.people).toEqual([
      { email: 'ann@example.com', userId: 'auth0|ann', name: 'ann', permissions: ['read:users'] },
      { email: 'bob@example.com', userId: 'auth0|bob', name: 'bob', permissions: [] },
    ]);
    const { body: shown } = await tenant.call('GET', userPath('auth0|ann'));
    expect(Object.keys(shown)).not.toContain('password');
    expect(Object.keys(shown)).not.toContain('permissions');
  });

  it('brings connections of its own, synced at login where a provider keeps the profiles', async () => {
    const identity = { provider: 'okta', connection: 'new-okta', user_id: 'u', isSocial: false };
    const people = [person('u', { user_id: 'okta|u', identities: [identity] })];
    await using tenant = await startTenant({ people });
    const { status, body } = await tenant.call('PATCH', userPath('okta|u'), { body: { name: 'x' } });
    expect([status, body['errorCode']]).toEqual([400, 'operation_not_supported']);
  });

  it.each([
    ['[{]', /^the file: expected JSON/],
    [`${JSON.stringify(ann)}\n{`, /^line 2: expected JSON/],
    ['"ann"', /^line 1: expected a user, as a JSON object$/],
    [JSON.stringify([ann, 5]), /^user 1: expected a user, as a JSON object$/],
    [
      JSON.stringify({ ...ann, user_id: 'ann' }),
      /^line 1: expected user_id to be a string with a "\|" in it/,
    ],
    [
      JSON.stringify({ ...ann, identities: [] }),
      /^line 1: expected identities to be a list of at least one object/,
    ],
    [JSON.stringify({ ...ann, identities: [{ provider: 'auth0' }] }), /^line 1: expected identities/],
    [JSON.stringify({ ...ann, password: 1 }), /^line 1: expected password to be a string$/],
    [
      JSON.stringify({ ...ann, permissions: 'all' }),
      /^line 1: expected permissions to be a list of strings$/,
    ],
    [
      `${JSON.stringify(ann)}\n\n${JSON.stringify(ann)}`,
      /^line 3: expected another user_id than line 1 has$/,
    ],
  ])('says where it is wrong: %s', (text, message) => {
    expect(() => parsePeople(text)).toThrow(message);
  });
});

describe('the built-in people', () => {
  it('are such as a file could hold', () => {
    expect(JSON.stringify(parsePeople(JSON.stringify(builtInPeople)))).toBe(JSON.stringify(builtInPeople));
  });

  it('have the id their first identity gives them', () => {
    for (const { user_id, identities } of builtInPeople) {
      const [first] = identities;
      const bare = JSON.stringify(first?.user_id).replaceAll('"', '');
      expect(user_id).toBe(`${first?.provider}|${bare}`);
    }
  });

  it('come from connections the tenant has', () => {
    const known = new Map(connections.map(({ name, strategy }) => [name, strategy]));
    for (const { connection, provider } of builtInPeople.flatMap(({ identities }) => identities)) {
      expect(known.get(connection)).toBe(provider);
    }
  });

  it('have different e-mails, at domains nobody owns save one', () => {
    const emails = builtInPeople.map(({ email }) => email).filter((email) => email !== undefined);
    expect(new Set(emails).size).toBe(emails.length);
    for (const email of emails) expect(email).toMatch(/@((login\.)?example\.com|gmail\.com)$/);
  });
});
