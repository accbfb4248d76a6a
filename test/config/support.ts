import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '../../src/config/config.ts';
import { ConfigError, type Fault } from '../../src/config/fault.ts';

export type Env = Readonly<Record<string, string | undefined>>;

const documents = {
  faultOf: (document: string) => (document.startsWith('{') ? null : 'Expected a brace.'),
};
const userFields = ['id', 'email', 'nickname', 'picture'];

/** The least a tenant needs. */
export const tenantEnv: Env = {
  AUTH0_DOMAIN: 'acme.eu.auth0.com',
  AUTH0_CLIENT_ID: 'client',
  AUTH0_CLIENT_SECRET: 's3cret',
  JWT_AUDIENCE: 'https://users.acme.example/',
};

export const configOf = (env: Env): Config => readConfig(env, { userFields: () => userFields, documents });

export function tenantOf(env: Env): Extract<Config['tenant'], { kind: 'tenant' }> {
  const { tenant } = configOf({ ...tenantEnv, ...env });
  if (tenant.kind !== 'tenant') throw new Error('expected a tenant, got the sandbox');
  return tenant;
}

export function sandboxOf(env: Env): Extract<Config['tenant'], { kind: 'sandbox' }> {
  const { tenant } = configOf(env);
  if (tenant.kind !== 'sandbox') throw new Error('expected the sandbox, got a tenant');
  return tenant;
}

export function faultsOf(env: Env): readonly Fault[] {
  return errorOf(env)?.faults ?? [];
}

export function faultyNames(env: Env): readonly string[] {
  return faultsOf(env).map((fault) => fault.name);
}

export function errorOf(env: Env): ConfigError | null {
  try {
    configOf(env);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/** A folder of its own on disk, gone at the end of the scope. */
export function temporaryFiles(): Disposable & {
  write(name: string, content: string): string;
  folder: string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  return {
    folder,
    write(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
