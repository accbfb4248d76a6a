import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { temporaryFiles } from '../config/support.ts';
import { type Process, ready, run, tenantEnv } from './support.ts';

const anyPort = { PORT: '0', SANDBOX_PORT: '0' };
const shell = promisify(execFile);

describe('without a tenant', () => {
  test('the gateway comes up with the sandbox and tells people how to go on', async () => {
    await using gateway = run('src/main.ts', anyPort);
    const [, url = ''] = await gateway.untilWritten('stderr', /GraphiQL: open (\S+)\/graphql/);
    await gateway.untilWritten('stderr', /curl -s \S+\/graphql .*\n/);
    for (const email of ['admin@example.com', 'support@example.com', 'john.doe@gmail.com'])
      expect(gateway.stderr()).toContain(email);
    expect(gateway.stderr()).toContain(`${url}/profile`);
    await ready(url);

    const commands = gateway.stderr().slice(gateway.stderr().indexOf('TOKEN='));
    const { stdout } = await shell('sh', ['-c', commands]);
    expect(JSON.parse(stdout)).toMatchObject({ data: { me: { id: 'auth0|507f1f77bcf86cd799439020' } } });
  });

  test('the log is one JSON object a line, without what was asked', async () => {
    await using gateway = run('src/main.ts', anyPort);
    const [, url = ''] = await gateway.untilWritten('stderr', /GraphiQL: open (\S+)\/graphql/);
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'log-test-1' },
      body: JSON.stringify({ query: 'query Who { user(id: "auth0|canary") { id } }' }),
    });
    await gateway.untilWritten('stdout', /log-test-1.*\n/);
    const lines = gateway
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find(({ requestId }) => requestId === 'log-test-1')).toMatchObject({
      operation: 'Who',
      type: 'query',
      status: 200,
      errors: ['UNAUTHENTICATED'],
    });
    expect(gateway.stdout()).not.toContain('canary');
  });
});

describe('with a tenant', () => {
  test('the same binary does the same there', async () => {
    await using sandbox = run('src/sandbox-main.ts', anyPort);
    const [, origin = ''] = await sandbox.untilWritten('stderr', /listens at (http\S+)/);
    await using gateway = run('src/main.ts', tenantEnv(origin));
    const [, url = ''] = await gateway.untilWritten('stdout', /"url":"([^"]+)"/);
    await ready(url);
    expect(gateway.stderr()).toBe('');

    const token = await signIn(origin);
    const body = JSON.stringify({
      query:
        'mutation { updateUser(id: "auth0|507f1f77bcf86cd799439020", input: { nickname: "J" }) { ... on UpdateUserSuccess { user { nickname } } } }',
    });
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body,
    });
    expect(await response.json()).toEqual({ data: { updateUser: { user: { nickname: 'J' } } } });
    expect((await fetch(`${url}/sandbox/token`, { method: 'POST' })).status).toBe(404);
  });

  test('the gateway is alive and not ready while the tenant is away', async () => {
    await using gateway = run('src/main.ts', {
      PORT: '0',
      AUTH0_ORIGIN: 'http://127.0.0.1:9',
      AUTH0_CLIENT_ID: 'a',
      AUTH0_CLIENT_SECRET: 'b',
      JWT_AUDIENCE: 'c',
    });
    const [, url = ''] = await gateway.untilWritten('stdout', /"url":"([^"]+)"/);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ reasons: [expect.any(String), expect.any(String)] });
  });
});

test('every fault in the settings is told, and the exit code is 78', async () => {
  await using gateway = run('src/main.ts', {
    AUTH0_DOMAIN: 'https://x.auth0.com',
    PORT: 'http',
    CORS_ORIGINS: '*',
  });
  expect(await gateway.exited).toBe(78);
  for (const name of [
    'AUTH0_DOMAIN',
    'AUTH0_CLIENT_ID',
    'AUTH0_CLIENT_SECRET',
    'JWT_AUDIENCE',
    'PORT',
    'CORS_ORIGINS',
  ])
    expect(gateway.stderr()).toContain(name);
});

test.for<NodeJS.Signals>(['SIGTERM', 'SIGINT'])('%s ends the process with 0', async (signal) => {
  await using gateway = run('src/main.ts', anyPort);
  await gateway.untilWritten('stderr', /curl -s \S+\/graphql/);
  gateway.signal(signal);
  expect(await gateway.exited).toBe(0);
});

test('a stopped gateway says so before it cannot', async () => {
  await using sandbox = run('src/sandbox-main.ts', anyPort);
  const [, origin = ''] = await sandbox.untilWritten('stderr', /listens at (http\S+)/);
  await using gateway = run('src/main.ts', tenantEnv(origin));
  const [, url = ''] = await gateway.untilWritten('stdout', /"url":"([^"]+)"/);
  await ready(url);
  gateway.signal('SIGTERM');
  await gateway.untilWritten('stdout', /draining/);
  const response = await fetch(`${url}/readyz`);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ reasons: ['draining'] });
  expect(await gateway.exited).toBe(0);
});

test('a file of people that cannot be read as such is told like any other fault', async () => {
  await using gateway = run('src/main.ts', { ...anyPort, SANDBOX_USERS: 'README.md' });
  expect(await gateway.exited).toBe(78);
  expect(gateway.stderr()).toMatch(/SANDBOX_USERS: .+/);
  expect(gateway.stderr()).not.toContain('    at ');
});

describe('with trusted documents', () => {
  test('the gateway comes up and executes nothing else', async () => {
    const TRUSTED_DOCUMENTS = 'test/support/operations/persisted-documents.json';
    await using gateway = run('src/main.ts', { ...anyPort, TRUSTED_DOCUMENTS });
    await gateway.untilWritten('stderr', /Only trusted documents are executed/);
    expect(gateway.stderr()).not.toMatch(/GraphiQL|example page|curl/);
    const [, url = ''] = await gateway.untilWritten('stdout', /"url":"([^"]+)"/);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    });
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_ID_REQUIRED' } }],
    });
  });

  test('one that cannot be executed is named, and the exit code is 78', async () => {
    using files = temporaryFiles();
    const TRUSTED_DOCUMENTS = files.write(
      'documents.json',
      '{"good":"{ me { id } }","bad":"{ me { shoe } }"}',
    );
    await using gateway = run('src/main.ts', { ...anyPort, TRUSTED_DOCUMENTS });
    expect(await gateway.exited).toBe(78);
    expect(gateway.stderr()).toMatch(/TRUSTED_DOCUMENTS: .*bad: .*shoe/);
    expect(gateway.stderr()).not.toMatch(/good|    at /);
  });
});

test('a port that is taken is told by its name', async () => {
  await using first: Process = run('src/main.ts', anyPort);
  const [, port = ''] = await first.untilWritten('stderr', /listens at http:\/\/127\.0\.0\.1:(\d+)/);
  await using second = run('src/main.ts', { PORT: port, SANDBOX_PORT: '0' });
  expect(await second.exited).toBe(69);
  expect(second.stderr()).toContain(port);
  expect(second.stderr()).not.toContain('    at ');
});

async function signIn(origin: string): Promise<string> {
  const response = await fetch(`${origin}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'password',
      client_id: 'console',
      client_secret: 'console-secret',
      audience: 'https://users.gateway.example/',
      username: 'john.doe@gmail.com',
      password: 'sandbox',
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}
