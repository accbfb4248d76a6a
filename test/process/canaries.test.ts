/**
 * Nothing secret gets out. A gateway of its own process is asked good things and bad ones, in front of a tenant that
 * fails in turn; then everything it has written anywhere is searched for every secret it has held. A new place to write
 * to is a line in `sinks`, a new kind of secret a line in `secrets`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Collector, startCollector } from '../support/collector.ts';
import { freePort } from '../support/free-port.ts';
import { type Recorder, startRecorder } from '../support/recorder.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import {
  answer,
  hang,
  reset,
  startTroubledTenant,
  type Trouble,
  type TroubledTenant,
} from '../support/troubled-tenant.ts';
import { type Process, ready, run } from './support.ts';

const password = 'Canary-Pass-1f7c9a';
const pasted = 'CanaryPasted_6d02e4';
const upstreamBody = 'canary-upstream-83b1d5';
const clientSecret = 'gateway-secret';
const googleId = 'google-oauth2|111199914890750704174';
const johnId = 'auth0|507f1f77bcf86cd799439020';
const badToken = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"sub":"canary-bad-token"}').toString('base64url')}.c2ln`;

const started = new AsyncDisposableStack();
let sandbox: Sandbox;
let tenant: TroubledTenant;
let recorder: Recorder;
let collector: Collector;
let metricsPort = 0;
let redis: TestRedis | null = null;
let gateway: Process;
let url = '';
const tokens: Record<'admin' | 'john', string> = { admin: '', john: '' };
const answers: string[] = [];
/** An answer that holds tokens of an identity provider, as it was asked to by whom it may tell them. */
let tokensToldRightly = '';

const inRedis = 'Redis (needs redis-server)';
/** What Redis held in the end. */
let held = '';

const sinks: Record<string, () => string | Promise<string>> = {
  answers: () => answers.join('\n'),
  stdout: () => gateway.stdout(),
  stderr: () => gateway.stderr(),
  metrics: async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
  traces: () => collector.received(),
  'log records': () => collector.receivedLog(),
  'heads of calls to Auth0': () => recorder.calls.map(({ head }) => head).join('\n'),
  'credentials of calls to Auth0': () => recorder.calls.map(({ authorization }) => authorization).join('\n'),
  'bodies of token requests': () => bodies((path) => path === '/oauth/token'),
  'bodies of other calls to Auth0': () => bodies((path) => path !== '/oauth/token'),
  [inRedis]: () => held,
};

/** Where each may be, and is: a secret that was never there would not be missed anywhere. */
const secrets: Record<string, { value: () => string; belongs: () => string; in?: keyof typeof sinks }> = {
  'a password': {
    value: () => password,
    belongs: () => bodies((path) => path.startsWith('/api/v2/users/')),
    in: 'bodies of other calls to Auth0',
  },
  'a password in the wrong place': { value: () => pasted, belongs: () => requests.join('\n') },
  "a caller's token": { value: () => tokens.admin, belongs: () => requests.join('\n') },
  "another caller's token": { value: () => tokens.john, belongs: () => requests.join('\n') },
  'a token that is not good': { value: () => badToken, belongs: () => requests.join('\n') },
  'the management token': {
    value: () => (JSON.parse(recorder.tokenAnswers[0] ?? '{}') as { access_token: string }).access_token,
    belongs: () => recorder.calls.map(({ authorization }) => authorization).join('\n'),
    in: 'credentials of calls to Auth0',
  },
  'the client secret': {
    value: () => clientSecret,
    belongs: () => bodies((path) => path === '/oauth/token'),
    in: 'bodies of token requests',
  },
  'what Auth0 said': { value: () => upstreamBody, belongs: () => troubleTold.join('\n') },
  'an access token of an identity provider': {
    value: () => 'ya29.sandbox-google-access-token',
    belongs: () => tokensToldRightly,
  },
  'a refresh token of an identity provider': {
    value: () => '1//sandbox-google-refresh-token',
    belongs: () => tokensToldRightly,
  },
};

const update =
  'mutation ($id: ID!, $input: UpdateUserInput!, $key: String) { updateUser(id: $id, input: $input, idempotencyKey: $key) { __typename ...on UserError { message } ...on InvalidUserInput { issues { path message } } ... on UpdateUserSuccess { changedFields user { id updatedAt } } } }';
type Init = RequestInit & { readonly body?: string };
const requests: string[] = [];
const troubleTold: string[] = [];

beforeAll(async () => {
  sandbox = started.use(
    await startSandbox({ port: 0, rateLimit: { kind: 'none' }, searchLagMs: 0, audience: 'canary-audience' }),
  );
  tenant = started.use(await startTroubledTenant(sandbox.origin));
  recorder = started.use(await startRecorder(tenant.origin));
  collector = started.use(await startCollector());
  metricsPort = await freePort();
  redis = hasRedis ? started.use(await startRedis()) : null;
  gateway = started.use(
    run('src/main.ts', {
      ...(redis && { REDIS_URL: redis.url }),
      // What is refused for its rate would else hold back what is asked after it.
      AUTH0_RATE_LIMIT: 'none',
      PORT: '0',
      AUTH0_ORIGIN: recorder.origin,
      AUTH0_AUDIENCE: `${sandbox.origin}/api/v2/`,
      AUTH0_CLIENT_ID: 'gateway',
      AUTH0_CLIENT_SECRET: clientSecret,
      JWT_ISSUER: `${sandbox.origin}/`,
      JWT_AUDIENCE: 'canary-audience',
      OPERATION_TIMEOUT_MS: '2000',
      INTROSPECTION: 'true',
      LOG_LEVEL: 'trace',
      METRICS_PORT: `${metricsPort}`,
      ...collector.env,
    }),
  );
  url = (await gateway.untilWritten('stdout', /"url":"([^"]+)"/))[1] ?? '';
  for (const [name, email] of [
    ['admin', 'admin@example.com'],
    ['john', 'john.doe@gmail.com'],
  ] as const)
    tokens[name] = (await sandbox.issueToken(email))?.access_token ?? '';
  await ready(url);
  if (redis) await gateway.untilWritten('stdout', /the budget is shared/);
  await askGoodThings();
  await askBadThings();
  await askInTrouble();
  await gateway.untilWritten('stdout', /the-last-request[\s\S]*\n/);
  await collector.untilCollected((spans) =>
    spans.some(({ attributes }) => attributes['graphql.operation.name'] === 'TheLast'),
  );
  await collector.untilRecord(({ attributes }) => attributes['requestId'] === 'the-last-request');
  held = (await redis?.dump()) ?? '';
}, 120_000);
afterAll(() => started.disposeAsync());

describe.each(Object.entries(secrets))('%s', (_, secret) => {
  test('was there to be seen', () => {
    expect(secret.value()).not.toBe('');
    expect(secret.belongs()).toContain(secret.value());
  });

  test.for(Object.entries(sinks).filter(([name]) => name !== secret.in))(
    'is not in %s',
    async ([name, read], { skip }) => {
      skip(name === inRedis && !hasRedis);
      const text = await read();
      for (const form of formsOf(secret.value())) expect(text.includes(form)).toBe(false);
    },
  );
});

test.skipIf(!hasRedis)('all that is kept in Redis was there (needs redis-server)', () => {
  for (const kept of ['idempotency', 'done', 'writes', 'budget']) expect(held).toContain(kept);
});

test('metrics, traces and log records tell of what happened', async () => {
  expect(await sinks['metrics']?.()).toContain('code="WRITE_OUTCOME_UNKNOWN"');
  expect(collector.received()).toContain('WRITE_OUTCOME_UNKNOWN');
  expect(collector.receivedLog()).toContain('WRITE_OUTCOME_UNKNOWN');
});

test('none of it was a bug', () => {
  expect(gateway.stdout()).not.toContain('INTERNAL');
  expect(gateway.stdout()).toContain('BAD_USER_INPUT');
  expect(gateway.stdout()).toContain('WRITE_OUTCOME_UNKNOWN');
});

async function askGoodThings(): Promise<void> {
  await ask('query { me { id userMetadata identities { id profile { attributes } } } }', {}, tokens.john);
  await ask(update, { id: johnId, input: { password } });
  await ask(update, { id: johnId, input: { password }, key: 'a key' });
  await ask(update, { id: johnId, input: { password: `${password}${'x'.repeat(200)}` } });
  await ask(update, { id: johnId, input: { userMetadata: { a: 1 } } }, tokens.john);
  const document =
    'query ($id: ID!) { user(id: $id) { identities { profile { attributes } tokens { accessToken refreshToken } } } }';
  await ask(document, { id: googleId }, tokens.john);
  await ask(document.replace('tokens { accessToken refreshToken }', ''), { id: googleId });
  tokensToldRightly = await (await send({ query: document, variables: { id: googleId } })).text();
}

/** Everything that puts a value where something else was expected, by every way in. */
async function askBadThings(): Promise<void> {
  const inputs: unknown[] = [
    { password: pasted, foo: 1 },
    { [pasted]: 1 },
    { [`password": "${pasted}`]: 1 },
    pasted,
    [pasted],
    { password: { is: pasted } },
    { password: [pasted, 1] },
    { blocked: pasted },
    { userMetadata: pasted },
    { password: pasted, email: 'a@example.com', username: 'a' },
    { password: pasted, appMetadata: { 'a.b': pasted, deep: { constructor: pasted } } },
    { password: pasted, name: '', email: 'no address' },
  ];
  for (const input of inputs)
    for (const as of [tokens.admin, tokens.john, badToken]) await ask(update, { id: johnId, input }, as);
  const literals = [
    `{ password: "${pasted}", foo: 1 }`,
    `{ ${pasted}: 1 }`,
    `{ password: ${pasted} }`,
    `{ blocked: "${pasted}" }`,
    `{ password: ["${pasted}"] }`,
    `{ userMetadata: { a: ${pasted} } }`,
    `{ password "${pasted}" }`,
    `{ password: "${pasted}`,
    `{ password: """${pasted}""" "`,
    `{ password: "\\u{${pasted}" }`,
    `{ password: 1${pasted} }`,
  ];
  for (const literal of literals)
    await ask(`mutation { updateUser(id: "a|b", input: ${literal}) { __typename } }`, {});
  await ask('query ($sort: UserSort) { users(sort: $sort) { totalCount } }', { sort: { field: pasted } });
  await ask(`{ users(sort: { field: ${pasted} }) { totalCount } }`, {});
  await ask('query ($first: Int, $after: String) { users(first: $first, after: $after) { totalCount } }', {
    first: pasted,
  });
  await ask('query ($at: String) { users(after: $at) { totalCount } }', { at: pasted });
  const at =
    'mutation ($at: DateTime) { updateUser(id: "a|b", input: { name: "a" }, ifUnmodifiedSince: $at) { __typename } }';
  await ask(at, { at: pasted });
  for (const body of [
    `{"query":"{ me { id } }","operationName":"${pasted}"}`,
    `{"query":"query A { me { id } }","operationName":"${pasted}"}`,
    `{"documentId":"${pasted}"}`,
    `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"${pasted}"}}}`,
    `{"query":"{ me { id } }","variables":"${pasted}"}`,
    `{"query":{"a":"${pasted}"}}`,
    `{"query":"{ me { id } }","variables":{"${pasted}":1,"${pasted}":2}}`,
    `{"query":"{ me { id } }", ${pasted}}`,
    `["${pasted}"]`,
    `"${pasted}"`,
    `{"query":"{ me { id } }","variables":{"a":"${pasted.repeat(6_000)}"}}`,
  ])
    await sendRaw('/graphql', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  const preflight = { 'graphql-require-preflight': '1' };
  for (const search of [
    `variables=${pasted}`,
    `variables={"a":"${pasted}"`,
    `operationName=${pasted}`,
    `${pasted}=1`,
    `extensions=${pasted}`,
  ])
    await sendRaw(`/graphql?query={me{id}}&${search}`, { headers: preflight });
  await sendRaw(`/${pasted}`, {});
  for (const [name, value] of [
    ['x-request-id', `${pasted} ${pasted}`],
    ['authorization', `Basic ${pasted}`],
    ['authorization', `Bearer ${pasted}`],
    ['origin', `https://${pasted}.example`],
    ['traceparent', pasted],
    ['tracestate', `a=${pasted}`],
    ['baggage', `a=${pasted}`],
    ['cookie', pasted],
    ['user-agent', pasted],
    ['content-type', `text/${pasted}`],
  ] as const)
    await sendRaw('/graphql', {
      method: 'POST',
      body: '{"query":"{ me { id } }"}',
      headers: { 'content-type': 'application/json', [name]: value },
    });
}

async function askInTrouble(): Promise<void> {
  const told = { statusCode: 400, error: upstreamBody, message: upstreamBody, errorCode: 'invalid_body' };
  const failures = [
    ...[400, 403, 404, 409, 429, 500, 503].map((status) =>
      answer(status, { ...told, statusCode: status }, { 'x-told': upstreamBody, 'retry-after': '0' }),
    ),
    answer(200, upstreamBody),
    answer(200, `{"user_id":"${upstreamBody}", 5`),
    answer(200, { user_id: upstreamBody, email: upstreamBody }),
    answer(302, upstreamBody, { location: `http://${upstreamBody}.example/` }),
    reset,
  ];
  for (const instead of failures) await askOf(instead);
  tenant.trouble({ applied: true, instead: hang });
  await ask(update.replace('changedFields', ''), { id: johnId, input: { password } });
  tenant.clear();
  // Last: a management token that is refused again and again is not asked for again at once.
  await askOf(answer(401, told));
  await sendRaw('/graphql', {
    method: 'POST',
    body: '{"query":"query TheLast { __typename }"}',
    headers: { 'content-type': 'application/json', 'x-request-id': 'the-last-request' },
  });
}

/** Every kind of call, each as often as it may be tried. */
async function askOf(instead: Trouble['instead']): Promise<void> {
  troubleTold.push(upstreamBody);
  for (const query of [
    '{ me { id email } }',
    '{ users(query: "a") { totalCount } }',
    '{ usersByEmail(email: "a@example.com") { id } }',
    update.replace('changedFields', ''),
  ]) {
    tenant.trouble(...Array.from({ length: 4 }, () => ({ instead })));
    await ask(query, { id: johnId, input: { password } });
    tenant.clear();
  }
}

async function ask(query: string, variables: object, as = tokens.admin): Promise<void> {
  answers.push(await (await send({ query, variables }, as)).text());
}

function send(body: object, as = tokens.admin): Promise<Response> {
  return recordedFetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${as}` },
    body: JSON.stringify(body),
  });
}

async function sendRaw(path: string, init: Init): Promise<void> {
  answers.push(await (await recordedFetch(path, init)).text());
}

async function recordedFetch(path: string, init: Init): Promise<Response> {
  requests.push(`${path} ${JSON.stringify(init.headers)} ${init.body ?? ''}`);
  const response = await fetch(`${url}${path}`, init);
  answers.push(JSON.stringify([...response.headers]));
  return response;
}

function bodies(of: (path: string) => boolean): string {
  return recorder.calls
    .filter(({ path }) => of(path))
    .map(({ body }) => body)
    .join('\n');
}

/** As it is, and as it would look in an address or in base64. */
function formsOf(secret: string): string[] {
  const middle = Buffer.from(secret)
    .toString('base64')
    .replace(/.{0,4}$/, '');
  return [secret, encodeURIComponent(secret), middle];
}
