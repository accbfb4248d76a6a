/** An Auth0 tenant on loopback: enough of one for the gateway to be run, and tested, without the real thing. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { builtInPeople } from './people.ts';
import { createRateLimiter, type RateLimit } from './rate-limit.ts';
import { LaggingIndex } from './search/lagging-index.ts';
import { createSigning, generateSigningKey } from './signing.ts';
import { Store } from './store.ts';
import { createTenantApp, type Exchange } from './tenant-app.ts';
import { TokenApi } from './token-api.ts';
import { type Person, textOf } from './user-record.ts';
import { UsersApi } from './users-api.ts';

export type { Person } from './user-record.ts';

export type SandboxOptions = {
  /** 4010 where it is not given; 0 = any free one. */
  readonly port?: number;
  /** The identifier of the gateway's API: what callers' tokens are for. */
  readonly audience?: string;
  /** As a tenant of the enterprise plan where it is not given. */
  readonly rateLimit?: RateLimit;
  /** How far search trails writes; one second where it is not given. */
  readonly searchLagMs?: number;
  /** Replace the built-in people. */
  readonly people?: readonly Person[];
  /** Sees every answered request: the path with its query; a parsed JSON body, save that of /oauth/token. */
  readonly onExchange?: (exchange: Exchange) => void;
};

export type Sandbox = AsyncDisposable & {
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  /** Those one can sign in as. */
  readonly people: readonly SignInPerson[];
  /** What the password grant would give that person, all their permissions; null = nobody can sign in with it. */
  issueToken(email: string): Promise<{
    access_token: string;
    expires_in: number;
    scope: string;
    token_type: 'Bearer';
  } | null>;
};

type SignInPerson = {
  email: string | undefined;
  userId: string;
  name: string | undefined;
  permissions: readonly string[];
};

const host = '127.0.0.1';

/** Resolves once it listens. Disposing it closes every connection. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {
    port = 4010,
    audience = 'https://users.gateway.example/',
    rateLimit = { kind: 'tier', tier: 'enterprise' },
    searchLagMs = 1000,
    people = builtInPeople,
    onExchange = () => {},
  } = options;

  const index = new LaggingIndex(searchLagMs);
  const store = new Store(people, (userId, user) => index.write(userId, user));
  index.flush();

  const key = await generateSigningKey();
  // The issuer's name has the port in it, so the tenant is put together once the port is known. Nothing here gives
  // up the thread after that: no request comes before there is somebody to answer it.
  const server = createServer({ maxHeaderSize: 64 * 1024, keepAliveTimeout: 65_000 });
  const origin = `http://${host}:${await listen(server, port)}`;
  const signing = createSigning(key, `${origin}/`);
  const tokens = new TokenApi(store, signing, { management: `${origin}/api/v2/`, gateway: audience });
  const users = new UsersApi(store, index);
  const app = createTenantApp({
    origin,
    signing,
    tokens,
    users,
    admit: createRateLimiter(rateLimit),
    onExchange,
  });
  const answer = getRequestListener(app.fetch, {
    hostname: host,
  });
  server.on('request', (incoming, outgoing) => void answer(incoming, outgoing));

  return {
    origin,
    people: signInPeople(people),
    issueToken: (email) => tokens.issue(email),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`port ${port} is already in use; choose another for the sandbox with SANDBOX_PORT`, {
      cause: error,
    });
  }
  return (server.address() as AddressInfo).port;
}

function signInPeople(people: readonly Person[]): readonly SignInPerson[] {
  return people.flatMap((person) => {
    const email = textOf(person['email']);
    if (email === undefined || person['blocked'] === true) return [];
    return [
      { email, userId: person.user_id, name: textOf(person['name']), permissions: person.permissions ?? [] },
    ];
  });
}
