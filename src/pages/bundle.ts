import { fileURLToPath } from 'node:url';
import { type Asset, asset } from './asset.ts';
import { filePolicy } from './policy.ts';

/** A script of `browser/` with all it imports, as one file for browsers. */
export function script(name: string): Asset {
  return asset({ type: 'text/javascript', policy: filePolicy, make: () => bundled(`${name}.ts`) });
}

async function bundled(name: string): Promise<string> {
  // Loaded by the first visit: a gateway whose pages nobody opens does without.
  const { rolldown } = await import('rolldown');
  await using bundle = await rolldown({
    input: fileURLToPath(new URL(`browser/${name}`, import.meta.url)),
    platform: 'browser',
    moduleTypes: { '.graphql': 'text' },
  });
  const { output } = await bundle.generate({ format: 'es', minify: true, codeSplitting: false });
  return output[0].code;
}
