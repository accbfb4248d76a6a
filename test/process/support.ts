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

/** @param entry a file below the project's root */
export function run(entry: string, env: Record<string, string> = {}, args: readonly string[] = []): Process {
  const child: ChildProcess = spawn(process.execPath, [entry, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const)
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

/** Resolves once the gateway at this address would serve a request. */
export async function ready(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if ((await fetch(`${url}/readyz`)).status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('Expected the gateway to become ready.');
}
