/** So many clients, each of which sends its next request when the one before is answered. */
import { createHistogram } from 'node:perf_hooks';
import { Pool } from 'undici';

export type Request = {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type Load = {
  readonly request: (index: number) => Request;
  /** Whether the answer is the one that was asked for. */
  readonly isGood: (status: number, body: string) => boolean;
};

export type Served = {
  readonly requests: number;
  readonly good: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** One of the others. */
  readonly badAnswer: string | null;
};

export type Extent = { readonly seconds: number } | { readonly requests: number };

export type Clients = AsyncDisposable & { send(load: Load, extent: Extent): Promise<Served> };

/** Whose connections stay open between one load and the next, as those of a load balancer do. */
export function openClients(origin: string, count = 32): Clients {
  const pool = new Pool(origin, { connections: count, pipelining: 1 });
  return {
    send: (load, extent) => send(pool, count, load, extent),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

async function send(pool: Pool, count: number, { request, isGood }: Load, extent: Extent): Promise<Served> {
  const latencies = createHistogram();
  const start = performance.now();
  const isOver =
    'seconds' in extent
      ? () => performance.now() - start >= extent.seconds * 1_000
      : () => sent >= extent.requests;
  let [sent, good] = [0, 0];
  let badAnswer: string | null = null;
  const client = async () => {
    while (!isOver()) {
      const sentAt = performance.now();
      const { statusCode, body } = await pool.request(request(sent++));
      const text = await body.text();
      latencies.record(Math.max(1, Math.round((performance.now() - sentAt) * 1_000)));
      if (isGood(statusCode, text)) good++;
      else badAnswer ??= `${statusCode} ${text.slice(0, 300)}`;
    }
  };
  await Promise.all(Array.from({ length: count }, client));
  const seconds = (performance.now() - start) / 1_000;
  const [p50Ms, p99Ms] = [latencies.percentile(50) / 1_000, latencies.percentile(99) / 1_000];
  return { requests: sent, good, seconds, p50Ms, p99Ms, badAnswer };
}
