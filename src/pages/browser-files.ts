/**
 * What goes to browsers out of `browser/`, made when it is first asked for. The bundle of the gateway holds what was
 * made of it there and then: see deploy/rolldown.config.ts.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const graphiqlScript = () => bundled('graphiql.ts');
export const graphiqlStyles = () => file('graphiql.css');
export const profileScript = () => bundled('profile.ts');
export const profileStyles = () => file('profile.css');
export const icon = () => file('icon.svg');

const pathOf = (name: string) => fileURLToPath(new URL(`browser/${name}`, import.meta.url));

function file(name: string): Promise<string> {
  return readFile(pathOf(name), 'utf8');
}

/** A script with all it imports, as one file. */
async function bundled(name: string): Promise<string> {
  // Loaded by the first visit: a gateway whose pages nobody opens does without.
  const { rolldown } = await import('rolldown');
  await using bundle = await rolldown({
    input: pathOf(name),
    platform: 'browser',
    // It is for the checks, and is not where images are built.
    tsconfig: false,
    moduleTypes: { '.graphql': 'text' },
  });
  const { output } = await bundle.generate({ format: 'es', minify: true, codeSplitting: false });
  return output[0].code;
}
