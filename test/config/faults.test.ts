import { describe, expect, it } from 'vitest';
import { errorOf, faultsOf, faultyNames, tenantEnv } from './support.ts';

describe('a setting that does not fit', () => {
  it.each([
    ['HOST', 'http://localhost'],
    ['HOST', '[::1]'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '4e3'],
    ['PORT', '0x10'],
    ['METRICS_PORT', 'off'],
    ['METRICS_PORT', '4000'],
    ['OTEL_TRACES_EXPORTER', 'jaeger'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', '/v1/traces'],
    ['OTEL_LOGS_EXPORTER', 'console'],
    ['OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', '/v1/logs'],
    ['OTEL_SDK_DISABLED', 'perhaps'],
    ['OPERATION_TIMEOUT_MS', '0'],
    ['OPERATION_TIMEOUT_MS', '86400001'],
    ['OPERATION_TIMEOUT_MS', '10s'],
    ['METADATA_MAX_BYTES', '10KB'],
    ['GRAPHIQL', 'yes'],
    ['INTROSPECTION', 'TRUE'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://*.example.com'],
    ['CORS_ORIGINS', 'https://app.example.com/path'],
    ['CORS_ORIGINS', 'https://app.example.com?'],
    ['CORS_ORIGINS', 'app.example.com'],
    ['CORS_ORIGINS', 'null'],
    ['CORS_ORIGINS', 'https://ok.example.com, ftp://app.example.com'],
    ['PUBLIC_USER_FIELDS', 'nickname,shoeSize'],
    ['LOG_LEVEL', 'verbose'],
    ['JWT_ISSUER', 'http://idp.example/'],
    ['JWT_ISSUER', 'https://idp.example/?tenant=1'],
    ['JWT_ISSUER', 'acme'],
    ['JWT_JWKS_URI', 'http://idp.example/keys'],
    ['JWT_JWKS_URI', 'https://me:word@idp.example/keys'],
    ['JWT_ISSUER', 'https://me@idp.example/'],
    ['CORS_ORIGINS', 'https://me@app.example.com'],
    ['JWT_JWKS_URI', 'http://127.0.0.1.example.com/keys'],
    ['SANDBOX_PORT', 'any'],
    ['SANDBOX_USERS', '/nowhere/users.json'],
    ['AUTH0_RATE_LIMIT', 'unlimited'],
    ['AUTH0_RATE_LIMIT', '50'],
    ['SANDBOX_RATE_LIMIT', 'gold'],
    ['SANDBOX_RATE_LIMIT', '0:5'],
    ['SANDBOX_RATE_LIMIT', '10:0'],
    ['SANDBOX_SEARCH_LAG_MS', '1.5'],
    ['REDIS_URL', 'redis.example.com:6379'],
    ['REDIS_URL', 'https://redis.example.com'],
    ['REDIS_URL', 'redis://'],
    ['REDIS_URL_FILE', '/nowhere/redis-url'],
    ['USER_CACHE_TTL_MS', 'short'],
    ['TRUSTED_DOCUMENTS', 'documents.json'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
  ])('is a fault by name: %s=%s', (name, text) => {
    expect(faultyNames({ [name]: text })).toEqual([name]);
  });

  it.each([
    ['AUTH0_DOMAIN', 'https://acme.eu.auth0.com/'],
    ['AUTH0_DOMAIN', 'acme.eu.auth0.com:443'],
    ['AUTH0_DOMAIN', 'acme.eu.auth0.com/'],
    ['AUTH0_DOMAIN', 'acme'],
    ['AUTH0_DOMAIN', '-acme.auth0.com'],
    ['AUTH0_ORIGIN', 'http://acme.eu.auth0.com'],
    ['AUTH0_ORIGIN', 'http://localhost.example.com'],
    ['AUTH0_ORIGIN', 'https://acme.eu.auth0.com/api/v2/'],
    ['AUTH0_ORIGIN', 'https://acme.eu.auth0.com/?'],
    ['AUTH0_ORIGIN', 'https://me:word@acme.eu.auth0.com'],
    ['AUTH0_ORIGIN', 'acme.eu.auth0.com'],
    ['AUTH0_CLIENT_ID', ''],
    ['AUTH0_CLIENT_SECRET', undefined],
    ['JWT_AUDIENCE', undefined],
  ])('is a fault of a tenant by name: %s=%s', (name, text) => {
    expect(faultyNames({ ...tenantEnv, [name]: text })).toEqual([name]);
  });

  it.each(['AUTH0_CLIENT_ID', 'AUTH0_CLIENT_SECRET'])('is %s without a tenant', (name) => {
    for (const domain of [undefined, ''])
      expect(faultyNames({ AUTH0_DOMAIN: domain, [name]: 'of somebody' })).toEqual([name]);
  });

  it.each(['http://localhost:4010', 'http://127.0.0.1:4010/', 'http://[::1]:4010'])(
    'does not include plain http on loopback: %s',
    (origin) => {
      expect(faultsOf({ ...tenantEnv, AUTH0_ORIGIN: origin })).toEqual([]);
    },
  );

  it('says what was expected and what arrived', () => {
    expect(faultsOf({ PORT: 'http' })).toEqual([
      { name: 'PORT', message: 'expected an integer from 0 to 65535, got "http"' },
    ]);
  });

  it('tells the host to who pasted a URL', () => {
    const [fault] = faultsOf({ ...tenantEnv, AUTH0_DOMAIN: 'https://acme.eu.auth0.com/api/v2/' });
    expect(fault?.message).toMatch(/without https:\/\/.*: set acme\.eu\.auth0\.com$/);
  });
});

describe('several faults', () => {
  it('are reported at once, in one error', () => {
    const error = errorOf({
      AUTH0_DOMAIN: 'https://acme.example',
      PORT: 'x',
      LOG_LEVEL: 'y',
      REDIS_URL: 'z',
    });
    expect(error?.faults.map((fault) => fault.name).toSorted()).toEqual([
      'AUTH0_CLIENT_ID',
      'AUTH0_CLIENT_SECRET',
      'AUTH0_DOMAIN',
      'JWT_AUDIENCE',
      'LOG_LEVEL',
      'PORT',
      'REDIS_URL',
    ]);
    expect(error?.message.split('\n')).toHaveLength(8);
  });
});

describe('a fault never shows', () => {
  it.each([
    { AUTH0_ORIGIN: 'https://me:hunter2@acme.example' },
    { JWT_JWKS_URI: 'ftp://me:hunter2@acme.example/keys' },
    { AUTH0_ORIGIN: 'https:me:hunter2@acme.example' },
    { REDIS_URL: 'http://:hunter2@localhost' },
    { REDIS_URL: 'http://localhost?password=hunter2' },
    { AUTH0_CLIENT_SECRET: 'hunter2', AUTH0_CLIENT_SECRET_FILE: '/run/secret', PORT: 'x' },
    { AUTH0_CLIENT_SECRET_FILE: 'hunter2' },
  ])('a password: %o', (env) => {
    const error = errorOf(env);
    expect(error?.faults).not.toHaveLength(0);
    expect(error?.message).not.toContain('hunter2');
  });

  it('more than a line of what arrived', () => {
    const [fault] = faultsOf({ LOG_LEVEL: 'x'.repeat(5000) });
    expect(fault?.message.length).toBeLessThan(200);
  });
});
