/** The three processes that take part: the tenant, the proxy, and the gateway as it is run in production. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { tenantEnv } from '../process/support.ts';
import { freePort } from '../support/free-port.ts';
import type { Tokens } from './cases.ts';
import { type Clients, openClients } from './load.ts';
import { measuredCore, type Started, start, urlOf } from './processes.ts';
import type { UpstreamCommand, UpstreamReport } from './upstream.ts';

export type Upstream = AsyncDisposable & {
  readonly origin: string;
  readonly tokens: Tokens;
  readonly clients: Clients;
  behave(how: { readonly latencyMs?: number; readonly callsPerSecond?: number }): void;
  /** Calls of the Management API so far. */
  calls(): Promise<number>;
};

export async function startUpstream(): Promise<Upstream> {
  const started = start(['test/bench/upstream.ts']);
  const { child } = started;
  const report = async () => (await once(child, 'message'))[0] as UpstreamReport;
  const tell = (command: UpstreamCommand) => void child.send(command);
  const first = await report();
  if (first.kind !== 'listening') throw new TypeError('expected the tenant to say where it listens');
  const clients = openClients(first.origin);
  return {
    origin: first.origin,
    tokens: first,
    clients,
    behave: ({
      latencyMs = 0,
      callsPerSecond = null,
    }: {
      latencyMs?: number;
      callsPerSecond?: number | null;
    }) => tell({ kind: 'behave', latencyMs, callsPerSecond }),
    async calls() {
      const answer = report();
      tell({ kind: 'count' });
      const counted = await answer;
      return counted.kind === 'counted' ? counted.calls : Number.NaN;
    },
    async [Symbol.asyncDispose]() {
      await clients[Symbol.asyncDispose]();
      await started[Symbol.asyncDispose]();
    },
  };
}

export type Server = Started & { readonly url: string; readonly clients: Clients };

export async function startProxy(origin: string): Promise<Server> {
  const started = start(['test/bench/proxy.ts'], { cores: measuredCore, env: { UPSTREAM: origin } });
  return withClients(started, await urlOf(started));
}

function withClients(started: Started, url: string): Server {
  const clients = openClients(url);
  return {
    ...started,
    url,
    clients,
    async [Symbol.asyncDispose]() {
      await clients[Symbol.asyncDispose]();
      await started[Symbol.asyncDispose]();
    },
  };
}

export type GatewayOptions = {
  /** Such as those that make a profile. */
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

export async function startGateway(
  origin: string,
  { nodeOptions = [], env = {} }: GatewayOptions = {},
): Promise<Server> {
  const started = start([...nodeOptions, 'dist/gateway.js'], {
    cores: measuredCore,
    // As in the image, metrics included, and with a budget that only the tenant's answers bound: a wait costs no CPU, but
    // hides what does.
    env: {
      ...tenantEnv(origin),
      NODE_ENV: 'production',
      METRICS_PORT: `${await freePort()}`,
      AUTH0_RATE_LIMIT: 'none',
      ...env,
    },
  });
  const url = await urlOf(started);
  while ((await fetch(`${url}/readyz`)).status !== 200) await sleep(2);
  return withClients(started, url);
}
