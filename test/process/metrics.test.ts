/** A gateway of its own process is asked for good things and bad ones, then scraped: the counts are true. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { samplesOf, valueOf } from '../support/exposition.ts';
import { freePort } from '../support/free-port.ts';
import { answer, reset, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';
import { type Process, run, runGateway, tenantEnv, tenantEnvThrough } from './support.ts';

const johnId = 'auth0|507f1f77bcf86cd799439020';
const audience = 'https://users.gateway.example/';

const started = new AsyncDisposableStack();
let sandbox: Sandbox;
let tenant: TroubledTenant;
let gateway: Process & { readonly url: string };
let metricsPort = 0;
let scraped = '';
let tokens = { admin: '', john: '' };

beforeAll(async () => {
  sandbox = started.use(
    await startSandbox({ port: 0, rateLimit: { kind: 'none' }, searchLagMs: 0, audience }),
  );
  tenant = started.use(await startTroubledTenant(sandbox.origin));
  metricsPort = await freePort();
  gateway = started.use(
    await runGateway({
      ...tenantEnvThrough(tenant.origin, sandbox),
      METRICS_PORT: `${metricsPort}`,
    }),
  );
  const tokenOf = async (email: string) => (await sandbox.issueToken(email))?.access_token ?? '';
  tokens = { admin: await tokenOf('admin@example.com'), john: await tokenOf('john.doe@gmail.com') };
  await work();
  scraped = await (await scrape()).text();
}, 60_000);
afterAll(() => started.disposeAsync());

/** Successes, refusals, faults upstream, and what is no operation at all. */
async function work(): Promise<void> {
  for (let times = 0; times < 3; times++) await ask('query Me { me { id } }', tokens.john);
  await ask('query Me { me { id } }', null);
  await ask('query Nobody { me { id } }', null);
  await ask('{ me { id } }', tokens.john);
  await ask('query Wrong { nothing }', tokens.john);
  await ask('query Me { me { id } }', 'no token');
  await ask(update('nickname: "J"'), tokens.john);
  await ask(update('blocked: true'), tokens.john);
  await ask(update('nickname: ""'), tokens.admin);
  await ask(update('name: "a"').replace(johnId, 'auth0|nobody'), tokens.admin);
  tenant.trouble({ instead: answer(503, {}) });
  await ask('query Retried { me { id } }', tokens.john);
  tenant.trouble(...Array.from({ length: 3 }, () => ({ instead: reset })));
  await ask('query Down { me { id } }', tokens.john);
  tenant.trouble({ instead: answer(400, {}) });
  await ask('query Found { usersByEmail(email: "nobody@example.com") { id } }', tokens.admin);
  tenant.trouble({ applied: true, instead: reset });
  await ask(update('nickname: "K"'), tokens.john);
}

describe('operations', () => {
  test.for<[name: string, type: string, code: string, count: number]>([
    ['Me', 'query', 'OK', 3],
    ['Me', 'query', 'UNAUTHENTICATED', 1],
    // Nobody who has not shown who they are makes a name known.
    ['(other)', 'query', 'UNAUTHENTICATED', 1],
    ['(unnamed)', 'query', 'OK', 1],
    ['Wrong', 'query', 'GRAPHQL_VALIDATION_FAILED', 1],
    ['(unnamed)', 'none', 'HTTP_401', 1],
    ['Update', 'mutation', 'OK', 4],
    ['Update', 'mutation', 'FORBIDDEN', 1],
    ['Retried', 'query', 'OK', 1],
    ['Down', 'query', 'UPSTREAM_UNAVAILABLE', 1],
  ])('%s %s with %s', ([operation, type, code, count]) => {
    expect(valueOf(scraped, 'users_gateway_operations_total', { operation, type, code })).toBe(count);
  });

  test('are timed, and none is under way any more', () => {
    const count = valueOf(scraped, 'users_gateway_operation_duration_seconds_count');
    expect(count).toBe(valueOf(scraped, 'users_gateway_operations_total'));
    expect(count).toBe(16);
    expect(valueOf(scraped, 'users_gateway_operation_duration_seconds_sum')).toBeGreaterThan(0);
    expect(valueOf(scraped, 'users_gateway_operations_in_progress')).toBe(0);
  });
});

test('mutations are counted by their outcome', () => {
  const told = samplesOf(scraped).filter(({ name }) => name === 'users_gateway_mutations_total');
  expect(Object.fromEntries(told.map(({ labels, value }) => [labels['outcome'], value]))).toEqual({
    SUCCESS: 2,
    FORBIDDEN: 1,
    INVALID: 1,
    NOT_FOUND: 1,
  });
});

test('requests to Auth0 are counted, as many as there were', () => {
  const calls = tenant.takeCalls();
  const count = (labels: Record<string, string>) =>
    valueOf(scraped, 'users_gateway_upstream_requests_total', labels);
  for (const method of ['GET', 'PATCH'])
    expect(count({ method })).toBe(calls.filter((call) => call.startsWith(method)).length);
  expect(count({ endpoint: 'token', status: '200', fault: 'none' })).toBe(1);
  expect(count({ endpoint: 'users.get', status: '503', fault: 'unavailable' })).toBe(1);
  expect(count({ endpoint: 'users.get', status: 'none', fault: 'unavailable' })).toBe(3);
  expect(count({ endpoint: 'users.by-email', status: '400' })).toBe(1);
  expect(count({ endpoint: 'users.update', status: '404', fault: 'none' })).toBe(1);
  expect(count({ endpoint: 'users.update', status: 'none', fault: 'unavailable' })).toBe(1);
  expect(valueOf(scraped, 'users_gateway_upstream_request_duration_seconds_count')).toBe(count({}));
});

test('what is made again is counted, and what was found out of lost answers', () => {
  const retries = { endpoint: 'users.get', fault: 'unavailable' };
  expect(valueOf(scraped, 'users_gateway_upstream_retries_total', retries)).toBe(3);
  const told = samplesOf(scraped).filter(({ name }) => name === 'users_gateway_reconciliations_total');
  expect(Object.fromEntries(told.map(({ labels, value }) => [labels['verdict'], value]))).toEqual({
    applied: 1,
    'not-applied': 0,
    unknown: 0,
  });
});

test('the circuit is told of when it opens', async () => {
  expect(valueOf(scraped, 'users_gateway_circuit_open')).toBe(0);
  tenant.trouble(...Array.from({ length: 12 }, () => ({ instead: reset })));
  for (let times = 0; times < 4; times++) await ask('query Down { me { id } }', tokens.john);
  tenant.clear();
  const now = await (await scrape()).text();
  expect(valueOf(now, 'users_gateway_circuit_open')).toBe(1);
  expect(valueOf(now, 'users_gateway_circuit_openings_total')).toBe(1);
});

test('the process tells of itself', () => {
  expect(valueOf(scraped, 'users_gateway_build_info', { version: '0.1.0' })).toBe(1);
  for (const name of [
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_heap_size_used_bytes',
    'process_cpu_seconds_total',
  ])
    expect(valueOf(scraped, name)).toBeGreaterThan(0);
});

test('no label holds an id, an address or a token', () => {
  const labels = samplesOf(scraped).flatMap((sample) => Object.values(sample.labels));
  for (const secret of [johnId, 'auth0', '@', tokens.admin, tokens.john, sandbox.origin])
    expect(labels.filter((label) => label.includes(secret))).toEqual([]);
});

describe('the port', () => {
  test('serves /metrics and nothing else', async () => {
    expect((await scrape()).headers.get('content-type')).toMatch(/^text\/plain; version=/);
    expect((await scrape('/graphql')).status).toBe(404);
    expect((await scrape('/metrics', 'POST')).status).toBe(405);
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404);
  });

  test('is still there while the gateway drains', async () => {
    gateway.signal('SIGTERM');
    await gateway.untilWritten('stdout', /draining/);
    expect((await scrape()).status).toBe(200);
    expect(await gateway.exited).toBe(0);
  });

  test('is told by its number where it is taken', async () => {
    const port = await freePort();
    const env = { ...tenantEnv(sandbox.origin), METRICS_PORT: `${port}` };
    await using first = run('src/main.ts', env);
    await first.untilWritten('stdout', /listening/);
    await using second = run('src/main.ts', env);
    expect(await second.exited).toBe(69);
    expect(second.stderr()).toContain(`${port}`);
  });
});

function scrape(path = '/metrics', method = 'GET'): Promise<Response> {
  return fetch(`http://127.0.0.1:${metricsPort}${path}`, { method });
}

function update(input: string): string {
  return `mutation Update { updateUser(id: "${johnId}", input: { ${input} }) { __typename } }`;
}

async function ask(query: string, token: string | null): Promise<void> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query }),
  });
  await response.text();
}
