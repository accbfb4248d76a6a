import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../../src/sandbox/user-record.ts';
import { john, person, startTenant, type Tenant, userPath } from './support.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());

const body400 = (message: string, errorCode?: string) => ({
  statusCode: 400,
  error: 'Bad Request',
  message,
  ...(errorCode === undefined ? {} : { errorCode }),
});

describe('the validation of a body', () => {
  const invalidBody = (text: string) => body400(`Payload validation error: ${text}`, 'invalid_body');

  it.each<readonly [body: unknown, text: string]>([
    [
      { given_name: '' },
      "'String is too short (0 chars), minimum 1' on property given_name (The user's given name(s)).",
    ],
    [
      { family_name: 'x'.repeat(151) },
      "'String is too long (151 chars), maximum 150' on property family_name (The user's family name(s)).",
    ],
    [
      { picture: '' },
      "'Object didn't pass validation for format strict-uri: ' on property picture (A URI pointing to the user's picture).",
    ],
    [
      { phone_number: '' },
      "'String does not match pattern ^\\\\+[0-9]{1,15}$: ' on property phone_number (The user's phone number (following the E.164 recommendation)).",
    ],
    [
      { email: 'notvalid' },
      "'Object didn't pass validation for format email: notvalid' on property email (The user's email).",
    ],
    [
      { user_metadata: null },
      "'Expected type object but found type null' on property user_metadata (User metadata to which this user has read/write access).",
    ],
    [
      { blocked: 'yes' },
      "'Expected type boolean but found type string' on property blocked (Whether this user was blocked by an administrator (true) or not (false)).",
    ],
    [null, "'Expected type object but found type null'."],
    [
      { name: 'x', identities: [], created_at: 'x' },
      '\'Additional properties not allowed: identities,created_at (consider storing them in app_metadata or user_metadata. See "Users Metadata" in https://auth0.com/docs/api/v2/changes for more details)\'.',
    ],
  ])('refuses %j', async (body, text) => {
    const answer = await tenant.call('PATCH', userPath(john), { body });
    expect(answer.body).toEqual(invalidBody(text));
    expect(answer.status).toBe(400);
  });

  it('names everything that is wrong at once', async () => {
    const body = { name: '', nickname: '', email: 'nope', unknown: 1 };
    const { body: answer } = await tenant.call('PATCH', userPath(john), { body });
    const parts = String(answer['message']).split(' (also) ');
    expect(parts).toHaveLength(4);
    for (const part of parts) expect(part).toMatch(/^Payload validation error: '.*'.*\.$/);
  });

  it.each([[{}], [{ connection: 'Username-Password-Authentication' }]])(
    'refuses %j: it holds nothing to update',
    async (body) => {
      const answer = await tenant.call('PATCH', userPath(john), { body });
      const message = String(answer.body['message']);
      expect(message).toMatch(
        /^Payload validation error: 'None of the valid schemas were met'\. Inner errors: \[ Payload validation error: 'Missing required property: blocked'\. \(also\) Payload validation error: 'Missing required property: email_verified'\. \(also\) /,
      );
      expect(message).toMatch(/'Missing required property: picture'\. \]\.$/);
      expect(message).not.toContain('connection');
      expect(answer.body['errorCode']).toBe('invalid_body');
    },
  );

  it.each([
    [150, 200],
    [151, 400],
  ])('counts code points, not UTF-16 units: %i emoji are answered with %i', async (count, status) => {
    const body = { given_name: '🙂'.repeat(count) };
    expect((await tenant.call('PATCH', userPath(john), { body })).status).toBe(status);
  });

  it.each([
    ['{"name":', 400, 'Invalid request payload JSON format'],
    [
      `{"name":"${'x'.repeat(1024 * 1024)}"}`,
      413,
      'Payload content length greater than maximum allowed: 1048576.',
    ],
  ])('refuses %.20s… for what it is', async (body, status, message) => {
    const answer = await tenant.call('PATCH', userPath(john), { body });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ statusCode: status, message });
  });

  it('refuses a body of another type', async () => {
    const headers = { 'content-type': 'text/plain' };
    const { status, body } = await tenant.call('PATCH', userPath(john), { body: 'name=x', headers });
    expect(status).toBe(415);
    expect(body['error']).toBe('Unsupported Media Type');
  });
});

describe('the validation of an id', () => {
  it.each([
    ['GET', 'retrieve'],
    ['PATCH', 'update'],
    ['DELETE', 'delete'],
  ])('%s refuses one without a pipe', async (method, purpose) => {
    const call = method === 'PATCH' ? { body: { name: 'x' } } : {};
    const { status, body } = await tenant.call(method, '/users/3241312', call);
    expect(status).toBe(400);
    expect(body).toEqual(
      body400(
        `Path validation error: 'String does not match pattern ^.+\\|.+$: 3241312' on property id (The user_id of the user to ${purpose}).`,
        'invalid_uri',
      ),
    );
  });

  it('finds nobody under an unknown one', async () => {
    const unknown = {
      statusCode: 404,
      error: 'Not Found',
      message: 'The user does not exist.',
      errorCode: 'inexistent_user',
    };
    for (const [method, call] of [
      ['GET', {}],
      ['PATCH', { body: { name: 'x' } }],
    ] as const) {
      const answer = await tenant.call(method, userPath('auth0|nobody'), call);
      expect([answer.status, answer.body]).toEqual([404, unknown]);
    }
  });
});

describe('the validation of a query', () => {
  const invalidQuery = (text: string) => body400(`Query validation error: ${text}`, 'invalid_query_string');

  it.each([
    [
      'per_page=1000',
      "'Value 1000 is greater than maximum 100' on property per_page (Number of results per page. Defaults to 50).",
    ],
    [
      'page=-1',
      "'Value -1 is less than minimum 0' on property page (Page index of the results to return. First page is 0).",
    ],
    [
      'page=one',
      "'Expected type integer but found type string' on property page (Page index of the results to return. First page is 0).",
    ],
    [
      'fields=id,email,name',
      "'String 'id,email,name' does not match pattern. Must be a comma separated list of the following values: phone_number,email,email_verified,picture,username,user_id,name,nickname,created_at,identities,app_metadata,user_metadata,last_ip,last_login,logins_count,updated_at,blocked,family_name,given_name' on property fields (Comma-separated list of fields to include or exclude (based on value provided for include_fields) in the result. Leave empty to retrieve all fields).",
    ],
    [
      'search_engine=v1',
      '\'Invalid value "v1"\' on property search_engine (The version of the search engine).',
    ],
    ['from=abc', "'Additional properties not allowed: from'."],
  ])('refuses ?%s', async (query, text) => {
    const { status, body } = await tenant.call('GET', `/users?${query}`);
    expect(body).toEqual(invalidQuery(text));
    expect(status).toBe(400);
  });

  it('wants an e-mail to search by', async () => {
    const { body } = await tenant.call('GET', '/users-by-email');
    expect(body).toEqual(invalidQuery("'Missing required property: email'."));
  });

  it('refuses a URL that is too long', async () => {
    const { status, body } = await tenant.call('GET', `/users?q=${'x'.repeat(9000)}`);
    expect(status).toBe(414);
    expect(body).toMatchObject({ statusCode: 414, error: 'Request-URI Too Large' });
  });
});

describe('an update that cannot be done', () => {
  const refused = async (userId: string, body: unknown) => {
    const answer = await tenant.call('PATCH', userPath(userId), { body });
    expect(answer.status).toBe(400);
    return answer.body;
  };

  it.each([
    ['password', 'email'],
    ['password', 'email_verified'],
    ['username', 'email'],
    ['username', 'email_verified'],
    ['username', 'password'],
  ])('holds %s and %s together', async (one, other) => {
    const values = { password: 'long enough', email: 'a@example.com', email_verified: true, username: 'abc' };
    const body = { [one]: values[one as never], [other]: values[other as never] };
    expect(await refused(john, body)).toEqual(body400(`Cannot update ${one} and ${other} simultaneously.`));
  });

  it('holds a forbidden pair, one of them null', async () => {
    const body = await refused(john, { username: null, email: 'a@example.com' });
    expect(body['message']).toBe('Cannot update username and email simultaneously.');
  });

  it('allows an e-mail and its verification together', async () => {
    const { status } = await tenant.call('PATCH', userPath(john), {
      body: { email: 'john.doe@gmail.com', email_verified: true },
    });
    expect(status).toBe(200);
  });

  it.each([
    ['google-oauth2|111199914890750704174', 'google-oauth2'],
    ['github|12345678', 'github'],
    ['samlp|acme-saml|123456', 'acme-saml'],
    ['ad|Example-LDAP|lldap', 'Example-LDAP'],
    ['waad|d0dRSs6nRR2Ybe6Trr5jeQ', 'example-workforce'],
  ])('touches what %s gets anew at each login', async (userId, connection) => {
    const body = { picture: 'https://example.com/p.png', given_name: 'G', family_name: 'F', blocked: true };
    expect(await refused(userId, body)).toEqual(
      body400(
        `The following user attributes cannot be updated: family_name, given_name, picture. The connection (${connection}) must either be a database connection (using the Auth0 store), a passwordless connection (email or sms) or has disabled 'Sync user profile attributes at each login'. For more information, see https://auth0.com/docs/dashboard/guides/connections/configure-connection-sync`,
        'operation_not_supported',
      ),
    );
  });

  it('removes names of a database user', async () => {
    const body = { given_name: null, family_name: null, name: null, nickname: null, picture: null };
    expect(await refused(john, body)).toEqual(
      body400(
        'The following user attributes cannot be removed: family_name, given_name, name, nickname, picture. The connection (Username-Password-Authentication) must either be a custom database connection with import mode disabled, a social or enterprise connection.',
      ),
    );
  });

  it('aims profile fields at a linked account', async () => {
    const body = { connection: 'facebook', name: 'x', nickname: 'y' };
    expect(await refused('auth0|59a0b1c2d3e4f5a6b7c8d9e0', body)).toEqual(
      body400(
        'The following user attributes cannot be updated: name, nickname. The specified connection belongs to a secondary identity.',
      ),
    );
  });

  it.each([
    [
      'google-oauth2|111199914890750704174',
      { email: 'x@example.com' },
      'Cannot update email for non-database user.',
    ],
    ['samlp|NOBODY', { email: null }, 'Cannot update email for non-database user.'],
    ['samlp|NOBODY', { email_verified: true }, 'Email verification is not supported for enterprise users.'],
    [
      'sms|560ebaeef609ee1adaa7c552',
      { email_verified: true },
      'Email verification is not supported for enterprise users.',
    ],
    ['github|12345678', { password: 'long enough' }, 'Connection is not supported for this operation.'],
    ['github|12345678', { phone_number: '+1' }, 'Connection is not supported for this operation.'],
    [
      'auth0|5d5994c2b3a4f5e6d7c8b9a0',
      { password: 'long enough' },
      'Cannot change email or password for users in a disabled connection.',
    ],
    [
      'auth0|5d5994c2b3a4f5e6d7c8b9a0',
      { email: 'x@example.com' },
      'Cannot change email or password for users in a disabled connection.',
    ],
    [john, { connection: 'no-such-connection', name: 'x' }, 'Connection does not exist.'],
    [john, { connection: 'github', name: 'x' }, 'Connection is not supported for this operation.'],
    [
      'auth0|1234567890',
      { username: 'basil' },
      'Cannot update username for users without an username already set.',
    ],
    [john, { password: 'short' }, 'PasswordStrengthError: Password is too weak'],
    [john, { password: 'é'.repeat(37) }, 'PasswordStrengthError: Password is too weak'],
  ])('is refused: %s %j', async (userId, body, message) => {
    expect(await refused(userId, body)).toEqual(body400(message));
  });

  it('takes an e-mail somebody has, in whatever case', async () => {
    expect(await refused(john, { email: 'SUPPORT@example.com' })).toEqual(
      body400('The specified new email already exists', 'auth0_idp_error'),
    );
  });

  it('may take an e-mail that is only known in another connection', async () => {
    const { status } = await tenant.call('PATCH', userPath(john), {
      body: { email: 'gail.google@example.com' },
    });
    expect(status).toBe(200);
  });

  it('takes a username somebody has', async () => {
    const people: readonly Person[] = [person('a', { username: 'ann' }), person('b', { username: 'bob' })];
    await using own = await startTenant({ people });
    const { status, body } = await own.call('PATCH', userPath('auth0|b'), { body: { username: 'ANN' } });
    expect([status, body]).toEqual([400, body400('The username provided is in use already.')]);
  });

  it('leaves everything as it was', async () => {
    const { body: before } = await tenant.call('GET', userPath(john));
    await tenant.call('PATCH', userPath(john), { body: { name: 'New', email: 'support@example.com' } });
    expect((await tenant.call('GET', userPath(john))).body).toEqual(before);
  });
});

describe('any other path', () => {
  it.each([
    ['GET', '/tenants/settings'],
    ['PUT', '/users'],
    ['POST', `/users/${encodeURIComponent(john)}`],
    ['GET', `/users/${encodeURIComponent(john)}/roles`],
  ])('%s %s is not found', async (method, path) => {
    const { status, body } = await tenant.call(method, path);
    expect([status, body]).toEqual([404, { statusCode: 404, error: 'Not Found', message: 'Not Found' }]);
  });
});
