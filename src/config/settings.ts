/**
 * Every environment variable the gateway reads: its name, what stands in where it is not set, and what it means.
 * The README's table says the same; a variable that is not here cannot be read.
 */

export type Setting = {
  readonly name: string;
  /** Taken as though the variable held it. */
  readonly default?: string;
  /** What stands in where that depends on other settings; in words. */
  readonly otherwise?: string;
  readonly meaning: string;
  /** May also be read from the file that `<name>_FILE` points to, and is never shown. */
  readonly secret?: true;
};

export const settings = [
  { name: 'HOST', default: '127.0.0.1', meaning: 'the address the gateway listens on' },
  { name: 'PORT', default: '4000', meaning: 'the port the gateway listens on; 0 = any free one' },
  { name: 'METRICS_PORT', default: '9464', meaning: 'the port of /metrics for Prometheus, on HOST; 0 = off' },
  {
    name: 'AUTH0_DOMAIN',
    meaning: 'the tenant, as a bare host name; unset, and AUTH0_ORIGIN unset = the embedded sandbox',
  },
  {
    name: 'AUTH0_ORIGIN',
    otherwise: 'https://$AUTH0_DOMAIN',
    meaning: 'where to reach the tenant; plain http only on loopback',
  },
  { name: 'AUTH0_CLIENT_ID', meaning: 'the machine-to-machine application; required with a tenant' },
  { name: 'AUTH0_CLIENT_SECRET', meaning: 'its secret; required with a tenant', secret: true },
  {
    name: 'AUTH0_AUDIENCE',
    otherwise: 'https://$AUTH0_DOMAIN/api/v2/, else $AUTH0_ORIGIN/api/v2/',
    meaning: 'the identifier of the Management API',
  },
  {
    name: 'AUTH0_RATE_LIMIT',
    default: 'enterprise',
    meaning:
      "the budget of calls to the tenant: free, professional, enterprise, <burst>:<per second>, or none for no other than what Auth0's answers tell",
  },
  {
    name: 'JWT_ISSUER',
    otherwise: '$AUTH0_ORIGIN/ (one slash at the end)',
    meaning: "who signs callers' access tokens, to the letter",
  },
  {
    name: 'JWT_JWKS_URI',
    otherwise: '$AUTH0_ORIGIN/.well-known/jwks.json',
    meaning: "where the keys of callers' access tokens are published",
  },
  {
    name: 'JWT_AUDIENCE',
    otherwise: 'required with a tenant; sandbox: https://users.gateway.example/',
    meaning: "this API's identifier: aud of callers' tokens",
  },
  {
    name: 'PERMISSIONS_CLAIM',
    otherwise: 'permissions when the token has it, else scope',
    meaning: 'which claim grants; one, never the union',
  },
  {
    name: 'PUBLIC_USER_FIELDS',
    default: '',
    meaning:
      'User fields any authenticated caller may read of any user, comma-separated; `identities` with all they hold but tokens',
  },
  {
    name: 'REDIS_URL',
    meaning:
      'redis:// or rediss:// of a Redis or Valkey in which replicas share the budget, idempotency keys and news of updates; unset = each process is by itself',
    secret: true,
  },
  {
    name: 'USER_CACHE_TTL_MS',
    default: '0',
    meaning:
      'how long a read user may be served again across requests; 0 = never. Updates through the same process, or with REDIS_URL through any, are seen at once',
  },
  {
    name: 'OPERATION_TIMEOUT_MS',
    default: '10000',
    meaning: 'deadline of one operation, upstream waits included',
  },
  {
    name: 'METADATA_MAX_BYTES',
    default: '10240',
    meaning: 'largest userMetadata or appMetadata in one update, in UTF-8 bytes of its compact JSON',
  },
  {
    name: 'GRAPHIQL',
    otherwise: 'true in the sandbox, else false',
    meaning: 'serve GraphiQL to browsers; never with TRUSTED_DOCUMENTS',
  },
  { name: 'INTROSPECTION', otherwise: 'true in the sandbox, else false', meaning: 'answer introspection' },
  {
    name: 'FEDERATION_AUTH_DIRECTIVES',
    default: 'false',
    meaning:
      'tell routers, by `@authenticated` and `@requiresScopes` in the SDL of the subgraph, what fields take; Apollo Gateway loads no such supergraph',
  },
  {
    name: 'CORS_ORIGINS',
    default: '',
    meaning: 'allowed browser origins, comma-separated; never *',
  },
  {
    name: 'TRUSTED_DOCUMENTS',
    meaning: 'path of a map of documents by their ids; set = nothing else is executed',
  },
  {
    name: 'LOG_LEVEL',
    default: 'info',
    meaning: 'fatal, error, warn, info, debug, trace or silent; the audit is written at every one but silent',
  },
  {
    name: 'OTEL_TRACES_EXPORTER',
    otherwise: 'otlp where an endpoint is set, else none',
    meaning: 'where traces go: otlp, zipkin, console (stdout), or none; comma-separated',
  },
  {
    name: 'OTEL_LOGS_EXPORTER',
    otherwise: 'otlp where an endpoint is set, else none',
    meaning: 'where the log goes beside stdout, which has it in any case: otlp, or none',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    meaning:
      "the collector's URL, such as http://127.0.0.1:4318; every other OTEL_ variable that the OpenTelemetry SDK knows for traces and logs is heeded as well",
  },
  {
    name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    otherwise: '$OTEL_EXPORTER_OTLP_ENDPOINT/v1/traces',
    meaning: 'the same for traces alone, with its path',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
    otherwise: '$OTEL_EXPORTER_OTLP_ENDPOINT/v1/logs',
    meaning: 'the same for the log alone, with its path',
  },
  {
    name: 'OTEL_SDK_DISABLED',
    default: 'false',
    meaning: 'true = neither traces nor log are sent, whatever else is set',
  },
  {
    name: 'SANDBOX_PORT',
    default: '4010',
    meaning:
      'the port of the sandbox tenant; 0 = any free one; ignored with a tenant, as all SANDBOX_ settings are',
  },
  {
    name: 'SANDBOX_USERS',
    otherwise: 'built-in people',
    meaning: 'path of a file of users, a JSON array or JSON lines, that replaces the built-in people',
  },
  {
    name: 'SANDBOX_RATE_LIMIT',
    default: 'enterprise',
    meaning: 'free, professional, enterprise, none, or <burst>:<per second>',
  },
  { name: 'SANDBOX_SEARCH_LAG_MS', default: '1000', meaning: 'how far search trails writes' },
] as const satisfies readonly Setting[];

export type SettingName = (typeof settings)[number]['name'];
export type DefaultedName = Extract<(typeof settings)[number], { readonly default: string }>['name'];

export function defaultOf(name: DefaultedName): string {
  return find(name)?.default ?? '';
}

export function isSecret(name: SettingName): boolean {
  return find(name)?.secret ?? false;
}

function find(name: SettingName): Setting | undefined {
  return settings.find((candidate) => candidate.name === name);
}
