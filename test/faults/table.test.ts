import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const readme = new URL('README.md', import.meta.url);

test('the table of faults names tests that there are', () => {
  const rows = readFileSync(readme, 'utf8').match(/^\| \d+ \|.*$/gm) ?? [];
  const named = rows.flatMap(
    (row) =>
      row
        .split('|')
        .at(-2)
        ?.match(/(?<=`)[\w/.-]+(?=`)/g) ?? [],
  );
  expect(rows.length).toBeGreaterThan(30);
  expect(named.length).toBeGreaterThanOrEqual(rows.length);
  expect(named.filter((name) => !existsSync(new URL(`${name}.test.ts`, readme)))).toEqual([]);
});
