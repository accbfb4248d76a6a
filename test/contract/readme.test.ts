/** What the README promises is what there is, and the other way round. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes } from '../../schema/errors.ts';
import { settings } from '../../src/config/settings.ts';
import { eventfulScrape } from '../support/eventful-scrape.ts';
import { samplesOf } from '../support/exposition.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the README names every setting, and its default', () => {
  const documented = rows('## Settings').map(([name, byDefault]) => [bare(name), bare(byDefault)]);
  expect(documented).toEqual(
    settings.map((setting) => {
      const byDefault =
        'default' in setting ? setting.default || 'empty' : 'otherwise' in setting ? setting.otherwise : '–';
      return [setting.name, byDefault];
    }),
  );
});

test('the README names every error code', () => {
  const documented = rows('### Errors').map(([code]) => bare(code));
  expect(documented.toSorted()).toEqual([...errorCodes].toSorted());
});

test('the README names every metric of our own, and its labels', async () => {
  const told = new Map<string, string[]>();
  for (const { name, labels } of samplesOf(await eventfulScrape())) {
    const family = name.replace(/_(bucket|sum|count)$/, '');
    const ours = Object.keys(labels).filter((label) => label !== 'le');
    if (family.startsWith('users_gateway_')) told.set(family, ours.toSorted());
  }
  const documented = rows('### Metrics').map(([name, labels = '']) => [
    bare(name),
    [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label).toSorted(),
  ]);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(told));
});

test('the guides name no script that there is not', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const guides = readme + readFileSync(new URL('../../CONTRIBUTING.md', import.meta.url), 'utf8');
  const named = [...guides.matchAll(/\bnpm (?:run (\w+)|(start|test))\b/g)].map(
    ([, run, own]) => run ?? own ?? '',
  );
  expect(named.length).toBeGreaterThan(5);
  for (const script of named) expect(scripts).toHaveProperty([script]);
});

/** The cells of the first table below a heading. */
function rows(heading: string): string[][] {
  const section =
    readme.slice(readme.indexOf(`\n${heading}\n`) + heading.length + 2).split(/\n#{2,3} /)[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function bare(cell = ''): string {
  return cell.replace(/^`(.*)`$/, '$1');
}
