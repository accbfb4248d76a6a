import { readFile } from 'node:fs/promises';
import { type Asset, asset } from './asset.ts';
import { filePolicy } from './policy.ts';

/** Files beside the scripts, as they are. */
export const icon = file('icon.svg', 'image/svg+xml');

export function styles(name: string): Asset {
  return file(`${name}.css`, 'text/css');
}

function file(name: string, type: string): Asset {
  return asset({
    type,
    policy: filePolicy,
    make: () => readFile(new URL(`browser/${name}`, import.meta.url), 'utf8'),
  });
}
