/** A gateway of its own process sends its traces to a collector: whose parents are whose, and what they tell. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type CollectedSpan, type Collector, startCollector } from '../support/collector.ts';
import { type Recorder, startRecorder } from '../support/recorder.ts';
import { answer, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';
import { type Process, runGateway, tenantEnvThrough } from './support.ts';

const johnId = 'auth0|507f1f77bcf86cd799439020';
const traceId = '0af7651916cd43dd8448eb211c80319c';
const routerSpan = 'b7ad6b7169203331';

const started = new AsyncDisposableStack();
let sandbox: Sandbox;
let tenant: TroubledTenant;
let recorder: Recorder;
let collector: Collector;
let gateway: Process & { readonly url: string };
let john = '';

beforeAll(async () => {
  sandbox = started.use(
    await startSandbox({
      port: 0,
      rateLimit: { kind: 'none' },
      searchLagMs: 0,
      audience: 'https://users.gateway.example/',
    }),
  );
  tenant = started.use(await startTroubledTenant(sandbox.origin));
  recorder = started.use(await startRecorder(tenant.origin));
  collector = started.use(await startCollector());
  gateway = started.use(await runGateway({ ...env(), ...collector.env }));
  john = (await sandbox.issueToken('john.doe@gmail.com'))?.access_token ?? '';
}, 60_000);
afterAll(() => started.disposeAsync());

const env = () => tenantEnvThrough(recorder.origin, sandbox);

describe('an operation that a router sends', () => {
  let spans: CollectedSpan[];
  beforeAll(async () => {
    await ask('query Who { me { nickname } }', { traceparent: `00-${traceId}-${routerSpan}-01` });
    spans = (await collector.untilCollected((all) => of(all, traceId).length >= 2)).filter(
      (span) => span.traceId === traceId,
    );
  });

  test('is a span below that of the router', () => {
    expect(spans.find(({ kind }) => kind === 2)).toMatchObject({
      name: 'query',
      parentSpanId: routerSpan,
      status: 0,
      attributes: {
        'graphql.operation.type': 'query',
        'graphql.operation.name': 'Who',
        'http.request.method': 'POST',
        'http.route': '/graphql',
        'http.response.status_code': 200,
      },
    });
  });

  test('has one below it for each request to Auth0, named without the id', () => {
    const operation = spans.find(({ kind }) => kind === 2);
    expect(spans.filter(({ kind }) => kind === 3)).toMatchObject([
      {
        name: 'GET /api/v2/users/{id}',
        parentSpanId: operation?.spanId,
        status: 0,
        attributes: {
          'http.request.method': 'GET',
          'url.template': '/api/v2/users/{id}',
          'http.response.status_code': 200,
          'server.address': '127.0.0.1',
          'server.port': Number(new URL(recorder.origin).port),
        },
      },
    ]);
  });

  test('is passed on upstream as the parent of what happens there', () => {
    const exchange = spans.find(({ kind }) => kind === 3);
    expect(recorder.calls.map(({ head }) => head).join('\n')).toContain(
      `"traceparent":"00-${traceId}-${exchange?.spanId}-01"`,
    );
  });

  test('names its trace in the log', async () => {
    await gateway.untilWritten('stdout', new RegExp(`"trace_id":"${traceId}".*"operation":"Who"`));
  });

  test('is one of a service that has a name and a version', () => {
    expect(collector.resource()).toMatchObject({
      'service.name': 'auth0-users-graphql',
      'service.version': '0.1.0',
    });
  });
});

test('each attempt is a span, and one that fails says so', async () => {
  const trace = '1'.repeat(32);
  tenant.trouble({ instead: answer(503, {}) });
  await ask('query Again { me { nickname } }', { traceparent: `00-${trace}-${routerSpan}-01` });
  const spans = of(await collector.untilCollected((all) => of(all, trace).length >= 3), trace);
  expect(
    spans
      .filter(({ kind }) => kind === 3)
      .map(({ status, attributes }) => [status, attributes['error.type']]),
  ).toEqual([
    [2, 'unavailable'],
    [0, undefined],
  ]);
  await gateway.untilWritten('stdout', new RegExp(`"trace_id":"${trace}","span_id".*trouble with Auth0`));
});

test('an operation fails where its client could not have done otherwise', async () => {
  const [ours, theirs] = ['2'.repeat(32), '3'.repeat(32)];
  tenant.trouble(...Array.from({ length: 3 }, () => ({ instead: answer(503, {}) })));
  await ask('{ me { nickname } }', { traceparent: `00-${ours}-${routerSpan}-01` });
  await ask('{ user(id: "auth0|other") { id } }', { traceparent: `00-${theirs}-${routerSpan}-01` });
  const all = await collector.untilCollected(
    (spans) => of(spans, ours).length >= 4 && of(spans, theirs).length > 0,
  );
  const operation = (trace: string) => of(all, trace).find(({ kind }) => kind === 2);
  expect(operation(ours)).toMatchObject({ status: 2, attributes: { 'error.type': 'UPSTREAM_UNAVAILABLE' } });
  expect(operation(theirs)).toMatchObject({ status: 0, attributes: { 'error.type': 'FORBIDDEN' } });
});

test.for([
  ['that is none', 'nonsense'],
  ['of no trace', `00-${'0'.repeat(32)}-${routerSpan}-01`],
  ['of a version that there is not', `ff-${'4'.repeat(32)}-${routerSpan}-01`],
])('a parent %s is not gone by', async ([, traceparent = '']) => {
  const before = collector.spans().length;
  await ask('query Orphan { me { nickname } }', { traceparent });
  const spans = (await collector.untilCollected((all) => all.length >= before + 2)).slice(before);
  expect(spans.find(({ kind }) => kind === 2)?.parentSpanId).toBe('');
});

test('a router that does not sample a trace is heeded', async () => {
  const [unsampled, sampled] = ['5'.repeat(32), '6'.repeat(32)];
  await ask('{ me { nickname } }', { traceparent: `00-${unsampled}-${routerSpan}-00` });
  await ask('{ me { nickname } }', { traceparent: `00-${sampled}-${routerSpan}-01` });
  const all = await collector.untilCollected((spans) => of(spans, sampled).length >= 2);
  expect(of(all, unsampled)).toEqual([]);
});

test('nothing else of what a client says of its trace goes anywhere', async () => {
  const trace = '7'.repeat(32);
  const headers = {
    traceparent: `00-${trace}-${routerSpan}-01`,
    tracestate: 'vendor=canary-state',
    baggage: 'user=canary-baggage',
  };
  await ask('{ me { nickname } }', headers);
  await collector.untilCollected((spans) => of(spans, trace).length >= 2);
  const written = `${collector.received()}${recorder.calls.map(({ head }) => head).join('')}${gateway.stdout()}`;
  expect(written).toContain(trace);
  expect(written).not.toMatch(/canary|tracestate|baggage/);
});

test('no span holds an id, a token, a document or its variables', () => {
  const received = collector.received();
  for (const secret of [
    johnId,
    encodeURIComponent(johnId),
    john,
    'nickname',
    'auth0|other',
    'gateway-secret',
  ])
    expect(received).not.toContain(secret);
});

test('what was not sent yet is sent at the end', async () => {
  await using late = await runGateway({ ...env(), ...collector.env, OTEL_BSP_SCHEDULE_DELAY: '60000' });
  const trace = '8'.repeat(32);
  await ask('{ me { nickname } }', { traceparent: `00-${trace}-${routerSpan}-01` }, late.url);
  expect(of(collector.spans(), trace)).toEqual([]);
  late.signal('SIGINT');
  expect(await late.exited).toBe(0);
  expect(of(collector.spans(), trace)).toHaveLength(2);
});

test('a collector that is away holds up nobody and is told of', async () => {
  await using alone = await runGateway({
    ...env(),
    ...collector.env,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_EXPORTER_OTLP_TIMEOUT: '100',
  });
  await ask('{ me { nickname } }', {}, alone.url);
  await alone.untilWritten('stdout', /"message":"[^"]*ECONNREFUSED[^"]*","msg":"trouble with OpenTelemetry"/);
  alone.signal('SIGINT');
  expect(await alone.exited).toBe(0);
  expect(alone.stderr()).toBe('');
});

describe('without a collector', () => {
  test.for<[string, () => Record<string, string>]>([
    ['set', () => ({})],
    ['in use', () => ({ ...collector.env, OTEL_SDK_DISABLED: 'true' })],
    ['wanted', () => ({ ...collector.env, OTEL_TRACES_EXPORTER: 'none' })],
  ])('%s, the log names the trace of the router, and nothing is sent', async ([, more]) => {
    await using untraced = await runGateway({ ...env(), ...more() });
    const [received, calls] = [collector.received(), recorder.calls.length];
    const trace = '9'.repeat(32);
    await ask('{ me { nickname } }', { traceparent: `00-${trace}-${routerSpan}-01` }, untraced.url);
    await untraced.untilWritten('stdout', new RegExp(`"trace_id":"${trace}"`));
    const heads = recorder.calls.slice(calls).map(({ head }) => head);
    expect(heads.length).toBeGreaterThan(0);
    expect(heads.join('')).not.toContain('traceparent');
    untraced.signal('SIGINT');
    expect(await untraced.exited).toBe(0);
    expect(collector.received()).toBe(received);
  });
});

function of(spans: readonly CollectedSpan[], trace: string): CollectedSpan[] {
  return spans.filter((span) => span.traceId === trace);
}

async function ask(query: string, headers: Record<string, string>, url = gateway.url): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${john}`, ...headers },
    body: JSON.stringify({ query }),
  });
  await response.text();
}
