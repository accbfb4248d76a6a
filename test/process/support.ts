/** The gateway as a process of its own, as operators run it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Process = AsyncDisposable & {
  /** Resolves once the text has been written. */
  untilWritten(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray>;
  stdout(): string;
  stderr(): string;
  signal(name: NodeJS.Signals): void;
  /** The exit code. */
  exited: Promise<number | null>;
};

const root = fileURLToPath(new URL('../..', import.meta.url));

export type RunOptions = {
  /** Where it runs; default: the project's root. */
  readonly cwd?: string;
  /** How many files it may have open; default: as many as the tests. */
  readonly openFiles?: number;
  /** Whether stdout has a reader: one that reads, one that never does, none any more; or an open file in its place. */
  readonly stdout?: 'read' | 'unread' | 'closed' | { readonly file: number };
};

/** @param entry a file below `cwd` */
export function run(
  entry: string,
  env: Record<string, string> = {},
  args: readonly string[] = [],
  { cwd = root, openFiles, stdout = 'read' }: RunOptions = {},
): Process {
  const command = [process.execPath, entry, ...args];
  const limited =
    openFiles === undefined
      ? command
      : ['sh', '-c', 'ulimit -n "$0" && exec "$@"', String(openFiles), ...command];
  const child: ChildProcess = spawn(limited[0] ?? '', limited.slice(1), {
    cwd,
    // Two of them on one machine could not both have the usual port.
    env: { PATH: process.env['PATH'], METRICS_PORT: '0', ...env },
    stdio: ['ignore', typeof stdout === 'object' ? stdout.file : 'pipe', 'pipe'],
  });
  if (stdout === 'closed') child.stdout?.destroy();
  const written = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const stream of stdout === 'read' ? (['stdout', 'stderr'] as const) : (['stderr'] as const))
    child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
      written[stream] += chunk;
      for (const listener of listeners) listener();
    });
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);

  return {
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    exited,
    signal: (name) => void child.kill(name),
    untilWritten: (stream, pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(written[stream]);
          if (!match) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
        void exited.then((code) =>
          reject(new Error(`Expected ${pattern}, but the process ended with ${code}:\n${written.stderr}`)),
        );
      }),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** What a gateway needs for this tenant, which issues the tokens of its callers, too. */
export function tenantEnv(origin: string): Record<string, string> {
  return {
    PORT: '0',
    AUTH0_ORIGIN: origin,
    AUTH0_CLIENT_ID: 'gateway',
    AUTH0_CLIENT_SECRET: 'gateway-secret',
    JWT_AUDIENCE: 'https://users.gateway.example/',
  };
}

/** The same for a tenant that is reached through something else, as which it does not know itself. */
export function tenantEnvThrough(
  origin: string,
  tenant: { readonly origin: string },
): Record<string, string> {
  return {
    ...tenantEnv(origin),
    AUTH0_AUDIENCE: `${tenant.origin}/api/v2/`,
    JWT_ISSUER: `${tenant.origin}/`,
  };
}

/** A gateway in front of a tenant, once it is ready. */
export async function runGateway(
  env: Record<string, string>,
  options: RunOptions = {},
): Promise<Process & { readonly url: string }> {
  const gateway = run('src/main.ts', env, [], options);
  const [, url = ''] = await gateway.untilWritten('stdout', /"url":"([^"]+)"/);
  await ready(url);
  return { ...gateway, url };
}

/** Resolves once the gateway at this address would serve a request. */
export async function ready(url: string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if ((await fetch(`${url}/readyz`)).status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('Expected the gateway to become ready.');
}

/** The audit events that a gateway has written to stdout. */
export function auditOf(gateway: Process): readonly Record<string, unknown>[] {
  return gateway
    .stdout()
    .split('\n')
    .filter((line) => line.includes('"event":"audit"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
