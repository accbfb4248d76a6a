import { readFileSync } from 'node:fs';
import { parse, print, visit } from 'graphql';
import { describe, expect, test } from 'vitest';
import { breakingChanges } from './release/breaking-changes.ts';
import { announcedBreaks, withRelease } from './release/changelog.ts';
import { tightenedRules } from './release/tightened-rules.ts';

const described = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
const contract = print(
  visit(parse(described), {
    enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
  }),
);

describe('a contract breaks clients', () => {
  test.for<[string, string, string, string]>([
    ['without a field', '  nickname: String\n', '', 'IdentityProfile.nickname'],
    ['without an argument', ', after: String)', ')', 'Query.users(after:)'],
    ['without a type of the result union', ' | UserConflict |', ' |', 'UpdateUserResult'],
    ['without an enum value', '  TOO_LARGE\n', '', 'InputIssueCode.TOO_LARGE'],
    [
      'without a field of the input',
      '  picture: String @constraint(format: "strict-uri")\n',
      '',
      'UpdateUserInput.picture',
    ],
    ['with an argument that is now required', ', after: String)', ', after: String!)', 'Query.users(after:)'],
    [
      'with a new argument that is required',
      ', after: String)',
      ', after: String, tenant: String!)',
      'Query.users(tenant:)',
    ],
    [
      'with a new input field that is required',
      '  blocked: Boolean\n',
      '  blocked: Boolean\n  reason: String!\n',
      'UpdateUserInput.reason',
    ],
    [
      'where null comes that did not',
      '  userMetadata: JSONObject!\n',
      '  userMetadata: JSONObject\n',
      'User.userMetadata',
    ],
    [
      'where fewer characters fit',
      name('minLength: 1, maxLength: 300'),
      name('minLength: 1, maxLength: 100'),
      'UpdateUserInput.name',
    ],
    [
      'where more characters are needed',
      name('minLength: 1, maxLength: 300'),
      name('minLength: 2, maxLength: 300'),
      'UpdateUserInput.name',
    ],
    [
      'where a length is limited that was not',
      'password: String @constraint(minLength: 1)',
      'password: String @constraint(minLength: 1, maxLength: 72)',
      'UpdateUserInput.password',
    ],
    ['where the pattern is another', '{1,15}$")', '{1,14}$")', 'UpdateUserInput.phoneNumber'],
    [
      'where there is a pattern that was not',
      name('minLength: 1, maxLength: 300'),
      name('minLength: 1, maxLength: 300, pattern: "a"'),
      'UpdateUserInput.name',
    ],
    [
      'where the format is another',
      '@constraint(format: "strict-uri")',
      '@constraint(format: "uri")',
      'UpdateUserInput.picture',
    ],
    [
      'where a text is constrained that was free',
      'userMetadata: JSONObject\n',
      'userMetadata: JSONObject @constraint(minLength: 1)\n',
      'UpdateUserInput.userMetadata',
    ],
  ])('%s', async ([, from, to, coordinate]) => {
    const changes = await breakingChanges(contract, changed(from, to));
    expect(changes.map((change) => change.coordinate)).toEqual([coordinate]);
    expect(changes[0]?.message).toMatch(/^\w.*[^.]\.$/);
  });

  test('is told with what was and what is', async () => {
    expect(
      await breakingChanges(
        contract,
        changed(name('minLength: 1, maxLength: 300'), name('minLength: 2, maxLength: 100')),
      ),
    ).toEqual([
      { coordinate: 'UpdateUserInput.name', message: 'minLength was 1 and is 2.' },
      { coordinate: 'UpdateUserInput.name', message: 'maxLength was 300 and is 100.' },
    ]);
  });
});

describe('a contract breaks nobody', () => {
  test.for<[string, string, string]>([
    ['as it is', '', ''],
    ['with a field more', '  nickname: String\n', '  nickname: String\n  locale: String\n'],
    ['with an argument more', ', after: String)', ', after: String, before: String)'],
    [
      'with an input field more, however constrained',
      '  blocked: Boolean\n',
      '  blocked: Boolean\n  locale: String @constraint(pattern: "^[a-z]{2}$")\n',
    ],
    ['with a kind of issue more', '  TOO_LARGE\n', '  TOO_LARGE\n  TOO_OLD\n'],
    ['with a type more in the result union', ' | UserConflict |', ' | UserConflict | User |'],
    ['where more characters fit', name('minLength: 1, maxLength: 300'), name('minLength: 1, maxLength: 301')],
    [
      'where fewer characters are needed',
      name('minLength: 1, maxLength: 300'),
      name('minLength: 0, maxLength: 300'),
    ],
    ['where a length is no longer limited', name('minLength: 1, maxLength: 300'), name('minLength: 1')],
    ['where a text is free that was constrained', ' @constraint(pattern: "^\\\\+[0-9]{1,15}$")', ''],
    ['where the format is no longer judged', ' @constraint(format: "strict-uri")', ''],
    ['in other words', 'type UserEdge', '"A place in the list."\ntype UserEdge'],
  ])('%s', async ([, from, to]) => {
    expect(await breakingChanges(contract, changed(from, to))).toEqual([]);
  });
});

describe('rules of the input break clients', () => {
  const rules = (text: string) =>
    JSON.parse(text) as Parameters<typeof tightenedRules>[0] & {
      properties: { [field: string]: { anyOf: { propertyNames: { not: { enum: string[] } } }[] } };
    };
  const text = readFileSync(new URL('../../schema/update-user-input.schema.json', import.meta.url), 'utf8');
  const released = rules(text);

  test('where null is refused that was accepted', () => {
    const current = rules(text);
    current.properties['name']?.anyOf.pop();
    expect(tightenedRules(released, current)).toEqual([
      { coordinate: 'UpdateUserInput.name', message: 'null is refused.' },
    ]);
    expect(tightenedRules(current, released)).toEqual([]);
  });

  test('where a metadata key is refused that was accepted', () => {
    const current = rules(text);
    current.properties['appMetadata']?.anyOf[0]?.propertyNames.not.enum.push('plan');
    expect(tightenedRules(released, current)).toEqual([
      { coordinate: 'UpdateUserInput.appMetadata', message: 'the key "plan" is refused.' },
    ]);
    expect(tightenedRules(current, released)).toEqual([]);
  });

  test('where two fields are refused that went together', () => {
    const pair = { not: { required: ['username', 'name'] } };
    const current = { ...released, allOf: [...released.allOf, pair] };
    const message = 'name and username are refused together.';
    expect(tightenedRules(released, current)).toEqual([
      { coordinate: 'UpdateUserInput.username', message },
      { coordinate: 'UpdateUserInput.name', message },
    ]);
    expect(tightenedRules(current, released)).toEqual([]);
  });

  test('not where only a field that is new is refused', () => {
    const locale = { type: 'string', propertyNames: { not: { enum: ['a'] } } };
    const current = {
      properties: { ...released.properties, locale },
      allOf: [...released.allOf, { not: { required: ['locale', 'name'] } }],
    };
    expect(tightenedRules(released, current)).toEqual([]);
  });
});

describe('the changelog announces', () => {
  const changelog = [
    '# Changes',
    '## Unreleased',
    '### Breaking',
    '- `UpdateUserInput.name` takes 100 characters; `Query.users(after:)` is gone.',
    '### Added',
    '- `User.locale`',
    '## 1.0.0',
    '### Breaking',
    '- `User.nickname` is gone.',
    '',
  ].join('\n');

  test('what is in code below Unreleased → Breaking, and nothing else', () => {
    expect(announcedBreaks(changelog)).toEqual(new Set(['UpdateUserInput.name', 'Query.users(after:)']));
  });

  test.for([
    ['there is no heading', '# Changes\n'],
    ['nothing is unreleased', '# Changes\n## 1.0.0\n### Breaking\n- `User.nickname`\n'],
    [
      'nothing breaks',
      '# Changes\n## Unreleased\n- `User.locale`\n## 1.0.0\n### Breaking\n- `User.nickname`\n',
    ],
  ])('nothing where %s', ([, text = '']) => {
    expect(announcedBreaks(text)).toEqual(new Set());
  });

  test('nothing any more once it is released', () => {
    const released = withRelease(changelog, '2.0.0', '2026-12-01');
    expect(announcedBreaks(released)).toEqual(new Set());
    expect(released).toContain(
      '## Unreleased\n\n## 2.0.0 · 2026-12-01\n### Breaking\n- `UpdateUserInput.name`',
    );
  });

  test('nothing to a release without a heading to stand under', () => {
    expect(() => withRelease('# Changes\n', '2.0.0', '2026-12-01')).toThrow('"## Unreleased"');
  });
});

function changed(from: string, to: string): string {
  const at = contract.indexOf(from);
  expect(at, `"${from}" in the contract`).toBeGreaterThanOrEqual(0);
  return contract.slice(0, at) + to + contract.slice(at + from.length);
}

function name(constraint: string): string {
  return `  name: String @constraint(${constraint})`;
}
