/** The tenant that the settings name, started first where it is the embedded sandbox. */
import { readFileSync } from 'node:fs';
import type { Auth0Settings } from './auth0/client.ts';
import type { Config } from './config/config.ts';
import { ConfigError } from './config/fault.ts';
import type { Person, Sandbox } from './sandbox/sandbox.ts';

export type SandboxSettings = Extract<Config['tenant'], { kind: 'sandbox' }>;

/** @param audience the gateway's own identifier, which the sandbox issues people's tokens for */
export async function reachTenant(
  tenant: Config['tenant'],
  audience: string,
): Promise<{ readonly auth0: Auth0Settings; readonly sandbox: Sandbox | null }> {
  if (tenant.kind === 'tenant') return { auth0: tenant, sandbox: null };
  const sandbox = await startConfiguredSandbox(tenant, audience);
  return { auth0: gatewayApplication(sandbox), sandbox };
}

export async function startConfiguredSandbox(settings: SandboxSettings, audience: string): Promise<Sandbox> {
  const { port, usersFile, rateLimit, searchLagMs } = settings;
  // Not loaded in front of a tenant.
  const { startSandbox } = await import('./sandbox/sandbox.ts');
  return startSandbox({
    port,
    audience,
    rateLimit,
    searchLagMs,
    ...(usersFile !== null && { people: await peopleOf(usersFile) }),
  });
}

async function peopleOf(usersFile: string): Promise<readonly Person[]> {
  const { parsePeople } = await import('./sandbox/people-file.ts');
  try {
    return parsePeople(readFileSync(usersFile, 'utf8'));
  } catch (error) {
    throw new ConfigError([
      { name: 'SANDBOX_USERS', message: error instanceof Error ? error.message : String(error) },
    ]);
  }
}

/** The application that the sandbox keeps for the gateway. */
export function gatewayApplication({ origin }: Sandbox): Auth0Settings {
  return { origin, audience: `${origin}/api/v2/`, clientId: 'gateway', clientSecret: 'gateway-secret' };
}
