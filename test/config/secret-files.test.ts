import { expect, it } from 'vitest';
import { faultsOf, sandboxOf, temporaryFiles, tenantEnv, tenantOf } from './support.ts';

const { AUTH0_CLIENT_SECRET: _, ...secretless } = tenantEnv;

it('reads a secret from a file without its line break', () => {
  using files = temporaryFiles();
  const path = files.write('secret', 'from a file\r\n');
  expect(tenantOf({ AUTH0_CLIENT_SECRET: undefined, AUTH0_CLIENT_SECRET_FILE: path }).clientSecret).toBe(
    'from a file',
  );
});

it('reads only secrets from files', () => {
  using files = temporaryFiles();
  const path = files.write('port', '5000');
  expect(sandboxOf({ SANDBOX_PORT_FILE: path }).port).toBe(4010);
});

it('reports a secret that comes both ways', () => {
  const faults = faultsOf({ ...tenantEnv, AUTH0_CLIENT_SECRET_FILE: '/run/secret' });
  expect(faults).toEqual([
    {
      name: 'AUTH0_CLIENT_SECRET',
      message: 'expected either AUTH0_CLIENT_SECRET or AUTH0_CLIENT_SECRET_FILE, got both',
    },
  ]);
});

it('reports an unreadable file by its variable alone', () => {
  expect(faultsOf({ ...secretless, AUTH0_CLIENT_SECRET_FILE: '/nowhere/secret' })).toEqual([
    {
      name: 'AUTH0_CLIENT_SECRET_FILE',
      message: 'expected the path of a readable file, got one that fails with ENOENT',
    },
  ]);
});

it('reports an empty file by its variable alone', () => {
  using files = temporaryFiles();
  const faults = faultsOf({ ...secretless, AUTH0_CLIENT_SECRET_FILE: files.write('secret', '\n') });
  expect(faults.map((fault) => fault.name)).toEqual(['AUTH0_CLIENT_SECRET_FILE']);
});

it('takes a users file as a path, and refuses a folder', () => {
  using files = temporaryFiles();
  const path = files.write('users.json', '[]');
  expect(sandboxOf({ SANDBOX_USERS: path }).usersFile).toBe(path);
  expect(faultsOf({ SANDBOX_USERS: files.folder }).map((fault) => fault.name)).toEqual(['SANDBOX_USERS']);
});
