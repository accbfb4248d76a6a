/** Processes of the bench, each bound to cores, and what they have used of them. Linux only. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What is measured has a core to itself; whatever measures it, and the tenant, have the others. */
export const measuredCore = '0';
const otherCores = `1-${availableParallelism() - 1}`;

/** Puts this process, and those it starts, on the other cores. */
export function leaveMeasuredCore(): void {
  if (availableParallelism() < 2)
    throw new Error('Expected two cores: one to measure on, one to measure from.');
  execFileSync('taskset', ['-a', '-c', '-p', otherCores, String(process.pid)], { stdio: 'ignore' });
}

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Started = AsyncDisposable & {
  readonly child: ChildProcess;
  /** In microseconds, of all its threads. */
  cpu(): number;
  /** In MB. */
  rss(): number;
};

/** @param arguments_ of node: the file last, and its own after it */
export function start(
  arguments_: readonly string[],
  { cores = otherCores, env = {} }: { readonly cores?: string; readonly env?: Record<string, string> } = {},
): Started {
  const child = spawn('taskset', ['-c', cores, process.execPath, ...arguments_], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  return {
    child,
    cpu: () => cpuOf(child),
    rss: () => rssOf(child),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exited;
      clearTimeout(forced);
    },
  };
}

/** Where a server says it listens, in a line of JSON. Reads on afterwards, as whoever collects logs does. */
export async function urlOf({ child }: Started): Promise<string> {
  if (child.stdout === null) throw new TypeError('expected a process with an output to read');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const [, url] = /"url":"([^"]+)"/.exec(line) ?? [];
    if (url === undefined) continue;
    child.stdout.resume();
    return url;
  }
  throw new Error('expected a server that says where it listens');
}

/** To the nanosecond, where `stat` counts hundredths of a second: of a second at a low load, that is a few. */
function cpuOf({ pid }: ChildProcess): number {
  const ofThread = (thread: string): number => {
    try {
      return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]);
    } catch {
      // Over by now, which V8's are only with their process.
      return 0;
    }
  };
  return readdirSync(`/proc/${pid}/task`).reduce((ns, thread) => ns + ofThread(thread), 0) / 1_000;
}

function rssOf({ pid }: ChildProcess): number {
  const [, kB] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kB) / 1_024;
}
