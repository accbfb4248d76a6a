/** What is installed is what was looked at: by version, by hash, and without programs of its own. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Locked = {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
};
type Manifest = {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
};

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));
const manifest = read('package.json') as Manifest;
const { packages } = read('package-lock.json') as { packages: Record<string, Locked> };
const locked = Object.entries(packages).filter(([path]) => path !== '');
const pathsOf = (wanted: (entry: Locked) => boolean) =>
  locked.filter(([, entry]) => wanted(entry)).map(([path]) => path);

test('every direct dependency is one exact version', () => {
  const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test('nothing comes from elsewhere than a registry, nor from one that is written down', () => {
  expect(pathsOf(({ link, resolved }) => link === true || resolved !== undefined)).toEqual([]);
});

test('what serves requests is locked by its hash', () => {
  expect(pathsOf(({ dev, integrity = '' }) => !dev && !integrity.startsWith('sha512-'))).toEqual([]);
});

test('what develops it is too, where it is not for another platform', () => {
  expect(pathsOf(({ optional, integrity = '' }) => !optional && !integrity.startsWith('sha512-'))).toEqual(
    [],
  );
});

test('a program that a package would run as it is installed has been decided about', () => {
  const names = pathsOf(({ hasInstallScript }) => hasInstallScript === true).map((path) =>
    path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
  );
  expect(Object.keys(manifest.allowScripts).toSorted()).toEqual([...new Set(names)].toSorted());
});
