/** No text takes a pattern of ours more time than its length explains: every literal is analysed, not tried. */
import { globSync, readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';
import { analyse } from 'scslre';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);

/** Patterns that only ever meet what the operator wrote, and are easier to read as they are. */
const ofOperators = ['src/config/reader.ts: [^/,]*@', 'src/sandbox/people-file.ts: ^.+\\|.+$'];

type Pattern = { readonly at: string; readonly source: string; readonly flags: string };

const patterns = globSync('{src,schema}/**/*.ts', { cwd: root }).flatMap((file): Pattern[] =>
  patternsIn(readFileSync(new URL(file, root), 'utf8')).map(({ source, flags }) => ({
    at: `${file}: ${source}`,
    source,
    flags,
  })),
);

test('the patterns of the sources are found', () => {
  expect(patterns.length).toBeGreaterThan(50);
  expect(patterns.map(({ at }) => at)).toEqual(expect.arrayContaining(ofOperators));
});

test.each([
  ['^(a+)+$', false],
  ['0+$', false],
  ['^a+$', true],
])('the analysis tells %s', (source, isLinear) => {
  expect(analyse({ source, flags: '' }).reports.length === 0).toBe(isLinear);
});

describe('takes no longer than the text is long', () => {
  test.each(patterns.filter(({ at }) => !ofOperators.includes(at)))('$at', ({ source, flags }) => {
    expect(
      analyse({ source, flags }).reports.map(({ type, character }) => `${type} of ${character.pick}`),
    ).toEqual([]);
  });
});

function patternsIn(text: string): { source: string; flags: string }[] {
  const found: { source: string; flags: string }[] = [];
  new Visitor({
    Literal(node) {
      if ('regex' in node) found.push({ source: node.regex.pattern, flags: node.regex.flags });
    },
  }).visit(parseSync('a.ts', text).program);
  return found;
}
