/** Everything that an answer takes, put together, and the way from `Request` to `Response` through it. */

import { Response } from '@whatwg-node/fetch';
import { createSchema } from '../schema/index.ts';
import { createAuthenticator } from './auth/authenticate.ts';
import { type Auth0Settings, createAuth0Client } from './auth0/client.ts';
import { createGraphQLServer } from './graphql/yoga.ts';
import { answerHealth } from './http/health.ts';
import type { Answer, Post } from './http/post.ts';
import { requestIdOf } from './http/request-id.ts';
import { answerSandboxToken, type IssueToken } from './http/sandbox-token.ts';
import { unauthorized } from './http/unauthorized.ts';
import { createIdempotency } from './idempotency/idempotency.ts';
import { type AuditLog, createAuditLog } from './observability/audit.ts';
import { createEvents } from './observability/events.ts';
import type { Log } from './observability/log.ts';
import type { Metrics } from './observability/metrics.ts';
import type { Tracing } from './observability/tracing.ts';
import { createOperating } from './operating.ts';
import { createPacing, type RateLimit } from './pacing/pacing.ts';
import { createPages } from './pages/pages.ts';
import type { Visitors } from './pages/people.ts';
import { joinReplicas } from './replicas/replicas.ts';
import { longestLagMs, RecentWritesMemory } from './users/recent-writes.ts';
import { createSharedReads } from './users/shared-reads.ts';
import { createUsers } from './users/users.ts';
import { toldTo } from './users/write-news.ts';

export type GatewayOptions = {
  readonly tenant: Auth0Settings;
  readonly callers: {
    readonly issuer: string;
    readonly jwksUri: string;
    readonly audience: string;
    readonly permissionsClaim: string | null;
  };
  /** The budget of calls to the tenant. */
  readonly rateLimit: RateLimit;
  /** How long a user that was read may be served again; 0: never. */
  readonly userCacheTtlMs: number;
  /** Names of `User` fields any authenticated caller may read of any user. */
  readonly publicUserFields: readonly string[];
  readonly operationTimeoutMs: number;
  readonly metadataMaxBytes: number;
  readonly graphiql: boolean;
  readonly introspection: boolean;
  /** Whether the SDL of the subgraph tells routers what fields take. */
  readonly federationAuthDirectives: boolean;
  readonly corsOrigins: readonly string[];
  /** `null`: any document is executed. Else only these, by id. */
  readonly trustedDocuments: ReadonlyMap<string, string> | null;
  /** What replicas share; `null`: this process's memory. */
  readonly redisUrl: string | null;
  readonly log: Log;
  /** Who counts. Default: nobody. */
  readonly metrics?: Metrics | null;
  /** Who follows operations on their way. Default: nobody. */
  readonly tracing?: Tracing;
  /** Operations executed at once; default 1,000. */
  readonly maxOperations?: number;
  /** Whether the process can take on nothing more. Default: it always can. */
  readonly isOverloaded?: () => boolean;
  /** Where mutations are told of. Default: in the log. */
  readonly audit?: AuditLog;
  /** Where the tenant is the sandbox: its tokens for the gateway's own pages, and whom their visitors can become. */
  readonly sandbox?: { readonly issueToken: IssueToken; readonly visitors: Visitors };
};

export type Gateway = AsyncDisposable & {
  handle(request: Request): Promise<Response>;
  /** As `handle`, in less time, for what is asked most; `null`: it is not that. */
  post(post: Post): Promise<Answer> | null;
  /** From here on /readyz says no, while requests are still served. */
  drain(): void;
};

/** Reaches out for keys and a management token at once; dispose of it to end that. */
export function createGateway(options: GatewayOptions): Gateway {
  const { log, metrics = null, tracing, sandbox } = options;
  const events = createEvents({ log, metrics, ...(tracing && { tracing }) });
  const owned = new AsyncDisposableStack();
  const { redisUrl, tenant } = options;
  const replicas =
    redisUrl === null
      ? null
      : owned.use(
          joinReplicas({
            redisUrl,
            secret: tenant.clientSecret,
            tenant: tenant.audience,
            newsMs: longestLagMs,
            onRedisChange: ({ away, evicts }) => {
              const reason = away ?? evicts;
              events.redis({ usable: reason === null, reason });
            },
            onNewsChange: events.hearsOfWrites,
            onBudgetChange: events.budgetShared,
          }),
        );
  const client = owned.use(
    createAuth0Client(options.tenant, {
      pacing: createPacing(options.rateLimit, replicas?.createBudget),
      onQueued: events.queued,
      onRemaining: events.remaining,
      beginExchange: events.beginExchange,
      onExchange: events.exchange,
      onRetry: events.retry,
      onCircuit: events.circuit,
    }),
  );
  const authenticator = owned.use(
    createAuthenticator({
      ...options.callers,
      onKeysFailure: events.keysFailure,
    }),
  );
  const sharedReads = createSharedReads(client, {
    ttlMs: options.userCacheTtlMs,
    onRead: events.read,
    hearsOfWrites: () => replicas?.news.isConnected ?? true,
  });
  const memory = new RecentWritesMemory();
  const recentWrites = replicas ? toldTo(replicas.news, memory) : memory;
  replicas?.news.subscribe({
    written(id) {
      void memory.add(id);
      sharedReads.forget(id);
    },
    missed: () => sharedReads.forgetAll(),
  });
  const idempotency = createIdempotency({
    secret: options.tenant.clientSecret,
    redis: replicas?.redis ?? null,
    operationTimeoutMs: options.operationTimeoutMs,
  });
  const audit = events.audited(options.audit ?? createAuditLog(log));
  const graphql = createGraphQLServer({
    schema: createSchema({
      metadataMaxBytes: options.metadataMaxBytes,
      introspection: options.introspection,
      authDirectives: options.federationAuthDirectives,
    }),
    authenticate: (authorization, deadline) => authenticator.authenticate(authorization, deadline),
    unauthorized,
    publicUserFields: new Set(options.publicUserFields),
    createUsers: ({ caller, ...operation }) =>
      createUsers({
        client,
        sharedReads,
        caller: caller?.subject ?? '',
        recentWrites,
        ...operation,
        once: (key, request, work) =>
          idempotency.onceFor(
            [options.tenant.audience, options.callers.issuer, caller?.subject ?? ''],
            operation.deadline,
          )(key, request, work),
        onReconciliation: events.reconciliation,
      }),
    introspection: options.introspection,
    audit,
    maxOperations: options.maxOperations ?? 1_000,
    isOverloaded: options.isOverloaded ?? (() => false),
    corsOrigins: options.corsOrigins,
    trustedDocuments: options.trustedDocuments,
    report: events.bug,
  });
  owned.defer(async () => {
    await graphql.yoga.dispose();
  });
  client.start();
  const pages = createPages({
    graphiql: options.graphiql,
    visitors: sandbox?.visitors ?? null,
    metadataMaxBytes: options.metadataMaxBytes,
  });

  let isDraining = false;
  const unreadiness = () => [
    ...(isDraining ? ['draining'] : []),
    ...(client.hasToken() ? [] : ['no management token yet']),
    ...(authenticator.ready() ? [] : ["the issuer's keys were never loaded"]),
  ];

  const operating = createOperating({
    graphql,
    events,
    audit,
    operationTimeoutMs: options.operationTimeoutMs,
  });

  const answerPage = async (request: Request, page: Promise<Response>): Promise<Response> => {
    const start = performance.now();
    const requestId = requestIdOf(request.headers.get('x-request-id'));
    const response = await page;
    response.headers.set('x-request-id', requestId);
    log.info({
      requestId,
      page: new URL(request.url).pathname,
      status: response.status,
      ms: Math.round(performance.now() - start),
    });
    return response;
  };

  return {
    async handle(request) {
      const { pathname } = new URL(request.url);
      const page = pages(request);
      if (page) return answerPage(request, page);
      if (pathname === '/graphql') return operating.answer(request);
      if (pathname === '/sandbox/token' && sandbox) return answerSandboxToken(request, sandbox.issueToken);
      return answerHealth(request, unreadiness) ?? new Response('Not found\n', { status: 404 });
    },
    post: (post) => operating.answerPost(post),
    drain() {
      isDraining = true;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
