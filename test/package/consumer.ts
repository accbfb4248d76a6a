/** A project elsewhere that has the packed package installed, and what it needs of other packages. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export type Consumer = AsyncDisposable & {
  readonly folder: string;
  /** Paths of the files in the package. */
  readonly packed: readonly string[];
  write(files: { readonly [path: string]: string }): Promise<void>;
  /** Runs a program of the development dependencies; resolves with what it printed, rejects where it failed. */
  run(program: string, ...args: string[]): Promise<string>;
  /** What the compiler complains of in these files. */
  typeCheck(options: object, files: readonly string[]): Promise<string>;
};

const root = fileURLToPath(new URL('../..', import.meta.url));
const execute = promisify(execFile);

/** @param installed names of packages that are there beside it; by default what development has */
export async function createConsumer(installed?: readonly string[]): Promise<Consumer> {
  const place = await mkdtemp(join(tmpdir(), 'consumer-'));
  const folder = join(place, 'consumer');
  const modules = join(folder, 'node_modules');
  const packed = await pack(place);
  await mkdir(modules, { recursive: true });
  for (const name of installed ?? (await readdir(join(root, 'node_modules')))) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(modules, name));
  }
  await execute('tar', ['-xzf', join(place, packed.filename), '-C', place]);
  await cp(join(place, 'package'), join(modules, packed.name), { recursive: true });

  const write: Consumer['write'] = async (files) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  };
  await write({ 'package.json': JSON.stringify({ private: true, type: 'module' }) });
  const run: Consumer['run'] = async (program, ...args) => {
    const { stdout } = await execute(join(root, 'node_modules/.bin', program), args, { cwd: folder });
    return stdout;
  };
  return {
    folder,
    packed: packed.files.map(({ path }) => path),
    write,
    run,
    async typeCheck(options, include) {
      const compilerOptions = { ...strict, ...options };
      await write({ 'tsconfig.json': JSON.stringify({ compilerOptions, files: include }) });
      return run('tsc', '--pretty', 'false').catch((refusal: { stdout: string }) => refusal.stdout);
    },
    [Symbol.asyncDispose]: () => rm(place, { recursive: true }),
  };
}

/** As a careful frontend compiles: for browsers, with everything strict. */
const strict = {
  noEmit: true,
  target: 'esnext',
  lib: ['esnext', 'dom', 'dom.iterable'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  resolveJsonModule: true,
  skipLibCheck: true,
};

type Packed = {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
};

/** Packs a copy, so that nothing is written where others work, and without a network. */
async function pack(place: string): Promise<Packed> {
  const source = join(place, 'source');
  const left = new Set(['node_modules', '.git', 'dist', 'reports', 'coverage']);
  await cp(root, source, { recursive: true, filter: (path) => !left.has(relative(root, path)) });
  await symlink(join(root, 'node_modules'), join(source, 'node_modules'));
  const { stdout } = await execute('npm', ['pack', '--json', '--offline', '--pack-destination', place], {
    cwd: source,
  });
  // What prepack prints comes first.
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as Packed[];
  if (!packed) throw new Error(`Expected npm to have packed one package, but it said:\n${stdout}`);
  return packed;
}
