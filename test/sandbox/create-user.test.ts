import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { john, startTenant, type Tenant, userPath } from './support.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());

const create = (body: unknown) => tenant.call('POST', '/users', { body });
const database = { connection: 'Username-Password-Authentication', password: 'long enough' };

describe('POST /api/v2/users', () => {
  it('fills in what is not given', async () => {
    const { status, body } = await create({ ...database, email: 'Nora.New@Example.com' });
    expect(status).toBe(201);
    const id = String(body['user_id']).replace('auth0|', '');
    const hash = createHash('md5').update('nora.new@example.com').digest('hex');
    expect(id).toMatch(/^[0-9a-f]{24}$/);
    expect(body).toEqual({
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      email: 'nora.new@example.com',
      email_verified: false,
      identities: [
        { connection: 'Username-Password-Authentication', user_id: id, provider: 'auth0', isSocial: false },
      ],
      name: 'nora.new@example.com',
      nickname: 'nora.new',
      picture: `https://s.gravatar.com/avatar/${hash}?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fno.png`,
      updated_at: body['created_at'],
      user_id: `auth0|${id}`,
    });
    expect((await tenant.call('GET', userPath(`auth0|${id}`))).body).toEqual(body);
  });

  it('keeps what is given', async () => {
    const given = {
      email: 'gwen@example.com',
      email_verified: true,
      blocked: false,
      name: 'Gwen Given',
      nickname: 'gwen',
      given_name: 'Gwen',
      family_name: 'Given',
      picture: 'https://example.com/gwen.png',
      user_metadata: { a: 1 },
      app_metadata: { b: 2 },
    };
    const { body } = await create({
      ...database,
      ...given,
      username: 'Gwen',
      user_id: 'gwen-1',
      verify_email: false,
    });
    expect(body).toMatchObject({ ...given, username: 'gwen', user_id: 'auth0|gwen-1' });
    expect(body).not.toHaveProperty('verify_email');
    expect(body).not.toHaveProperty('password');
  });

  it('keeps an empty user_metadata and drops an empty app_metadata', async () => {
    const { body } = await create({
      ...database,
      email: 'm@example.com',
      user_metadata: {},
      app_metadata: {},
    });
    expect(body['user_metadata']).toEqual({});
    expect(body).not.toHaveProperty('app_metadata');
  });

  it('makes passwordless users', async () => {
    const sms = await create({ connection: 'sms', phone_number: '+14155550111' });
    expect(sms.body).toMatchObject({
      phone_number: '+14155550111',
      name: '+14155550111',
      picture: 'https://cdn.auth0.com/avatars/default.png',
      identities: [{ provider: 'sms', connection: 'sms', isSocial: false }],
    });
    const email = await create({ connection: 'email', email: 'less@example.com' });
    expect(email.body).toMatchObject({ email: 'less@example.com', identities: [{ provider: 'email' }] });
    expect(email.body).not.toHaveProperty('picture');
  });

  it.each([
    ['an e-mail that is taken', { ...database, email: 'JOHN.doe@gmail.com' }],
    ['an id that is taken', { ...database, email: 'other@example.com', user_id: john.replace('auth0|', '') }],
    ['a phone number that is taken', { connection: 'sms', phone_number: '+14155550199' }],
  ])('refuses %s', async (_, body) => {
    const answer = await create(body);
    expect([answer.status, answer.body]).toEqual([
      409,
      {
        statusCode: 409,
        error: 'Conflict',
        message: 'The user already exists.',
        errorCode: 'auth0_idp_error',
      },
    ]);
  });

  it.each([
    [
      { email: 'a@example.com' },
      "Payload validation error: 'Missing required property: connection'.",
      'invalid_body',
    ],
    [{ ...database }, "Payload validation error: 'Missing required property: email'.", 'invalid_body'],
    [
      { connection: database.connection, email: 'a@example.com' },
      "Payload validation error: 'Missing required property: password'.",
      'invalid_body',
    ],
    [
      { ...database, email: null },
      "Payload validation error: 'Expected type string but found type null' on property email (The user's email).",
      'invalid_body',
    ],
    [
      { ...database, email: 'a@example.com', connection: 'none' },
      'The connection does not exist.',
      'inexistent_connection',
    ],
    [
      { ...database, email: 'a@example.com', connection: 'github' },
      'Connection is not supported for this operation.',
      undefined,
    ],
    [
      { ...database, email: 'a@example.com', password: 'short' },
      'PasswordStrengthError: Password is too weak',
      undefined,
    ],
    [
      { ...database, email: 'a@example.com', username: 'johndoe' },
      'The username provided is in use already.',
      undefined,
    ],
  ])('refuses %j', async (body, message, errorCode) => {
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(answer.body['message']).toBe(message);
    expect(answer.body['errorCode']).toBe(errorCode);
  });

  it('refuses properties it does not know', async () => {
    const { body } = await create({ ...database, email: 'a@example.com', locale: 'de' });
    expect(body['message']).toContain('Additional properties not allowed: locale');
  });
});

describe('DELETE /api/v2/users/{id}', () => {
  it('removes the user, and is as content to find nobody', async () => {
    const { body } = await create({ ...database, email: 'gone@example.com' });
    const path = userPath(String(body['user_id']));
    for (const turn of ['first', 'second']) {
      const { status, text } = await tenant.call('DELETE', path);
      expect([turn, status, text]).toEqual([turn, 204, '']);
    }
    expect((await tenant.call('GET', path)).status).toBe(404);
    expect((await create({ ...database, email: 'gone@example.com' })).status).toBe(201);
  });
});
