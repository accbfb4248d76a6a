/**
 * Traces and log records by OpenTelemetry, set up by its own environment variables. Loaded only where they ask for it.
 *
 * Of what comes in and goes out, only traceparent is heeded: tracestate and baggage hold whatever a client put there,
 * and would be handed to Auth0.
 */
import {
  type AttributeValue,
  type Context,
  context,
  DiagLogLevel,
  diag,
  isSpanContextValid,
  logs as logsApi,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { DestinationStream } from 'pino';
import { recordsOf } from './log-records.ts';
import { parseTraceparent, toTraceparent } from './traceparent.ts';
import type { EndedExchange, EndedOperation, Tracing } from './tracing.ts';

export type OpenTelemetryOptions = {
  readonly service: { readonly name: string; readonly version: string };
  /** Whoever is asked, as an origin. */
  readonly upstream: string;
  /** Whether spans are sent. */
  readonly traces: boolean;
  /** Whether lines of the log are. */
  readonly logs: boolean;
  /** Told why either does not arrive; what it writes must not be among the lines, or a fault would go on for ever. */
  readonly onTrouble: (message: string) => void;
};

export type OpenTelemetry = {
  readonly tracing: Tracing;
  /** Takes lines of the log, and keeps a bounded number of them until they are sent. */
  readonly lines: DestinationStream;
};

/** Begins at once; there can be one in a process. */
export function startOpenTelemetry(options: OpenTelemetryOptions): OpenTelemetry {
  const { service, upstream, traces, logs, onTrouble } = options;
  // Errors come as JSON, with their stack.
  const tell = (message: string) =>
    onTrouble((/"message":"([^"]+)"/.exec(message)?.[1] ?? message).slice(0, longestMessage));
  diag.setLogger(
    { error: tell, warn: tell, info() {}, debug() {}, verbose() {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const sdk = new NodeSDK({
    // What the environment says of the service goes before this.
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': service.name, 'service.version': service.version }),
    ),
    // Those that are not set here are by the environment.
    ...(!traces && { spanProcessors: [] }),
    ...(!logs && { logRecordProcessors: [] }),
    metricReaders: [],
  });
  sdk.start();
  const tracer = trace.getTracer(service.name, service.version);
  const server = serverOf(upstream);

  const tracing: Tracing = {
    beginOperation({ method, traceparent }) {
      const parent = contextOf(traceparent);
      const attributes = { 'http.request.method': method, 'http.route': '/graphql' };
      const span = tracer.startSpan('GraphQL Operation', { kind: SpanKind.SERVER, attributes }, parent);
      const within = trace.setSpan(parent, span);
      return {
        traceId: contextOfSpan(span)?.traceId,
        run: (work) => context.with(within, work),
        end(operation) {
          if (operation.type) span.updateName(operation.type);
          span.setAttributes(attributesOfOperation(operation));
          if (operation.hasFailed) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    beginExchange({ method, route }) {
      if (!traces) return null;
      const attributes = { 'http.request.method': method, 'url.template': route, ...server };
      const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.CLIENT, attributes });
      return {
        headers: { traceparent: toTraceparent(span.spanContext()) },
        end(exchange) {
          const failure = failureOf(exchange);
          span.setAttributes({
            ...(exchange.status !== null && { 'http.response.status_code': exchange.status }),
            ...(failure !== null && { 'error.type': failure }),
          });
          if (failure !== null) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    ids() {
      const span = contextOfSpan(trace.getActiveSpan());
      return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
    },
    flushed: (ms) =>
      Promise.race([
        sdk.shutdown().catch((error: unknown) => tell(String(error))),
        new Promise<void>((resolve) => setTimeout(resolve, ms).unref()),
      ]),
  };
  return { tracing, lines: recordsOf(logsApi.getLogger(service.name, service.version)) };
}

/** Where no spans are sent, that of whoever sent a traceparent. */
function contextOfSpan(span: Span | undefined): SpanContext | null {
  const spanContext = span?.spanContext();
  return spanContext && isSpanContextValid(spanContext) ? spanContext : null;
}

const longestMessage = 500;

function contextOf(traceparent: string | null): Context {
  const parent = parseTraceparent(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
}

function serverOf(origin: string): Record<string, AttributeValue> {
  const { hostname, port, protocol } = new URL(origin);
  return { 'server.address': hostname, 'server.port': Number(port || (protocol === 'https:' ? 443 : 80)) };
}

function attributesOfOperation({ status, type, name, code }: EndedOperation): Record<string, AttributeValue> {
  return {
    'http.response.status_code': status,
    ...(type !== undefined && { 'graphql.operation.type': type }),
    ...(name !== undefined && { 'graphql.operation.name': name }),
    ...(code !== null && { 'error.type': code }),
  };
}

/** As the conventions for HTTP clients have it: every status from 400 on is a failure. */
function failureOf({ status, fault }: EndedExchange): string | null {
  return fault ?? (status !== null && status >= 400 ? String(status) : null);
}
