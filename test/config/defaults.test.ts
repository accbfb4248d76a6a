import { describe, expect, it, test } from 'vitest';
import { configOf, sandboxOf, tenantEnv, tenantOf } from './support.ts';

describe('an empty environment', () => {
  it('is a whole configuration with the sandbox', () => {
    expect(configOf({})).toEqual({
      listen: { host: '127.0.0.1', port: 4000 },
      metricsPort: 9464,
      traces: false,
      logs: false,
      tenant: {
        kind: 'sandbox',
        port: 4010,
        usersFile: null,
        rateLimit: { kind: 'tier', tier: 'enterprise' },
        searchLagMs: 1000,
      },
      callers: {
        issuer: null,
        jwksUri: null,
        audience: 'https://users.gateway.example/',
        permissionsClaim: null,
      },
      rateLimit: { kind: 'tier', tier: 'enterprise' },
      userCacheTtlMs: 0,
      publicUserFields: [],
      operationTimeoutMs: 10_000,
      metadataMaxBytes: 10_240,
      graphiql: true,
      trustedDocuments: null,
      introspection: true,
      federationAuthDirectives: false,
      corsOrigins: [],
      redisUrl: null,
      logLevel: 'info',
      ignored: [],
    });
  });

  it('is what blanks amount to', () => {
    const blank = {
      AUTH0_DOMAIN: '',
      AUTH0_ORIGIN: ' ',
      PORT: '',
      GRAPHIQL: '',
      AUTH0_CLIENT_SECRET_FILE: '',
    };
    expect(configOf(blank)).toEqual(configOf({}));
  });
});

describe('the least a tenant needs', () => {
  it('is its domain, an application and an audience', () => {
    const config = configOf(tenantEnv);
    expect(config.tenant).toEqual({
      kind: 'tenant',
      origin: 'https://acme.eu.auth0.com',
      audience: 'https://acme.eu.auth0.com/api/v2/',
      clientId: 'client',
      clientSecret: 's3cret',
    });
    expect(config.callers).toEqual({
      issuer: 'https://acme.eu.auth0.com/',
      jwksUri: 'https://acme.eu.auth0.com/.well-known/jwks.json',
      audience: 'https://users.acme.example/',
      permissionsClaim: null,
    });
  });

  it('holds whatever the case of the domain', () => {
    expect(configOf({ ...tenantEnv, AUTH0_DOMAIN: 'Acme.EU.Auth0.com' })).toEqual(configOf(tenantEnv));
  });

  it('turns GraphiQL and introspection off', () => {
    expect(configOf(tenantEnv)).toMatchObject({ graphiql: false, introspection: false });
    expect(configOf({ ...tenantEnv, GRAPHIQL: 'true', INTROSPECTION: '1' })).toMatchObject({
      graphiql: true,
      introspection: true,
    });
  });

  it('leaves the settings of the sandbox unread', () => {
    expect(tenantOf({ SANDBOX_PORT: 'nonsense', SANDBOX_USERS: '/nowhere' }).kind).toBe('tenant');
  });
});

describe('an origin beside or without a domain', () => {
  it('is where callers of a custom domain get their tokens', () => {
    const config = configOf({ ...tenantEnv, AUTH0_ORIGIN: 'https://login.acme.example/' });
    expect(config.tenant).toMatchObject({
      origin: 'https://login.acme.example',
      audience: 'https://acme.eu.auth0.com/api/v2/',
    });
    expect(config.callers).toMatchObject({
      issuer: 'https://login.acme.example/',
      jwksUri: 'https://login.acme.example/.well-known/jwks.json',
    });
  });

  it('names the Management API where no domain does', () => {
    const origin = 'http://127.0.0.1:4010';
    expect(tenantOf({ AUTH0_DOMAIN: undefined, AUTH0_ORIGIN: origin }).audience).toBe(`${origin}/api/v2/`);
    expect(tenantOf({ AUTH0_AUDIENCE: 'urn:management' }).audience).toBe('urn:management');
  });
});

describe('a token issuer', () => {
  it('is kept to the letter', () => {
    const { callers } = configOf({
      ...tenantEnv,
      JWT_ISSUER: 'https://idp.example',
      PERMISSIONS_CLAIM: 'scope',
    });
    expect(callers).toMatchObject({ issuer: 'https://idp.example', permissionsClaim: 'scope' });
  });

  it('may stand in for the sandbox', () => {
    const { callers } = configOf({
      JWT_ISSUER: 'https://idp.example/',
      JWT_JWKS_URI: 'https://idp.example/keys?v=1',
    });
    expect(callers).toMatchObject({
      issuer: 'https://idp.example/',
      jwksUri: 'https://idp.example/keys?v=1',
    });
  });
});

test.for<[sent: string, env: Record<string, string>]>([
  ['traces, logs', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }],
  ['traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/v1/traces' }],
  ['logs', { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://collector/v1/logs' }],
  ['traces', { OTEL_TRACES_EXPORTER: 'otlp' }],
  ['logs', { OTEL_LOGS_EXPORTER: 'otlp' }],
  ['logs', { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }],
  ['traces', { OTEL_LOGS_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }],
  ['', { OTEL_LOGS_EXPORTER: 'none', OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://collector/v1/logs' }],
  ['', { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }],
  ['', { OTEL_SERVICE_NAME: 'users' }],
])('what is sent by OpenTelemetry: %s with %o', ([sent, env]) => {
  const config = configOf(env);
  expect((['traces', 'logs'] as const).filter((name) => config[name]).join(', ')).toBe(sent);
});

test('a metrics port of 0 is none', () => {
  expect(configOf({ METRICS_PORT: '0' }).metricsPort).toBeNull();
});

describe('a rate limit', () => {
  it.each([
    ['free', { kind: 'tier', tier: 'free' }],
    ['none', { kind: 'none' }],
    ['50:16', { kind: 'bucket', burst: 50, perSecond: 16 }],
    ['40:8.34', { kind: 'bucket', burst: 40, perSecond: 8.34 }],
  ])('reads %s', (text, rateLimit) => {
    expect(configOf({ AUTH0_RATE_LIMIT: text }).rateLimit).toEqual(rateLimit);
    expect(sandboxOf({ SANDBOX_RATE_LIMIT: text }).rateLimit).toEqual(rateLimit);
  });
});

describe('a list', () => {
  it('forgives blanks, repetition and a last comma', () => {
    const config = configOf({
      PUBLIC_USER_FIELDS: ' nickname, picture,nickname,',
      CORS_ORIGINS: 'https://App.example.com/, https://app.example.com:443,http://localhost:3000',
    });
    expect(config.publicUserFields).toEqual(['nickname', 'picture']);
    expect(config.corsOrigins).toEqual(['https://app.example.com', 'http://localhost:3000']);
  });
});

it.each(['redis://redis.example.com', 'rediss://user:password@redis.example.com:6380/2'])(
  'a Redis is reached at its URL: %s',
  (url) => {
    expect(configOf({ REDIS_URL: url }).redisUrl).toBe(url);
  },
);
