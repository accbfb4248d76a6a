/** What Prometheus is told. No label holds an id or a value, and each has a bounded number of values. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type CountedOperation = {
  readonly name: string | undefined;
  readonly type: string | undefined;
  /** `OK`, or of the error that tells most. */
  readonly code: string;
  /** Whether it was asked by somebody who has shown who they are. */
  readonly hasCaller: boolean;
};

export type CountedExchange = {
  readonly method: string;
  readonly endpoint: string;
  readonly status: number | null;
  readonly fault: string | null;
  readonly durationMs: number;
};

export type AnsweredBy = 'call' | 'shared' | 'cache';

export type QueueEnd = 'sent' | 'held_back' | 'left';

const verdicts = ['applied', 'not-applied', 'unknown'] as const;
type Verdict = (typeof verdicts)[number];

export type Metrics = {
  operationBegan(): void;
  operationEnded(operation: CountedOperation, durationMs: number): void;
  mutationTold(event: { readonly mutation: string | null; readonly outcome: string }): void;
  readAnswered(answeredBy: AnsweredBy): void;
  callQueued(lane: string): (end: QueueEnd) => void;
  budgetRemains(calls: number, bucket: string): void;
  exchangeEnded(exchange: CountedExchange): void;
  /** A call is made again, because of this fault of the last attempt. */
  callRepeated(event: { readonly endpoint: string; readonly fault: string }): void;
  writeReconciled(event: { readonly verdict: Verdict }): void;
  bugMet(): void;
  circuitChanged(state: 'open' | 'closed'): void;
  keysFailed(): void;
  redisChanged(usable: boolean): void;
  /** In Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
};

/** Clients name operations as they like. Those beyond so many are counted together, as are those of nobody. */
const mostNames = 200;
/** No name that GraphQL allows. */
const [unnamed, otherName] = ['(unnamed)', '(other)'];

export function createMetrics({ version }: { readonly version: string }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'users_gateway_build_info',
    help: '1, with the version that runs',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);

  const operations = new Counter({
    name: 'users_gateway_operations_total',
    help: 'GraphQL operations answered, by name, type and code: OK, or the code of the error that tells most',
    labelNames: ['operation', 'type', 'code'],
    registers,
  });
  const operationSeconds = new Histogram({
    name: 'users_gateway_operation_duration_seconds',
    help: 'How long GraphQL operations took, from their request to their answer',
    labelNames: ['operation', 'type'],
    registers,
  });
  // What every operation changes is counted here, and told when somebody asks.
  let operationsUnderWay = 0;
  registry.registerMetric(
    new Gauge({
      name: 'users_gateway_operations_in_progress',
      help: 'GraphQL operations under way',
      registers: [],
      collect() {
        this.set(operationsUnderWay);
      },
    }),
  );
  const mutations = new Counter({
    name: 'users_gateway_mutations_total',
    help: 'Mutations, by what became of them: the outcomes of the audit',
    labelNames: ['mutation', 'outcome'],
    registers,
  });
  const readsUntold: Record<AnsweredBy, number> = { call: 0, shared: 0, cache: 0 };
  registry.registerMetric(
    new Counter({
      name: 'users_gateway_reads_total',
      help: 'Reads of users, by what answered them: a call of their own, one that was under way, or the cache',
      labelNames: ['answered_by'],
      registers: [],
      collect() {
        for (const answeredBy of ['call', 'shared', 'cache'] as const)
          if (readsUntold[answeredBy] > 0) {
            this.inc({ answered_by: answeredBy }, readsUntold[answeredBy]);
            readsUntold[answeredBy] = 0;
          }
      },
    }),
  );
  const waiting = new Gauge({
    name: 'users_gateway_upstream_waiting',
    help: "Calls that wait for the tenant's budget, by lane",
    labelNames: ['lane'],
    registers,
  });
  const waitSeconds = new Histogram({
    name: 'users_gateway_upstream_wait_duration_seconds',
    help: "How long calls that had to wait for the tenant's budget did so, by lane and by how that ended",
    labelNames: ['lane', 'end'],
    registers,
  });
  const remaining = new Map<string, number>();
  registry.registerMetric(
    new Gauge({
      name: 'users_gateway_upstream_budget_remaining',
      help: "Calls that the tenant's bucket still held, as Auth0 told last, for reads and for writes",
      labelNames: ['bucket'],
      registers: [],
      collect() {
        for (const [bucket, calls] of remaining) this.set({ bucket }, calls);
      },
    }),
  );
  const exchanges = new Counter({
    name: 'users_gateway_upstream_requests_total',
    help: 'Requests sent to Auth0, by endpoint, status and fault; status none: no answer',
    labelNames: ['endpoint', 'method', 'status', 'fault'],
    registers,
  });
  const exchangeSeconds = new Histogram({
    name: 'users_gateway_upstream_request_duration_seconds',
    help: 'How long requests to Auth0 took, connection and whole answer included',
    labelNames: ['endpoint', 'method'],
    registers,
  });
  const retries = new Counter({
    name: 'users_gateway_upstream_retries_total',
    help: 'Calls of Auth0 that were made again, by the fault of the attempt before',
    labelNames: ['endpoint', 'fault'],
    registers,
  });
  const reconciliations = new Counter({
    name: 'users_gateway_reconciliations_total',
    help: 'Writes that no answer came to, by what the user told of them',
    labelNames: ['verdict'],
    registers,
  });
  // What happens rarely would not be seen to rise, were its first count the first that there is of it.
  for (const verdict of verdicts) reconciliations.inc({ verdict }, 0);
  const bugs = new Counter({
    name: 'users_gateway_bugs_total',
    help: 'Errors that are answered INTERNAL: the log has each',
    registers,
  });
  const circuitOpen = new Gauge({
    name: 'users_gateway_circuit_open',
    help: '1 while Auth0 is left in peace because it keeps failing',
    registers,
  });
  const circuitOpenings = new Counter({
    name: 'users_gateway_circuit_openings_total',
    help: 'How often the circuit to Auth0 was opened',
    registers,
  });
  const keysFailures = new Counter({
    name: 'users_gateway_signing_keys_failures_total',
    help: "How often the keys of callers' tokens could not be had",
    registers,
  });
  const redisUsable = new Gauge({
    name: 'users_gateway_redis_usable',
    help: '1 while idempotency keys can be looked up in Redis; absent without one',
    registers,
  });
  // There is no sample until there is something to tell.
  redisUsable.remove();

  const names = new Set<string>();
  const labelOf = ({ name, hasCaller }: CountedOperation): string => {
    if (name === undefined) return unnamed;
    if (hasCaller && names.size < mostNames) names.add(name);
    return names.has(name) ? name : otherName;
  };

  return {
    operationBegan() {
      operationsUnderWay++;
    },
    operationEnded(ended, durationMs) {
      operationsUnderWay--;
      const operation = labelOf(ended);
      const { type = 'none', code } = ended;
      operations.inc({ operation, type, code });
      operationSeconds.observe({ operation, type }, durationMs / 1_000);
    },
    mutationTold: ({ mutation, outcome }) => mutations.inc({ mutation: mutation ?? 'none', outcome }),
    readAnswered(answeredBy) {
      readsUntold[answeredBy]++;
    },
    callQueued(lane) {
      const start = performance.now();
      waiting.inc({ lane });
      return (end) => {
        waiting.dec({ lane });
        waitSeconds.observe({ lane, end }, (performance.now() - start) / 1_000);
      };
    },
    budgetRemains: (calls, bucket) => void remaining.set(bucket, calls),
    exchangeEnded({ endpoint, method, status, fault, durationMs }) {
      exchanges.inc({ endpoint, method, status: status ?? 'none', fault: fault ?? 'none' });
      exchangeSeconds.observe({ endpoint, method }, durationMs / 1_000);
    },
    callRepeated: ({ endpoint, fault }) => retries.inc({ endpoint, fault }),
    writeReconciled: ({ verdict }) => reconciliations.inc({ verdict }),
    circuitChanged(state) {
      circuitOpen.set(state === 'open' ? 1 : 0);
      if (state === 'open') circuitOpenings.inc();
    },
    bugMet: () => bugs.inc(),
    keysFailed: () => keysFailures.inc(),
    redisChanged: (usable) => redisUsable.set(usable ? 1 : 0),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
