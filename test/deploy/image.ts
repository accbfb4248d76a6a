/** What `docker build` makes of deploy/Dockerfile, as far as can be told without Docker: its steps, in folders. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Copy, Env, type Instruction } from 'dockerfile-ast';
import { argumentsOf, execForm, instructionsOf } from './dockerfile.ts';

export type Image = AsyncDisposable & {
  /** Where the entry point starts, on this machine. */
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
  readonly stopSignal: string;
};

const root = fileURLToPath(new URL('../../', import.meta.url));
const sh = promisify(execFile);

export async function buildImage(): Promise<Image> {
  const folder = await mkdtemp(join(tmpdir(), 'image-'));
  const sent = await readContext();
  const stages = new Map<string, string>();
  let stage = '';
  let workdir = '/';
  let env: Record<string, string> = {};
  const last = new Map<string, Instruction>();

  const steps: Record<string, (instruction: Instruction) => Promise<void>> = {
    async FROM(instruction) {
      const [, , name = 'last'] = argumentsOf(instruction);
      stage = join(folder, name);
      stages.set(name, stage);
      workdir = '/';
      env = {};
      last.clear();
    },
    async WORKDIR(instruction) {
      workdir = argumentsOf(instruction)[0] ?? '/';
      await mkdir(join(stage, workdir), { recursive: true });
    },
    async ENV(instruction) {
      if (!(instruction instanceof Env)) return;
      for (const property of instruction.getProperties()) env[property.getName()] = property.getValue() ?? '';
    },
    async COPY(instruction) {
      const from = instruction instanceof Copy ? instruction.getFromFlag()?.getValue() : undefined;
      const paths = argumentsOf(instruction);
      const target = join(stage, workdir, paths.at(-1) ?? '');
      for (const path of paths.slice(0, -1)) {
        if (!from && !sent(path)) throw new Error(`.dockerignore keeps ${path} back`);
        const source = join(from ? (stages.get(from) ?? '') : root, path);
        const isInto = target.endsWith('/');
        await cp(source, isInto ? join(target, basename(path)) : target, { recursive: true });
      }
    },
    async RUN(instruction) {
      const command = instruction.getArgumentsContent() ?? '';
      const cwd = join(stage, workdir);
      if (command.startsWith('npm ci')) await link(cwd);
      else await sh('sh', ['-ec', command], { cwd, env: { PATH: process.env['PATH'], ...env } });
    },
  };
  for (const instruction of instructionsOf(await readFile(join(root, 'deploy/Dockerfile'), 'utf8'))) {
    await steps[instruction.getKeyword()]?.(instruction);
    last.set(instruction.getKeyword(), instruction);
  }

  const words = (keyword: string) => {
    const instruction = last.get(keyword);
    return (instruction && execForm(instruction)) ?? [];
  };
  const stopSignal = last.get('STOPSIGNAL');
  return {
    folder: join(stage, workdir),
    env,
    entrypoint: words('ENTRYPOINT'),
    healthcheck: words('HEALTHCHECK'),
    stopSignal: (stopSignal && argumentsOf(stopSignal)[0]) ?? '',
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Tells whether `docker build` would see a path: .dockerignore refuses all, then names what it lets through. */
async function readContext(): Promise<(path: string) => boolean> {
  const lines = (await readFile(join(root, '.dockerignore'), 'utf8'))
    .split('\n')
    .filter((line) => /^[^#\s]/.test(line));
  if (lines.shift() !== '*') throw new Error('expected .dockerignore to begin with *');
  const allowed = lines.map((line) => line.replace(/^!/, ''));
  return (path) => allowed.some((entry) => path === entry || path.startsWith(`${entry}/`));
}

/** `npm ci --omit=dev` without a registry: what is locked and not for development, as it is installed here. */
async function link(folder: string): Promise<void> {
  const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean; bin?: Record<string, string> }>;
  };
  await mkdir(join(folder, 'node_modules/.bin'), { recursive: true });
  for (const [path, { dev, bin = {} }] of Object.entries(lock.packages)) {
    if (dev || !/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path)) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(join(root, path), join(folder, path));
    for (const [name, script] of Object.entries(bin))
      await symlink(join(root, path, script), join(folder, 'node_modules/.bin', name));
  }
}
