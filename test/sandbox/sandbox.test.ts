import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { john, startTenant, userPath } from './support.ts';

describe('a sandbox', () => {
  it('listens on a free port of its own, and on loopback only', async () => {
    await using sandbox = await startSandbox({ port: 0 });
    expect(sandbox.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const port = Number(new URL(sandbox.origin).port);
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of others) expect(await canConnect(address, port)).toBe(false);
    expect(await canConnect('127.0.0.1', port)).toBe(true);
  });

  function canConnect(host: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(port, host);
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }

  it('says which setting to change where the port is taken', async () => {
    await using first = await startSandbox({ port: 0 });
    const port = Number(new URL(first.origin).port);
    await expect(startSandbox({ port })).rejects.toThrow(
      `port ${port} is already in use; choose another for the sandbox with SANDBOX_PORT`,
    );
  });

  it('is gone once it is disposed of, though connections were open', async () => {
    const tenant = await startTenant();
    await tenant.call('GET', userPath(john));
    await tenant[Symbol.asyncDispose]();
    await expect(fetch(tenant.origin)).rejects.toThrow('fetch failed');
  });

  it('starts anew with the same people', async () => {
    for (const name of ['John Doe', 'John Doe']) {
      await using tenant = await startTenant();
      expect((await tenant.call('GET', userPath(john))).body['name']).toBe(name);
      await tenant.call('PATCH', userPath(john), { body: { name: 'Changed' } });
    }
  });

  it('names those one can sign in as', async () => {
    await using sandbox = await startSandbox({ port: 0 });
    expect(sandbox.people.slice(0, 3)).toEqual([
      {
        email: 'admin@example.com',
        userId: expect.stringMatching(/^auth0\|/),
        name: 'Ada Admin',
        permissions: [
          'read:users',
          'update:users',
          'update:users_app_metadata',
          'update:current_user',
          'update:current_user_metadata',
          'read:user_idp_tokens',
        ],
      },
      {
        email: 'support@example.com',
        userId: expect.stringMatching(/^auth0\|/),
        name: 'Sam Support',
        permissions: ['read:users', 'update:users_app_metadata'],
      },
      {
        email: 'john.doe@gmail.com',
        userId: john,
        name: 'John Doe',
        permissions: ['update:current_user', 'update:current_user_metadata'],
      },
    ]);
    for (const { email } of sandbox.people) {
      expect(await sandbox.issueToken(String(email))).not.toBeNull();
    }
  });

  it('issues callers’ tokens for the audience it is given', async () => {
    await using sandbox = await startSandbox({ port: 0, audience: 'https://other.example/' });
    const issued = await sandbox.issueToken('admin@example.com');
    const [, claims = ''] = String(issued?.access_token).split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      aud: 'https://other.example/',
    });
  });

  it('shows every answered request to who wants to see them, and no credentials', async () => {
    const seen: unknown[] = [];
    await using tenant = await startTenant({ onExchange: (exchange) => seen.push(exchange) });
    seen.length = 0;
    await tenant.call('GET', '/users?per_page=1&q=name:%22x%22');
    await tenant.call('PATCH', userPath(john), { body: { name: '' } });
    await tenant.call('PATCH', userPath(john), { body: '{' });
    await tenant.call('DELETE', userPath('auth0|none'));
    await tenant.managementToken();
    await tenant.call('GET', '/nothing', { token: null });
    expect(seen).toEqual([
      { method: 'GET', path: '/api/v2/users?per_page=1&q=name:%22x%22', status: 200 },
      { method: 'PATCH', path: `/api/v2${userPath(john)}`, status: 400, body: { name: '' } },
      { method: 'PATCH', path: `/api/v2${userPath(john)}`, status: 400 },
      { method: 'DELETE', path: `/api/v2${userPath('auth0|none')}`, status: 204 },
      { method: 'POST', path: '/oauth/token', status: 200 },
      { method: 'GET', path: '/api/v2/nothing', status: 404 },
    ]);
  });
});
