/** A whole gateway in front of a sandbox tenant, both listening on loopback, and words to ask it with. */
import { createGateway, type GatewayOptions } from '../../src/gateway.ts';
import { listen, type Patience } from '../../src/http/listen.ts';
import { createLog } from '../../src/observability/log.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { gatewayApplication } from '../../src/tenant.ts';
import type { TypedDocumentString } from './operations/graphql.ts';

/** One of the built-in people by e-mail address, an application, or a token of one's own. */
export type Caller = { email: string } | 'machine' | { token: string } | 'nobody';

export const john: Caller = { email: 'john.doe@gmail.com' };
export const johnId = 'auth0|507f1f77bcf86cd799439020';
export const admin: Caller = { email: 'admin@example.com' };
export const support: Caller = { email: 'support@example.com' };

export type UpstreamCall = {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body?: unknown;
};

export type Answer<Data> = {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data | null | undefined;
  readonly errors: readonly AnsweredError[] | undefined;
};
export type AnsweredError = {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: string;
    readonly requestId: string;
    readonly [fact: string]: unknown;
  };
};

export type TestGateway = AsyncDisposable & {
  readonly url: string;
  /** The same, where every request becomes a `Request`, also those that can do without. */
  readonly longWayUrl: string;
  readonly sandbox: Sandbox;
  /** Calls of the Management API since the last look at them. */
  takeUpstreamCalls(): UpstreamCall[];
  ask<Data, Variables>(
    document: TypedDocumentString<Data, Variables> | string,
    variables: Variables,
    as: Caller,
  ): Promise<Answer<Data>>;
  tokenOf(caller: Caller): Promise<string | null>;
  /** A user as the sandbox's REST API tells it. */
  restUser(id: string): Promise<Record<string, unknown>>;
};

export type TestGatewayOptions = {
  readonly sandbox?: Omit<SandboxOptions, 'onExchange' | 'port'>;
  readonly gateway?: Partial<GatewayOptions>;
  /** Something between the gateway and the sandbox. */
  readonly tenantInFront?: (sandbox: Sandbox) => Promise<{ readonly origin: string }>;
  /** As a tenant that is no sandbox: the gateway knows none of its people. Default false. */
  readonly isForeign?: boolean;
  /** The claim that grants, where it is not the usual one. */
  readonly permissionsClaim?: string;
  /** How long its clients may take, where not as usual. */
  readonly patience?: Patience;
  /** Whether to wait for /readyz. Default true. */
  readonly awaitReady?: boolean;
};

/** Another gateway in front of the tenant of `one`, which it reaches at `origin`. */
export async function startReplica(
  { sandbox }: TestGateway,
  origin: string,
  gateway: Partial<GatewayOptions>,
): Promise<TestGateway> {
  return startGateway({
    gateway: {
      ...gateway,
      tenant: { ...gatewayApplication(sandbox), origin },
      callers: callersOf(sandbox, null),
    },
  });
}

function callersOf({ origin }: Sandbox, permissionsClaim: string | null): GatewayOptions['callers'] {
  return {
    issuer: `${origin}/`,
    jwksUri: `${origin}/.well-known/jwks.json`,
    audience: 'https://users.gateway.example/',
    permissionsClaim,
  };
}

export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  await using started = new AsyncDisposableStack();
  const calls: UpstreamCall[] = [];
  const sandbox = started.use(
    await startSandbox({
      rateLimit: { kind: 'none' },
      searchLagMs: 0,
      ...options.sandbox,
      port: 0,
      onExchange: (exchange) => {
        if (exchange.path.startsWith('/api/v2/')) calls.push(exchange);
      },
    }),
  );
  const { origin } = (await options.tenantInFront?.(sandbox)) ?? sandbox;
  const gateway = started.use(
    createGateway({
      tenant: { ...gatewayApplication(sandbox), origin },
      callers: callersOf(sandbox, options.permissionsClaim ?? null),
      rateLimit: { kind: 'none' },
      userCacheTtlMs: 0,
      publicUserFields: [],
      operationTimeoutMs: 10_000,
      metadataMaxBytes: 10_240,
      graphiql: true,
      introspection: true,
      federationAuthDirectives: false,
      corsOrigins: [],
      trustedDocuments: null,
      redisUrl: null,
      log: createLog('silent'),
      ...(!options.isForeign && {
        sandbox: {
          issueToken: sandbox.issueToken,
          visitors: { people: sandbox.people, first: 'john.doe@gmail.com' },
        },
      }),
      ...options.gateway,
    }),
  );
  const served = {
    host: '127.0.0.1',
    port: 0,
    onError: console.error,
    ...(options.patience && { patience: options.patience }),
  };
  const handle = (request: Request) => gateway.handle(request);
  const listener = started.use(await listen(handle, { ...served, shortcut: (post) => gateway.post(post) }));
  const longWay = started.use(await listen(handle, served));
  if (options.awaitReady ?? true) await untilReady(listener.url);

  const tokenOf = async (caller: Caller): Promise<string | null> => {
    if (caller === 'nobody') return null;
    if (caller === 'machine') return machineToken(sandbox);
    if ('token' in caller) return caller.token;
    const token = await sandbox.issueToken(caller.email);
    if (!token) throw new Error(`Expected the sandbox to know ${caller.email}.`);
    return token.access_token;
  };

  const owned = started.move();
  return {
    url: listener.url,
    longWayUrl: longWay.url,
    sandbox,
    takeUpstreamCalls: () => calls.splice(0),
    tokenOf,
    async ask<Data, Variables>(
      document: TypedDocumentString<Data, Variables> | string,
      variables: Variables,
      as: Caller,
    ): Promise<Answer<Data>> {
      const token = await tokenOf(as);
      const response = await fetch(`${listener.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== null && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query: String(document), variables }),
      });
      const { data, errors } = (await response.json()) as Answer<Data>;
      return { status: response.status, headers: response.headers, data, errors };
    },
    async restUser(id) {
      const response = await fetch(`${sandbox.origin}/api/v2/users/${encodeURIComponent(id)}`, {
        headers: { authorization: `Bearer ${await managementToken(sandbox)}` },
      });
      return (await response.json()) as Record<string, unknown>;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const { status } = await fetch(`${url}/readyz`);
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('Expected the gateway to become ready.');
}

function managementToken(sandbox: Sandbox): Promise<string> {
  const { audience, clientId, clientSecret } = gatewayApplication(sandbox);
  return clientCredentials(sandbox, { audience, client_id: clientId, client_secret: clientSecret });
}

function machineToken(sandbox: Sandbox): Promise<string> {
  return clientCredentials(sandbox, {
    audience: 'https://users.gateway.example/',
    client_id: 'console',
    client_secret: 'console-secret',
  });
}

async function clientCredentials(sandbox: Sandbox, credentials: object): Promise<string> {
  const response = await fetch(`${sandbox.origin}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', ...credentials }),
  });
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}
