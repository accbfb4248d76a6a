/** The process: settings in, gateway up, a signal, gateway down. */
import { setTimeout as sleep } from 'node:timers/promises';
import { issuedAt } from './config/config.ts';
import { createGateway } from './gateway.ts';
import { listen } from './http/listen.ts';
import { watchPressure } from './http/pressure.ts';
import { createAuditLog } from './observability/audit.ts';
import { createLog } from './observability/log.ts';
import type { OpenTelemetry } from './observability/open-telemetry.ts';
import { createSink } from './observability/sink.ts';
import { untraced } from './observability/tracing.ts';
import { configOrExit, startedOrExit } from './or-exit.ts';
import { closingMs, drainMs, flushMs } from './stopping.ts';
import { serveMetrics, startOpenTelemetry } from './telemetry.ts';
import { reachTenant } from './tenant.ts';
import { visitorOf, welcome } from './welcome.ts';

// A signal that comes while things are starting is heeded once they have.
// Nor does a second one cut short what the first has begun.
const signalled = new Promise<NodeJS.Signals>((resolve) => {
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => resolve(name));
});

const { tenant, callers, listen: address, ...config } = configOrExit();
const sink = createSink(process.stdout, process.stderr);
// Also where it ends by an exception.
process.once('exit', sink.flush);
let openTelemetry: OpenTelemetry | null = null;
const isSent = config.traces || config.logs;
const aboutLines = isSent ? () => openTelemetry?.tracing.ids() ?? {} : null;
const copies = config.logs ? { write: (line: string) => openTelemetry?.lines.write(line) } : null;
const log = createLog(config.logLevel, sink.lines, aboutLines, copies);
await using running = new AsyncDisposableStack();

const { auth0, sandbox } = await startedOrExit(() => reachTenant(tenant, callers.audience));
running.use(sandbox);
if (isSent)
  openTelemetry = await startOpenTelemetry({
    traces: config.traces,
    logs: config.logs,
    upstream: auth0.origin,
    log: createLog(config.logLevel, sink.lines),
  });
const tracing = openTelemetry?.tracing ?? untraced;
// Not before whoever gets copies of the log is there.
for (const name of config.ignored) log.warn({ name }, 'this setting has no effect');
const onError = (error: unknown) => log.error({ err: error }, 'a bug');
const { metricsPort } = config;
const served =
  metricsPort === null
    ? null
    : running.use(await startedOrExit(() => serveMetrics({ ...address, port: metricsPort, onError })));
const pressure = running.use(watchPressure());
const gateway = running.use(
  createGateway({
    ...config,
    tenant: auth0,
    callers: issuedAt(auth0.origin, callers),
    log,
    metrics: served?.metrics ?? null,
    tracing,
    isOverloaded: pressure.isHigh,
    audit: createAuditLog(createLog(config.logLevel, sink.kept, aboutLines, copies), sink),
    ...(sandbox && {
      sandbox: {
        issueToken: sandbox.issueToken,
        visitors: { people: sandbox.people, first: visitorOf(sandbox) },
      },
    }),
  }),
);
const listener = running.use(
  await startedOrExit(() =>
    listen((request) => gateway.handle(request), {
      ...address,
      shortcut: (post) => gateway.post(post),
      onError,
    }),
  ),
);
log.info({ url: listener.url, tenant: auth0.origin, metrics: served?.url }, 'listening');
if (sandbox) {
  const { graphiql, trustedDocuments } = config;
  process.stderr.write(welcome({ url: listener.url, graphiql, openly: trustedDocuments === null, sandbox }));
}

const signal = await signalled;
log.info({ signal }, 'draining');
gateway.drain();
listener.drain();
// Whoever sends requests here has to see that it should not, before it cannot.
if (tenant.kind === 'tenant' && signal === 'SIGTERM') await sleep(drainMs);
await listener.close(closingMs(config.operationTimeoutMs));
await running.disposeAsync();
// What nobody reads would keep the process alive.
await Promise.all([sink.flushed(flushMs), tracing.flushed(flushMs)]);
process.exit(0);
