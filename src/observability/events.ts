/** What happens in a gateway. Each event is told once, so that log, metrics and traces cannot say different things. */
import type { AuditLog } from './audit.ts';
import { isFailure, tellingCode } from './codes.ts';
import type { Log } from './log.ts';
import type { AnsweredBy, CountedExchange, Metrics, QueueEnd } from './metrics.ts';
import {
  type BeginningExchange,
  type BeginningOperation,
  type ExchangeSpan,
  type Tracing,
  untraced,
} from './tracing.ts';

export type Operation = {
  readonly requestId: string;
  readonly name: string | undefined;
  readonly type: string | undefined;
  readonly status: number;
  /** `undefined`: nobody who has shown who they are. */
  readonly client: string | null | undefined;
  /** Why the caller's token is not accepted. */
  readonly refusal: string | undefined;
  readonly errors: readonly string[] | undefined;
  readonly applied: string | undefined;
};

export type Reconciliation = Parameters<Metrics['writeReconciled']>[0] & {
  readonly fault: string;
  readonly repeated: boolean;
};

export type OperationUnderWay = {
  /** What is done within is part of the operation. */
  run<T>(work: () => T): T;
  /** @param operation `null`: it came to no answer at all */
  ended(operation: Operation | null): void;
};

export type Events = {
  /** A request of GraphQL came. */
  operationBegan(begun: BeginningOperation): OperationUnderWay;
  /** A user, or several, are read: by a call of its own, one that was under way, or the cache. */
  read(answeredBy: AnsweredBy): void;
  /** A call waits for the tenant's budget; what is returned is told how that ended. */
  queued(lane: string): (end: QueueEnd) => void;
  /** Auth0 told how many calls the tenant's bucket still holds. */
  remaining(calls: number, bucket: string): void;
  beginExchange(begun: BeginningExchange): ExchangeSpan | null;
  exchange(event: CountedExchange): void;
  retry(event: { readonly endpoint: string; readonly fault: string }): void;
  circuit(state: 'open' | 'closed'): void;
  reconciliation(event: Reconciliation): void;
  keysFailure(error: unknown): void;
  redis(change: { readonly usable: boolean; readonly reason: string | null }): void;
  /** Whether updates through other replicas are heard of. */
  hearsOfWrites(isSo: boolean): void;
  /** Whether a budget is that of so many replicas together, or this one keeps to its share. */
  budgetShared(change: {
    readonly budget: string;
    readonly isShared: boolean;
    readonly replicas: number;
  }): void;
  bug(error: unknown, requestId: string): void;
  /** The same audit, counted. */
  audited(audit: AuditLog): AuditLog;
};

export type EventsOptions = {
  readonly log: Log;
  /** `null`: nobody counts. */
  readonly metrics: Metrics | null;
  readonly tracing?: Tracing;
};

export function createEvents({ log, metrics, tracing = untraced }: EventsOptions): Events {
  return {
    operationBegan(begun) {
      const start = performance.now();
      const span = tracing.beginOperation(begun);
      metrics?.operationBegan();
      return {
        run: span.run,
        ended(told) {
          const durationMs = performance.now() - start;
          const { name, type, status, errors, client } = told ?? failed;
          const code = tellingCode(errors, status);
          metrics?.operationEnded(
            { name, type, code: code ?? 'OK', hasCaller: client !== undefined },
            durationMs,
          );
          span.end({ name, type, status, code, hasFailed: code !== null && isFailure(code) });
          if (told) {
            const line = lineOf(told, span.traceId, durationMs);
            span.run(() => log.info(line));
          }
        },
      };
    },
    read: (answeredBy) => metrics?.readAnswered(answeredBy),
    queued: (lane) => metrics?.callQueued(lane) ?? unheard,
    remaining: (calls, bucket) => metrics?.budgetRemains(calls, bucket),
    beginExchange: (begun) => tracing.beginExchange(begun),
    exchange(event) {
      metrics?.exchangeEnded(event);
      reportTrouble(event, log);
    },
    retry: (event) => metrics?.callRepeated(event),
    circuit(state) {
      metrics?.circuitChanged(state);
      log.warn({ state }, 'the circuit to Auth0');
    },
    reconciliation(event) {
      metrics?.writeReconciled(event);
      log.warn(event, 'a write without an answer');
    },
    keysFailure(error) {
      metrics?.keysFailed();
      log.warn({ err: error }, "the issuer's keys cannot be had");
    },
    redis({ usable, reason }) {
      metrics?.redisChanged(usable);
      if (usable) log.info('Redis is usable');
      else log.warn({ reason }, 'Redis is not usable');
    },
    hearsOfWrites(isSo) {
      if (isSo) log.info('this replica hears of updates through others');
      else log.warn('this replica does not hear of updates through others');
    },
    budgetShared({ isShared, ...change }) {
      if (isShared) log.info(change, 'the budget is shared');
      else log.warn(change, 'the budget is not shared: this replica keeps to its share');
    },
    bug(error, requestId) {
      metrics?.bugMet();
      log.error({ err: error, requestId }, 'a bug');
    },
    audited: (audit) => ({
      canRecord: () => audit.canRecord(),
      written: () => audit.written(),
      record(event) {
        metrics?.mutationTold(event);
        audit.record(event);
      },
    }),
  };
}

const unheard = () => {};

/** An operation that came to no answer at all. */
const failed = { name: undefined, type: undefined, status: 500, errors: ['INTERNAL'], client: undefined };

function lineOf(operation: Operation, traceId: string | undefined, durationMs: number): object {
  const { requestId, name, type, status, client, refusal, errors, applied } = operation;
  const ms = Math.round(durationMs);
  return {
    requestId,
    operation: name,
    type,
    status,
    client,
    refusal,
    errors,
    applied,
    ms,
    trace_id: traceId,
  };
}

const credentials = 'AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET and AUTH0_AUDIENCE';

/** What an operator has to know of calls to Auth0: those without a good answer, whoever is to blame. */
function reportTrouble(exchange: CountedExchange, log: Log): void {
  const { endpoint, fault, status, durationMs } = exchange;
  if (fault === null && status !== 401 && status !== 403) return;
  const event = { ...exchange, durationMs: Math.round(durationMs) };
  // It is the gateway's own application that is meant, and nobody but an operator can mend that.
  if (endpoint === 'token' && (status === 401 || status === 403))
    log.error(event, `Auth0 gives the gateway no token: see ${credentials}`);
  else if (status === 403)
    log.error(event, 'Auth0 refuses the gateway a right: see the scopes of its application');
  else log.warn(event, 'trouble with Auth0');
}
