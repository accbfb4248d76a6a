/** A redis-server of the test's own, on a free port of loopback, with nothing on disk. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

/** Without it the tests that need one are skipped, by name. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

export type TestRedis = AsyncDisposable & {
  readonly url: string;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** On the same port, empty. */
  startAgain(): Promise<void>;
  /** One command over a connection of its own. */
  command(name: string, ...args: (string | number)[]): Promise<unknown>;
  /** Everything that it holds, as one text. */
  dump(): Promise<string>;
};

export async function startRedis(...args: string[]): Promise<TestRedis> {
  let [port, server] = await startSomewhere(args);
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };
  const withClient = async <T>(use: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(port);
    try {
      return await use(client);
    } finally {
      client.disconnect();
    }
  };
  return {
    url: `redis://127.0.0.1:${port}/0`,
    signal: (name) => void server.kill(name),
    kill,
    async startAgain() {
      await kill();
      server = await startAt(port, args);
    },
    command: (name, ...rest) => withClient((client) => client.call(name, ...rest)),
    dump: () =>
      withClient(async (client) => {
        const names = await client.keys('*');
        const records = await Promise.all(names.map((name) => contentOf(client, name)));
        return JSON.stringify([names, records]);
      }),
    [Symbol.asyncDispose]: kill,
  };
}

async function contentOf(client: Redis, name: string): Promise<unknown> {
  switch (await client.type(name)) {
    case 'hash':
      return client.hgetall(name);
    case 'stream':
      return client.xrange(name, '-', '+');
    default:
      return client.get(name);
  }
}

async function startSomewhere(args: readonly string[]): Promise<[number, ChildProcess]> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    try {
      return [port, await startAt(port, args)];
    } catch (error) {
      // Somebody else was faster to take the port.
      if (tries === 5) throw error;
    }
  }
}

async function startAt(port: number, args: readonly string[]): Promise<ChildProcess> {
  const server = spawn(
    'redis-server',
    [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      tmpdir(),
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  if (server.stdout === null) throw new TypeError('Expected the output of redis-server.');
  for await (const line of createInterface({ input: server.stdout })) {
    if (!line.includes('Ready to accept connections')) continue;
    server.stdout.resume();
    return server;
  }
  throw new Error('Expected redis-server to start.');
}
