/** What a frontend gets that installs the package: found, typed, and fit for a browser. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Consumer, createConsumer } from './consumer.ts';

const manifest: { readonly name: string; readonly exports: { readonly [path: string]: unknown } } =
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

let consumer: Consumer;
beforeAll(async () => {
  consumer = await createConsumer(['zod', 'validator']);
}, 120_000);
afterAll(() => consumer[Symbol.asyncDispose]());

test('the package holds the contract and its rules, and nothing of the server', () => {
  const expected =
    /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/rules\/[\w-]+(\.d\.ts|\.js)|schema\/\w+\.graphql|schema\/sdl\.d\.ts|schema\/update-user-input\.schema\.json)$/;
  expect(consumer.packed.filter((path) => !expected.test(path))).toEqual([]);
  expect(consumer.packed).toContain('dist/rules/update-user-input.js');
  expect(consumer.packed).not.toContain('schema/released.graphql');
});

describe('from the package', () => {
  test('every export is found, and nothing else', async () => {
    await consumer.write({
      'resolve.js': `
        import { existsSync } from 'node:fs';
        const paths = ${JSON.stringify(Object.keys(manifest.exports))};
        const found = paths.filter((path) => existsSync(new URL(import.meta.resolve('${manifest.name}' + path.slice(1)))));
        const others = await Promise.allSettled(['', '/src/main.ts', '/dist/rules/limits.js'].map((path) => import('${manifest.name}' + path)));
        console.log(JSON.stringify({ found, others: others.map(({ reason }) => reason?.code) }));`,
    });
    expect(JSON.parse(await consumer.run('node', 'resolve.js'))).toEqual({
      found: Object.keys(manifest.exports),
      others: Array.from({ length: 3 }, () => 'ERR_PACKAGE_PATH_NOT_EXPORTED'),
    });
  });

  test('Node loads the rules, the JSON Schema and the SDL', async () => {
    await consumer.write({
      'load.js': `
        import { readFileSync } from 'node:fs';
        import { createUpdateUserInput, forbiddenPairs, formats, updateUserInput } from '${manifest.name}/update-user-input';
        import jsonSchema from '${manifest.name}/update-user-input.schema.json' with { type: 'json' };
        const sdl = readFileSync(new URL(import.meta.resolve('${manifest.name}/schema.graphql')), 'utf8');
        console.log(JSON.stringify({
          fine: updateUserInput.safeParse({ email: 'a@example.com' }).success,
          pair: updateUserInput.safeParse({ email: 'a@example.com', password: 'a' }).success,
          small: createUpdateUserInput({ metadataMaxBytes: 5 }).safeParse({ userMetadata: { a: 1 } }).success,
          pairs: forbiddenPairs.length,
          formats: Object.keys(formats),
          title: jsonSchema.title,
          sdl: sdl.includes('input UpdateUserInput'),
        }));`,
    });
    expect(JSON.parse(await consumer.run('node', 'load.js'))).toEqual({
      fine: true,
      pair: false,
      small: false,
      pairs: 5,
      formats: ['email', 'strict-uri'],
      title: 'UpdateUserInput',
      sdl: true,
    });
  });

  test.for([
    ['nodenext', 'nodenext', " with { type: 'json' }"],
    ['bundler', 'esnext', ''],
  ])(
    'TypeScript knows the types: moduleResolution %s',
    { timeout: 120_000 },
    async ([moduleResolution, module, attribute]) => {
      await consumer.write({
        'typed.ts': `
        import sdl from '${manifest.name}/schema.graphql';
        import { type UpdateUserInput, formats, updateUserInput } from '${manifest.name}/update-user-input';
        import jsonSchema from '${manifest.name}/update-user-input.schema.json'${attribute};
        const input: UpdateUserInput = updateUserInput.parse({ name: null });
        const name: string | null | undefined = input.name;
        const length: number | undefined = updateUserInput.shape.clientId.unwrap().minLength ?? undefined;
        export const all: [string, string, string | null | undefined, number | undefined, boolean] =
          [sdl, jsonSchema.title, name, length, formats.email('a')];`,
        'mistyped.ts': `
        import type { UpdateUserInput } from '${manifest.name}/update-user-input';
        export const nullable: UpdateUserInput = { connection: null };
        export const unknown: UpdateUserInput = { nickName: 'Jack' };
        export const mistyped: UpdateUserInput = { blocked: 'true' };`,
      });
      const check = (file: string) =>
        consumer.typeCheck({ module, moduleResolution, skipLibCheck: false }, [file]);
      expect(await check('typed.ts')).toBe('');
      const complaints = await check('mistyped.ts');
      const complainedOf = [...complaints.matchAll(/^mistyped\.ts\((\d+)/gm)].map(([, line]) => Number(line));
      expect(complainedOf).toEqual([3, 4, 5]);
    },
  );
});

type Bundle = {
  readonly code: string;
  readonly modules: readonly string[];
  readonly imports: readonly string[];
};

/** What rolldown, of Vite, makes of a page. */
async function bundledByRolldown(cwd: string, input: string): Promise<Bundle> {
  await using bundle = await rolldown({
    cwd,
    input,
    platform: 'browser',
    onLog: (level, log) => {
      throw new Error(`Expected nothing to be said about the bundle, but got a ${level}: ${log.message}`);
    },
  });
  const { output } = await bundle.generate({ format: 'iife', minify: true });
  const [chunk] = output;
  return {
    code: chunk.code,
    modules: Object.keys(chunk.modules).filter((path) => !path.startsWith('\0')),
    imports: chunk.imports,
  };
}

/** What esbuild makes of it, which keeps all of what is imported by a name that is an object of everything. */
async function bundledByEsbuild(absWorkingDir: string, entry: string): Promise<Bundle> {
  const { outputFiles, metafile, warnings } = await build({
    absWorkingDir,
    entryPoints: [entry],
    bundle: true,
    format: 'iife',
    minify: true,
    write: false,
    metafile: true,
  });
  expect(warnings).toEqual([]);
  const [output] = Object.values(metafile.outputs);
  return {
    code: outputFiles.map(({ text }) => text).join(''),
    modules: Object.keys(metafile.inputs).map((path) => join(absWorkingDir, path)),
    imports: output?.imports.map(({ path }) => path) ?? [],
  };
}

describe.for([
  ['rolldown', bundledByRolldown],
  ['esbuild', bundledByEsbuild],
] as const)('in a browser bundle by %s', ([, bundler]) => {
  const bundle = async () => {
    await consumer.write({
      'form.js': `
        import { updateUserInput } from '${manifest.name}/update-user-input';
        globalThis.verdicts = [{ name: 'Jack' }, { email: 'nobody' }, { picture: 'https://example.com/a.png' }, {}].map(
          (input) => updateUserInput.safeParse(input).success,
        );`,
    });
    return bundler(consumer.folder, 'form.js');
  };

  test('the rules bring zod and two checks of validator.js along, and nothing of the server', async () => {
    const { modules, imports } = await bundle();
    const origin = (path: string) =>
      path.startsWith(join(consumer.folder, 'node_modules', manifest.name, 'dist'))
        ? manifest.name
        : (/\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? 'the page');
    expect(new Set(modules.map(origin))).toEqual(new Set([manifest.name, 'zod', 'validator', 'the page']));
    expect(imports).toEqual([]);
  });

  test('the rules are at most 32 KiB on the wire', async () => {
    const { code } = await bundle();
    expect(gzipSync(code).length).toBeLessThan(32 * 1024);
  });

  test('the rules judge with nothing at hand but the language and TextEncoder', async () => {
    const { code } = await bundle();
    const page: { TextEncoder: typeof TextEncoder; verdicts?: unknown } = { TextEncoder };
    runInNewContext(code, page);
    expect(JSON.stringify(page.verdicts)).toBe('[true,false,true,false]');
  });
});
