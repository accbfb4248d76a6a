/** What traces want of the gateway; OpenTelemetry is one who does (open-telemetry.ts), nobody is another. */
import { parseTraceparent } from './traceparent.ts';

export type BeginningOperation = {
  readonly method: string;
  /** The header, as it came. */
  readonly traceparent: string | null;
};

export type EndedOperation = {
  readonly status: number;
  readonly type: string | undefined;
  readonly name: string | undefined;
  /** Of the error that tells most; `null`: there is none. */
  readonly code: string | null;
  /** Whether the operation failed for no fault of its client. */
  readonly hasFailed: boolean;
};

export type OperationSpan = {
  readonly traceId: string | undefined;
  /** What is done within is part of the operation. */
  run<T>(work: () => T): T;
  end(operation: EndedOperation): void;
};

export type BeginningExchange = {
  readonly method: string;
  /** The path, with names in the places of values. */
  readonly route: string;
};

export type EndedExchange = {
  readonly status: number | null;
  readonly fault: string | null;
};

export type ExchangeSpan = {
  /** What goes along, to whoever is asked. */
  readonly headers: Readonly<Record<string, string>>;
  end(exchange: EndedExchange): void;
};

export type Tracing = {
  beginOperation(operation: BeginningOperation): OperationSpan;
  /** `null`: nobody cares. */
  beginExchange(exchange: BeginningExchange): ExchangeSpan | null;
  /** What a line of the log says of the span it is written in. */
  ids(): { readonly trace_id?: string; readonly span_id?: string };
  /** Resolves when everything is sent, or after `ms`. */
  flushed(ms: number): Promise<void>;
};

/** The log still tells the trace of whoever sent one. */
export const untraced: Tracing = {
  beginOperation: ({ traceparent }) => ({
    traceId: parseTraceparent(traceparent)?.traceId,
    run: (work) => work(),
    end() {},
  }),
  beginExchange: () => null,
  ids: () => ({}),
  flushed: () => Promise.resolve(),
};
