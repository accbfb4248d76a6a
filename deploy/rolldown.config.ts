/** The gateway as one file, for where there is no `node_modules`: `npm run build` writes `dist/gateway.js`. */
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { defineConfig, type Plugin, rolldown } from 'rolldown';

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Modules that export nothing but texts, or functions that make one; the bundle holds what that comes to here. */
const textModules = [/\/src\/pages\/browser-files\.ts$/, /\/render-graphiql\/esm\/graphiql\.js$/];

/** What few gateways load, and what it brings with it: the bundle holds it packed, for the others to have nothing to read. */
const rareModules = [
  /\/src\/observability\/open-telemetry\.ts$/,
  /\/src\/sandbox\/(sandbox|people-file)\.ts$/,
];

/** Modules that load something when it is first needed, by a `require` of their own. */
const requiringModules = /\/src\/redis\/library\.ts$/;

export default defineConfig({
  input: fromRoot('src/main.ts'),
  platform: 'node',
  resolve: {
    // GraphQL.js as ES modules: of its CommonJS ones, each call of a function goes by way of a getter.
    alias: { 'graphql/execution/collectFields.js': 'graphql/execution/collectFields.mjs' },
    mainFields: ['module', 'main'],
  },
  plugins: [
    packedTexts(),
    packedPrograms(),
    bundledRequires(),
    smallUndici(),
    noHttp2(),
    noFetch(),
    asciiComments(),
  ],
  // What is never evaluated is not compiled either.
  optimization: { pifeForModuleWrappers: false },
  output: {
    file: fromRoot('dist/gateway.js'),
    codeSplitting: false,
    // A byte a character in memory: one letter beyond Latin-1 would make it two for all of the file.
    charset: 'ascii',
    comments: { annotation: false, jsdoc: false, legal: true },
  },
});

/** GraphiQL's 9 MB are served to few and would be read at every start: they stay compressed until they are asked for. */
function packedTexts(): Plugin {
  return {
    name: 'packed-texts',
    load: {
      filter: { id: textModules },
      async handler(id) {
        const module = (await import(id)) as Record<string, string | (() => Promise<string>)>;
        const exported = await Promise.all(
          Object.entries(module).map(async ([name, text]) => {
            if (typeof text === 'string') return `export const ${name} = unpacked('${packed(text)}');`;
            return `export const ${name} = async () => unpacked('${packed(await text())}');`;
          }),
        );
        return [...unpacking, ...exported].join('\n');
      },
    },
  };
}

/** A bundle within the bundle, which is compiled when it is first imported. */
function packedPrograms(): Plugin {
  return {
    name: 'packed-programs',
    load: {
      filter: { id: rareModules },
      async handler(id) {
        await using bundle = await rolldown({ input: id, platform: 'node' });
        const { output } = await bundle.generate({
          format: 'cjs',
          codeSplitting: false,
          dynamicImportInCjs: false,
        });
        const [{ code, exports, fileName }] = output;
        return [
          ...unpacking,
          `import { createRequire } from 'node:module';`,
          `import { compileFunction } from 'node:vm';`,
          `const exported = {};`,
          `const program = compileFunction(unpacked('${packed(code)}'), ['exports', 'require', '__filename'], { filename: '${fileName}' });`,
          `program(exported, createRequire(import.meta.url), import.meta.filename);`,
          ...exports.map((name) => `export const ${name} = exported.${name};`),
        ].join('\n');
      },
    },
  };
}

/** What is required is in the bundle like what is imported, and evaluated then. */
function bundledRequires(): Plugin {
  return {
    name: 'bundled-requires',
    transform: {
      filter: { id: requiringModules },
      handler: (code) => code.replace(/^const require = .*$/m, ''),
    },
  };
}

/** Of undici, no more than its pool of connections: the index loads all there is. */
function smallUndici(): Plugin {
  const id = '\0undici';
  return {
    name: 'small-undici',
    resolveId: { filter: { id: /^undici$/ }, handler: () => id },
    load: {
      filter: { id: /^\0undici$/ },
      handler: () =>
        `export { default as Pool } from '${fromRoot('node_modules/undici/lib/dispatcher/pool.js')}';`,
    },
  };
}

/** undici is told never to speak HTTP/2 (`auth0/exchange.ts`), and loads Node's all the same. */
function noHttp2(): Plugin {
  return {
    name: 'no-http2',
    transform: {
      filter: { id: /\/undici\/lib\/dispatcher\/client-h2\.js$/ },
      handler: (code) => code.replace("require('node:http2')", '{ constants: {} }'),
    },
  };
}

/** The adapters look whether requests are of Node's own `fetch`, which none is; to look is to load it. */
function noFetch(): Plugin {
  return {
    name: 'no-fetch',
    transform: {
      filter: { id: /@whatwg-node\/server\/.*\/createServerAdapter\.js$/ },
      handler: (code) =>
        code.replace(/\bglobalThis\.(fetch|Request|Response|Headers|FormData)\b/g, 'undefined'),
    },
  };
}

/** `charset` is about code; comments with a licence may hold names of people. */
function asciiComments(): Plugin {
  return {
    name: 'ascii-comments',
    renderChunk: (code) =>
      code.replace(
        /[\u0080-\uffff]/g,
        (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
  };
}

const unpacking = [
  `import { brotliDecompressSync } from 'node:zlib';`,
  `const unpacked = (text) => brotliDecompressSync(Buffer.from(text, 'base64')).toString();`,
];

function packed(text: string): string {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  return brotliCompressSync(text, { params }).toString('base64');
}
