/** A gateway of its own process sends its log to a collector, too: which lines, under which trace, and when not. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type CollectedRecord, type Collector, startCollector } from '../support/collector.ts';
import { answer, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';
import { type Process, runGateway, tenantEnvThrough } from './support.ts';

const routerSpan = 'b7ad6b7169203331';
const johnId = 'auth0|507f1f77bcf86cd799439020';

const started = new AsyncDisposableStack();
let sandbox: Sandbox;
let tenant: TroubledTenant;
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
  collector = started.use(await startCollector());
  gateway = started.use(await runGateway({ ...env(), ...collector.env }));
  john = (await sandbox.issueToken('john.doe@gmail.com'))?.access_token ?? '';
}, 60_000);
afterAll(() => started.disposeAsync());

const env = () => tenantEnvThrough(tenant.origin, sandbox);

test("an operation's line is a record under the operation's span", async () => {
  const trace = 'a'.repeat(32);
  await ask('query Who { me { nickname } }', trace);
  const record = await collector.untilRecord(isOf(trace));
  const spans = await collector.untilCollected((all) => all.some(({ kind }) => kind === 2));
  const line = lineWith(gateway, `"trace_id":"${trace}"`);
  expect(record).toMatchObject({
    severityNumber: 9,
    severityText: 'info',
    spanId: spans.find(({ kind, traceId }) => kind === 2 && traceId === trace)?.spanId,
    attributes: {
      operation: 'Who',
      type: 'query',
      status: 200,
      requestId: line['requestId'],
      ms: line['ms'],
    },
  });
  expect(record.body).toBeUndefined();
  expect(line).toMatchObject({ trace_id: trace, span_id: record.spanId });
  expect(Number(BigInt(record.timeUnixNano) / 1_000_000n)).toBe(Date.parse(String(line['time'])));
});

test("the audit's line is one, too", async () => {
  const trace = 'b'.repeat(32);
  await ask(`mutation { updateUser(id: "${johnId}", input: { nickname: "Johnny" }) { __typename } }`, trace);
  const isAudit = (record: CollectedRecord) => record.attributes['event'] === 'audit';
  const record = await collector.untilRecord((each) => isAudit(each) && isOf(trace)(each));
  expect(record.attributes).toMatchObject({
    mutation: 'updateUser',
    user: johnId,
    outcome: expect.any(String),
  });
  expect(record.spanId).toMatch(/^[0-9a-f]{16}$/);
});

test('a record has the message as its body and all else as attributes', async () => {
  const trace = 'c'.repeat(32);
  tenant.trouble({ instead: answer(503, {}) });
  await ask('{ me { nickname } }', trace);
  const record = await collector.untilRecord((each) => isOf(trace)(each) && each.severityNumber === 13);
  const {
    level: _,
    time: __,
    msg,
    trace_id: traceId,
    span_id: spanId,
    ...others
  } = lineWith(gateway, `"trace_id":"${trace}".*trouble with Auth0`);
  expect({ ...record, attributes: { ...record.attributes } }).toMatchObject({ body: msg, traceId, spanId });
  expect(Object.keys(record.attributes).toSorted()).toEqual(Object.keys(others).toSorted());
  expect(record.attributes).toMatchObject({
    status: 503,
    fault: 'unavailable',
    endpoint: others['endpoint'],
  });
});

test('no line is missing, from the first to the last before the end', async () => {
  await using own = await startCollector();
  await using short = await runGateway({
    PORT: '0',
    SANDBOX_PORT: '0',
    // Of no effect in front of the sandbox: the first that the log tells of.
    AUTH0_AUDIENCE: 'https://acme.example/api/v2/',
    ...own.env,
    OTEL_BLRP_SCHEDULE_DELAY: '60000',
  });
  await ask('{ me { nickname } }', 'd'.repeat(32), short.url);
  expect(own.records()).toEqual([]);
  short.signal('SIGINT');
  expect(await short.exited).toBe(0);
  const lines = linesOf(short);
  expect(own.records().map(({ body }) => body)).toEqual(lines.map(({ msg }) => msg));
  expect(lines.at(0)).toMatchObject({ msg: 'this setting has no effect' });
  expect(lines.at(-1)).toMatchObject({ msg: 'draining' });
});

test('the records are of the same service as the spans', () => {
  expect(collector.logResource()).toMatchObject({
    'service.name': 'auth0-users-graphql',
    'service.version': '0.1.0',
  });
});

test('without traces, records are under the span of the router', async () => {
  await using own = await startCollector();
  await using untraced = await runGateway({ ...env(), ...own.env, OTEL_TRACES_EXPORTER: 'none' });
  const trace = 'e'.repeat(32);
  await ask('{ me { nickname } }', trace, untraced.url);
  expect(await own.untilRecord(isOf(trace))).toMatchObject({ spanId: routerSpan });
  await ask('query Alone { me { nickname } }', null, untraced.url);
  const alone = await own.untilRecord(({ attributes }) => attributes['operation'] === 'Alone');
  expect([alone.traceId, alone.spanId]).toEqual(['', '']);
  expect(lineWith(untraced, '"operation":"Alone"')).not.toHaveProperty('trace_id');
  expect(own.received()).toBe('');
});

test.for<[string, Record<string, string>]>([
  ['OTEL_LOGS_EXPORTER is none', { OTEL_LOGS_EXPORTER: 'none' }],
  ['OTEL_SDK_DISABLED is set', { OTEL_SDK_DISABLED: 'true' }],
])('nothing of the log is sent where %s', async ([, more]) => {
  await using own = await startCollector();
  await using silent = await runGateway({ ...env(), ...own.env, ...more });
  await ask('query Unsent { me { nickname } }', 'f'.repeat(32), silent.url);
  await silent.untilWritten('stdout', /"operation":"Unsent"/);
  silent.signal('SIGINT');
  expect(await silent.exited).toBe(0);
  expect(own.receivedLog()).toBe('');
});

test('what is told of a collector that takes nothing is not sent to it', async () => {
  await using refusing = await startPicky(async () => 400);
  await using alone = await runGateway({ ...env(), ...refusing.env });
  await alone.untilWritten('stdout', /"msg":"trouble with OpenTelemetry"/);
  await ask('query Later { me { nickname } }', null, alone.url);
  await alone.untilWritten('stdout', /"operation":"Later"[\s\S]*"msg":"trouble with OpenTelemetry"/);
  alone.signal('SIGINT');
  expect(await alone.exited).toBe(0);
  expect(refusing.received()).toContain('Later');
  expect(refusing.received()).not.toContain('trouble with OpenTelemetry');
});

test('what waits for a slow collector is bounded', async () => {
  const answers = Promise.withResolvers<number>();
  await using slow = await startPicky(() => answers.promise);
  await using waiting = await runGateway({ ...env(), ...slow.env, ...shortQueue });
  await waiting.untilWritten('stdout', /"listening"/);
  await slow.asked;
  for (let nth = 0; nth < 40; nth++) await ask(`query Nth${nth} { __typename }`, null, waiting.url);
  await waiting.untilWritten('stdout', /"operation":"Nth39"/);
  answers.resolve(200);
  waiting.signal('SIGINT');
  expect(await waiting.exited).toBe(0);
  expect(slow.received().match(/Nth\d+/g)).toEqual(['Nth0', 'Nth1', 'Nth2', 'Nth3']);
});

test('a collector that never answers keeps no gateway from ending', async () => {
  await using hanging = await startPicky(() => new Promise<number>(() => {}));
  await using kept = await runGateway({ ...env(), ...hanging.env, ...shortQueue });
  await hanging.asked;
  kept.signal('SIGINT');
  expect(await kept.exited).toBe(0);
  expect(kept.stderr()).toBe('');
});

const shortQueue = { OTEL_BLRP_MAX_QUEUE_SIZE: '4', OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '4' };

type Picky = AsyncDisposable & {
  /** The environment of who sends its log here, and no traces. */
  readonly env: Record<string, string>;
  /** Resolves with the first request. */
  readonly asked: Promise<void>;
  received(): string;
};

/** A collector that answers with a status of its own, when it likes. */
async function startPicky(status: () => Promise<number>): Promise<Picky> {
  const bodies: string[] = [];
  const asked = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    void (async () => {
      bodies.push(await text(request));
      asked.resolve();
      response.writeHead(await status(), { 'content-type': 'application/json' }).end('{}');
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Expected a port.');
  return {
    env: {
      ...collector.env,
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${address.port}`,
    },
    asked: asked.promise,
    received: () => bodies.join('\n'),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isOf(trace: string): (record: CollectedRecord) => boolean {
  return ({ traceId }) => traceId === trace;
}

function linesOf(process: Process): Record<string, unknown>[] {
  return process
    .stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function lineWith(process: Process, pattern: string): Record<string, unknown> {
  const line = process
    .stdout()
    .split('\n')
    .find((each) => new RegExp(pattern).test(each));
  return JSON.parse(line ?? '{}') as Record<string, unknown>;
}

async function ask(query: string, trace: string | null, url = gateway.url): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${john}`,
      ...(trace !== null && { traceparent: `00-${trace}-${routerSpan}-01` }),
    },
    body: JSON.stringify({ query }),
  });
  await response.text();
}
