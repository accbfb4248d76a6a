/** The environment as a typed tree: read once, every fault at once, nothing else reads the environment. */

import { readFileSync } from 'node:fs';
import { type DocumentRules, parseDocuments, type TrustedDocuments } from './documents.ts';
import { type ReadFile, readEnv } from './env.ts';
import { ConfigError, type Fault } from './fault.ts';
import { createReader, type Reader } from './reader.ts';
import {
  boolean,
  browserOrigin,
  collectorUrl,
  deadlineMs,
  integer,
  issuer,
  keysUri,
  listenHost,
  listOf,
  Misfit,
  milliseconds,
  oneOf,
  port,
  type RateLimit,
  rateLimit,
  redisUrl,
  tenantDomain,
  tenantOrigin,
} from './values.ts';

export type Config = {
  readonly listen: { readonly host: string; readonly port: number };
  /** `null`: metrics are neither kept nor told. */
  readonly metricsPort: number | null;
  /** Whether traces go anywhere. Where to is for the OpenTelemetry SDK to read. */
  readonly traces: boolean;
  /** Whether the log goes anywhere beside stdout. */
  readonly logs: boolean;
  readonly tenant: Sandbox | Tenant;
  readonly callers: Callers;
  /** Names of `User` fields. */
  readonly publicUserFields: readonly string[];
  /** The budget of calls to the tenant. */
  readonly rateLimit: RateLimit;
  /** 0: a user that was read is never served again. */
  readonly userCacheTtlMs: number;
  readonly operationTimeoutMs: number;
  readonly metadataMaxBytes: number;
  readonly graphiql: boolean;
  readonly introspection: boolean;
  readonly federationAuthDirectives: boolean;
  readonly corsOrigins: readonly string[];
  /** `null`: any document is executed. */
  readonly trustedDocuments: TrustedDocuments | null;
  /** What replicas share; `null`: nothing. */
  readonly redisUrl: string | null;
  readonly logLevel: LogLevel;
  /** Names of settings that were made and have no effect. */
  readonly ignored: readonly string[];
};

/** The tenant that comes with the gateway, on loopback. */
export type Sandbox = {
  readonly kind: 'sandbox';
  readonly port: number;
  /** `null`: the built-in people. */
  readonly usersFile: string | null;
  readonly rateLimit: RateLimit;
  readonly searchLagMs: number;
};

export type Tenant = {
  readonly kind: 'tenant';
  readonly origin: string;
  /** The identifier of the tenant's Management API. */
  readonly audience: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

/** How callers' access tokens are judged. */
export type Callers = {
  /** `null`: the sandbox's, known once it listens. Never with a tenant. */
  readonly issuer: string | null;
  /** `null`: the sandbox's, known once it listens. Never with a tenant. */
  readonly jwksUri: string | null;
  readonly audience: string;
  /** `null`: `permissions` when the token has it, else `scope`. */
  readonly permissionsClaim: string | null;
};

export type LogLevel = (typeof logLevels)[number];

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * @param options.userFields the names `PUBLIC_USER_FIELDS` may hold
 * @param options.documents what judges the documents that `TRUSTED_DOCUMENTS` holds
 * @throws {ConfigError} with every fault of the settings
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  options: {
    readonly userFields: () => readonly string[];
    readonly documents: DocumentRules;
    readonly readFile?: ReadFile;
  },
): Config {
  const faults: Fault[] = [];
  const report = (fault: Fault) => void faults.push(fault);
  const readFile = options.readFile ?? ((path) => readFileSync(path, 'utf8'));
  const reader = createReader(readEnv(env, readFile, report), report);

  const isTenant = reader.isSet('AUTH0_DOMAIN') || reader.isSet('AUTH0_ORIGIN');
  const tenant = isTenant ? readTenant(reader) : readSandbox(reader, readFile);
  const trustedDocuments = reader.optional('TRUSTED_DOCUMENTS', (path) =>
    parseDocuments(contentOf(path, readFile), options.documents),
  );
  const config: Config = {
    listen: { host: reader.defaulted('HOST', listenHost), port: reader.defaulted('PORT', port) },
    metricsPort: reader.defaulted('METRICS_PORT', port) || null,
    ...readOpenTelemetry(reader),
    tenant,
    callers: readCallers(reader, tenant),
    publicUserFields: reader.defaulted(
      'PUBLIC_USER_FIELDS',
      listOf((name) => oneOf(options.userFields())(name)),
    ),
    rateLimit: reader.defaulted('AUTH0_RATE_LIMIT', rateLimit),
    userCacheTtlMs: reader.defaulted('USER_CACHE_TTL_MS', milliseconds),
    operationTimeoutMs: reader.defaulted('OPERATION_TIMEOUT_MS', deadlineMs),
    metadataMaxBytes: reader.defaulted('METADATA_MAX_BYTES', integer(1, 2 ** 31 - 1)),
    graphiql: reader.optional('GRAPHIQL', boolean) ?? (!isTenant && !reader.isSet('TRUSTED_DOCUMENTS')),
    introspection: reader.optional('INTROSPECTION', boolean) ?? !isTenant,
    federationAuthDirectives: reader.defaulted('FEDERATION_AUTH_DIRECTIVES', boolean),
    corsOrigins: reader.defaulted('CORS_ORIGINS', listOf(browserOrigin)),
    trustedDocuments,
    redisUrl: reader.optional('REDIS_URL', redisUrl),
    logLevel: reader.defaulted('LOG_LEVEL', oneOf(logLevels)),
    ignored: !isTenant && reader.isSet('AUTH0_AUDIENCE') ? ['AUTH0_AUDIENCE'] : [],
  };
  if (config.graphiql && reader.isSet('TRUSTED_DOCUMENTS'))
    report({
      name: 'GRAPHIQL',
      message: 'expected no true beside TRUSTED_DOCUMENTS: nothing it sends is one',
    });
  if (config.metricsPort !== null && config.metricsPort === config.listen.port)
    report({ name: 'METRICS_PORT', message: 'expected another port than PORT' });
  if (!isTenant) refuseNamelessTenant(reader, report);
  refuseUncheckedTls(env, report);

  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

function readTenant(reader: Reader): Tenant {
  const domain = reader.optional('AUTH0_DOMAIN', tenantDomain);
  const origin = reader.optional('AUTH0_ORIGIN', tenantOrigin) ?? `https://${domain}`;
  return {
    kind: 'tenant',
    origin,
    // A tenant behind a custom domain keeps the identifier that its own domain gave it.
    audience:
      reader.optional('AUTH0_AUDIENCE', verbatim) ??
      `${domain === null ? origin : `https://${domain}`}/api/v2/`,
    clientId: reader.required('AUTH0_CLIENT_ID', whereTenant),
    clientSecret: reader.required('AUTH0_CLIENT_SECRET', whereTenant),
  };
}

function readSandbox(reader: Reader, readFile: ReadFile): Sandbox {
  return {
    kind: 'sandbox',
    port: reader.defaulted('SANDBOX_PORT', port),
    usersFile: reader.optional('SANDBOX_USERS', (path) => readablePath(path, readFile)),
    rateLimit: reader.defaulted('SANDBOX_RATE_LIMIT', rateLimit),
    searchLagMs: reader.defaulted('SANDBOX_SEARCH_LAG_MS', milliseconds),
  };
}

function readCallers(reader: Reader, tenant: Sandbox | Tenant): Callers {
  const callers = {
    issuer: reader.optional('JWT_ISSUER', issuer),
    jwksUri: reader.optional('JWT_JWKS_URI', keysUri),
    audience:
      tenant.kind === 'tenant'
        ? reader.required('JWT_AUDIENCE', whereTenant)
        : (reader.optional('JWT_AUDIENCE', verbatim) ?? 'https://users.gateway.example/'),
    permissionsClaim: reader.optional('PERMISSIONS_CLAIM', verbatim),
  };
  return tenant.kind === 'tenant' ? issuedAt(tenant.origin, callers) : callers;
}

/** The callers' settings, where the tenant at this origin issues the tokens unless they say otherwise. */
export function issuedAt(origin: string, callers: Callers) {
  return {
    ...callers,
    issuer: callers.issuer ?? `${origin}/`,
    jwksUri: callers.jwksUri ?? `${origin}/.well-known/jwks.json`,
  };
}

function readOpenTelemetry(reader: Reader): Pick<Config, 'traces' | 'logs'> {
  const collector = reader.optional('OTEL_EXPORTER_OTLP_ENDPOINT', collectorUrl);
  const isDisabled = reader.defaulted('OTEL_SDK_DISABLED', boolean);
  const areSent = (exporters: readonly string[] | null, endpoint: string | null) =>
    !isDisabled && (exporters ? !exporters.includes('none') : (endpoint ?? collector) !== null);
  return {
    traces: areSent(
      reader.optional('OTEL_TRACES_EXPORTER', listOf(oneOf(['otlp', 'zipkin', 'console', 'none']))),
      reader.optional('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', collectorUrl),
    ),
    logs: areSent(
      reader.optional('OTEL_LOGS_EXPORTER', listOf(oneOf(['otlp', 'none']))),
      reader.optional('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', collectorUrl),
    ),
  };
}

const whereTenant = 'where AUTH0_DOMAIN or AUTH0_ORIGIN names a tenant';

const verbatim = (text: string) => text;

function readablePath(path: string, readFile: ReadFile): string {
  contentOf(path, readFile);
  return path;
}

function contentOf(path: string, readFile: ReadFile): string {
  try {
    return readFile(path);
  } catch {
    throw new Misfit('the path of a readable file');
  }
}

/** Without a tenant they mean nothing, and somebody may have meant one. */
/** Whoever has credentials means a tenant, and would be given one in which everybody may sign in as anybody. */
function refuseNamelessTenant(reader: Reader, report: (fault: Fault) => void): void {
  for (const name of ['AUTH0_CLIENT_ID', 'AUTH0_CLIENT_SECRET'] as const)
    if (reader.isSet(name))
      report({ name, message: 'expected AUTH0_DOMAIN beside it, for there is no tenant without' });
}

/** Node's own switch, and Node takes no other text than 0 for "off". */
function refuseUncheckedTls(
  env: Readonly<Record<string, string | undefined>>,
  report: (fault: Fault) => void,
): void {
  const name = 'NODE_TLS_REJECT_UNAUTHORIZED';
  if (env[name] !== '0') return;
  report({
    name,
    message:
      'expected no 0: it would hand the client secret to whoever answers; add a private CA with NODE_EXTRA_CA_CERTS',
  });
}
