/** A collector of traces and log records: takes OTLP over HTTP, and keeps what it is sent. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

export type CollectedSpan = {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: it has none. */
  readonly parentSpanId: string;
  /** 2: server; 3: client. */
  readonly kind: number;
  /** 0: unset; 2: error. */
  readonly status: number;
  readonly attributes: Readonly<Record<string, unknown>>;
};

export type CollectedRecord = {
  /** 9: info; 13: warn; 17: error. */
  readonly severityNumber: number;
  readonly severityText: string;
  readonly timeUnixNano: string;
  /** `undefined`: the line has no message. */
  readonly body: unknown;
  /** Empty: it has none. */
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
};

export type Collector = AsyncDisposable & {
  /** The environment of who sends traces and the log here, soon. */
  readonly env: Record<string, string>;
  /** All traces, as they came. */
  received(): string;
  /** All of the log, as it came. */
  receivedLog(): string;
  spans(): CollectedSpan[];
  records(): CollectedRecord[];
  /** What the spans are spans of. */
  resource(): Readonly<Record<string, unknown>>;
  /** What the records are records of. */
  logResource(): Readonly<Record<string, unknown>>;
  /** Resolves once there are spans that satisfy. */
  untilCollected(satisfy: (spans: CollectedSpan[]) => boolean): Promise<CollectedSpan[]>;
  /** Resolves with the first record that satisfies. */
  untilRecord(satisfy: (record: CollectedRecord) => boolean): Promise<CollectedRecord>;
};

type Value = Readonly<Record<string, unknown>>;
type Attribute = { readonly key: string; readonly value: Value };
type LogBatch = {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeLogs: readonly {
      readonly logRecords: readonly (Omit<CollectedRecord, 'attributes' | 'body' | 'traceId' | 'spanId'> & {
        readonly traceId?: string;
        readonly spanId?: string;
        readonly body?: Value;
        readonly attributes: readonly Attribute[];
      })[];
    }[];
  }[];
};
type Batch = {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<CollectedSpan, 'attributes' | 'status' | 'parentSpanId'> & {
        readonly parentSpanId?: string;
        readonly attributes: readonly Attribute[];
        readonly status: { readonly code?: number };
      })[];
    }[];
  }[];
};

export async function startCollector(): Promise<Collector> {
  const [bodies, logBodies]: [string[], string[]] = [[], []];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      if (request.url === '/v1/traces') bodies.push(body);
      if (request.url === '/v1/logs') logBodies.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Expected a port.');

  const resourceSpans = () => bodies.flatMap((body) => (JSON.parse(body) as Batch).resourceSpans);
  const spans = () =>
    resourceSpans()
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
      .map((span) => ({
        ...span,
        parentSpanId: span.parentSpanId ?? '',
        status: span.status.code ?? 0,
        attributes: toRecord(span.attributes),
      }));
  const resourceLogs = () => logBodies.flatMap((body) => (JSON.parse(body) as LogBatch).resourceLogs);
  const records = () =>
    resourceLogs()
      .flatMap(({ scopeLogs }) => scopeLogs.flatMap((scope) => scope.logRecords))
      .map((record) => ({
        ...record,
        traceId: record.traceId ?? '',
        spanId: record.spanId ?? '',
        body: record.body && valueOf(record.body),
        attributes: toRecord(record.attributes),
      }));
  return {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${address.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_BLRP_SCHEDULE_DELAY: '50',
    },
    received: () => bodies.join('\n'),
    receivedLog: () => logBodies.join('\n'),
    spans,
    records,
    resource: () => toRecord(resourceSpans()[0]?.resource.attributes ?? []),
    logResource: () => toRecord(resourceLogs()[0]?.resource.attributes ?? []),
    async untilRecord(satisfy) {
      for (let tries = 0; tries < 400; tries++) {
        const record = records().find(satisfy);
        if (record) return record;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`Expected other records than ${JSON.stringify(records(), null, 2)}`);
    },
    async untilCollected(satisfy) {
      for (let tries = 0; tries < 400; tries++) {
        if (satisfy(spans())) return spans();
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`Expected other spans than ${JSON.stringify(spans(), null, 2)}`);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toRecord(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

/** Lists and maps stay as they were sent. */
function valueOf(value: Value): unknown {
  return Object.values(value)[0];
}
