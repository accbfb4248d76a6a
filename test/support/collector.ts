/** A collector of traces: takes OTLP over HTTP, and keeps what it is sent. */
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

export type Collector = AsyncDisposable & {
  /** The environment of who sends traces here, soon. */
  readonly env: Record<string, string>;
  /** Everything, as it came. */
  received(): string;
  spans(): CollectedSpan[];
  /** What the spans are spans of. */
  resource(): Readonly<Record<string, unknown>>;
  /** Resolves once there are spans that satisfy. */
  untilCollected(satisfy: (spans: CollectedSpan[]) => boolean): Promise<CollectedSpan[]>;
};

type Attribute = { readonly key: string; readonly value: Readonly<Record<string, unknown>> };
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
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      if (request.url === '/v1/traces') bodies.push(body);
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
  return {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${address.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    },
    received: () => bodies.join('\n'),
    spans,
    resource: () => toRecord(resourceSpans()[0]?.resource.attributes ?? []),
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
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
