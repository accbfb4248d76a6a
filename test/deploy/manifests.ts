/** The manifests as they lie in deploy/kubernetes. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

const folder = new URL('../../deploy/kubernetes/', import.meta.url);

export const kustomization = parse(read('kustomization.yaml')) as {
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly { readonly name: string; readonly envs: readonly string[] }[];
  readonly images: readonly { readonly name: string }[];
};

/** By file name: all that is a manifest, applied with the others or not. */
export const manifests = new Map<string, unknown>(
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
    .map((name) => [name, parse(read(name)) as unknown]),
);

export function read(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}
