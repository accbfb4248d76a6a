import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, casesFor, growthFor } from './cases.ts';
import type { Extent, Load, Served } from './load.ts';
import { measurePromoted } from './promoted.ts';
import { type Server, startGateway, startProxy, type Upstream } from './servers.ts';

export type Figures = Served & {
  /** Microseconds of the measured core a request; `null`: nothing of ours took part. */
  readonly cpuUs: number | null;
  readonly callsPerRequest: number;
};

export type CaseResult = {
  readonly name: string;
  /** What a request costs of what it costs the proxy: in the middle of all rounds, each compared within itself. */
  readonly timesProxy: number;
  readonly gateway: Figures;
  readonly proxy: Figures;
  readonly direct: Figures;
};

export type Results = {
  readonly cases: readonly CaseResult[];
  readonly growth: readonly {
    readonly users: number;
    readonly cpuUs: number;
    readonly callsPerRequest: number;
  }[];
  /** Bytes a request that V8 takes for something that lasts. */
  readonly promoted: readonly { readonly name: string; readonly bytes: number }[];
  readonly startMs: readonly number[];
  readonly rss: { readonly atRestMb: number; readonly afterwardsMb: number };
};

/** One after the other, and again, each for a short while: what else the machine does then concerns all of them. */
const rounds = 9;
/** Until the compiler has settled. */
const warmUp: Extent = { seconds: 10 };

export async function measureAll(
  upstream: Upstream,
  progress: (name: string) => void,
  only: string = '',
): Promise<Results> {
  await using proxy = await startProxy(upstream.origin);
  await using gateway = await startGateway(upstream.origin);
  await sleep(1_000);
  const atRestMb = gateway.rss();

  const cases: CaseResult[] = [];
  for (const one of casesFor(upstream.tokens).filter(({ name }) => name.includes(only))) {
    progress(one.name);
    upstream.behave(one);
    cases.push(await measureCase(one, { gateway, proxy, upstream }));
  }
  upstream.behave({});
  // A tenant that refused may still be spared for a moment.
  await sleep(3_000);

  const growth = [];
  for (const one of growthFor(upstream.tokens).filter(({ name }) => name.includes(only))) {
    progress(one.name);
    await gateway.clients.send(one.graphql, { seconds: 0.5 });
    const { cpuUs, callsPerRequest } = await measure(gateway, one.graphql, { seconds: 2 }, upstream);
    growth.push({ users: one.users, cpuUs: cpuUs ?? Number.NaN, callsPerRequest });
  }
  const afterwardsMb = gateway.rss();

  progress('promoted');
  const promoted = await measurePromoted(
    upstream,
    casesFor(upstream.tokens).filter((one) => isSimple(one) && one.name.includes(only)),
  );

  progress('starts');
  const startMs: number[] = [];
  for (let times = 0; times < 5; times++) startMs.push(await timeStart(upstream));
  return { cases, growth, promoted, startMs, rss: { atRestMb, afterwardsMb } };
}

/** As fast as it goes. */
function isSimple({ latencyMs, callsPerSecond }: Case): boolean {
  return latencyMs === undefined && callsPerSecond === undefined;
}

type Parts = { readonly gateway: Server; readonly proxy: Server; readonly upstream: Upstream };

async function measureCase(one: Case, { gateway, proxy, upstream }: Parts): Promise<CaseResult> {
  const isUnbounded = one.callsPerSecond === undefined;
  await gateway.clients.send(one.graphql, warmUp);
  if (isUnbounded) {
    await proxy.clients.send(one.rest, warmUp);
    await upstream.clients.send(one.rest, { seconds: 0.5 });
  }
  // Of a process that waits most of the time, a second tells little.
  const slice: Extent = { seconds: isSimple(one) ? 1 : 2 };
  const parts: Record<'gateway' | 'proxy' | 'direct', Figures[]> = { gateway: [], proxy: [], direct: [] };
  for (let round = 0; round < rounds; round++) {
    parts.gateway.push(await measure(gateway, one.graphql, slice, upstream));
    parts.proxy.push(await measure(proxy, one.rest, slice, upstream));
    parts.direct.push(await measure(null, one.rest, slice, upstream));
  }
  const ratios = parts.gateway.map(({ cpuUs }, round) => Number(cpuUs) / Number(parts.proxy[round]?.cpuUs));
  return {
    name: one.name,
    timesProxy: ratios.toSorted((one, other) => one - other)[Math.floor(rounds / 2)] ?? Number.NaN,
    gateway: inTheMiddle(parts.gateway),
    proxy: inTheMiddle(parts.proxy),
    direct: inTheMiddle(parts.direct),
  };
}

async function measure(
  server: Server | null,
  load: Load,
  extent: Extent,
  upstream: Upstream,
): Promise<Figures> {
  const [callsBefore, cpuBefore] = [await upstream.calls(), server?.cpu() ?? 0];
  const served = await (server ?? upstream).clients.send(load, extent);
  const [cpu, calls] = [(server?.cpu() ?? 0) - cpuBefore, (await upstream.calls()) - callsBefore];
  return { ...served, cpuUs: server && cpu / served.requests, callsPerRequest: calls / served.requests };
}

/** The round that cost the median: one that something else disturbed is left out. */
function inTheMiddle(rounds: readonly Figures[]): Figures {
  const cost = ({ cpuUs, seconds, requests }: Figures) => cpuUs ?? seconds / requests;
  const [middle] = rounds
    .toSorted((one, other) => cost(one) - cost(other))
    .slice(Math.floor(rounds.length / 2));
  if (middle === undefined) throw new TypeError('expected a round');
  return { ...middle, badAnswer: rounds.find(({ badAnswer }) => badAnswer !== null)?.badAnswer ?? null };
}

/** From the command to an answer of /readyz that says yes. */
async function timeStart({ origin }: Upstream): Promise<number> {
  const begun = performance.now();
  const gateway = await startGateway(origin);
  const ms = performance.now() - begun;
  await gateway[Symbol.asyncDispose]();
  return ms;
}
