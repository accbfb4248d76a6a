/** The dashboard and the alert rules speak of what the gateway tells, and the rules fire when they should. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { errorCodes } from '../../schema/errors.ts';
import { isFailure } from '../../src/observability/codes.ts';
import { eventfulScrape } from '../support/eventful-scrape.ts';
import { samplesOf } from '../support/exposition.ts';

/** Debian's prometheus package has it. Without it the tests that need it are skipped, by name. */
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

const folder = fileURLToPath(new URL('../../deploy/observability/', import.meta.url));
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

type Rule = { readonly record?: string; readonly alert?: string; readonly expr: string };
const rules = (parse(read('rules.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);

type Panel = { readonly title: string; readonly targets?: readonly { readonly expr: string }[] };
const dashboard = JSON.parse(read('dashboard.json')) as {
  panels: Panel[];
  templating: { list: { query: string }[] };
};
/** As Prometheus gets them. */
const shown = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [title, expr.replaceAll('$__rate_interval', '5m')] as const),
);

/** What Prometheus adds to every sample. */
const added = ['job', 'instance'];
let labelsOf: Map<string, Set<string>>;

beforeAll(async () => {
  labelsOf = new Map();
  for (const { name, labels } of samplesOf(await eventfulScrape())) {
    const known = labelsOf.get(name) ?? new Set(added);
    for (const label of Object.keys(labels)) known.add(label);
    labelsOf.set(name, known);
  }
  for (const { record } of rules) if (record) labelsOf.set(record, new Set());
});

describe('what is spoken of is told', () => {
  const spoken = [
    ...shown,
    ...rules.map(({ alert, record, expr }) => [alert ?? record ?? '', expr] as const),
  ];

  test.for(spoken)('%s: %s', ([, expr]) => {
    const metrics = metricsIn(expr);
    expect(metrics.length).toBeGreaterThan(0);
    for (const { name, labels } of metrics) {
      expect([...labelsOf.keys()]).toContain(name);
      expect([...(labelsOf.get(name) ?? [])]).toEqual(expect.arrayContaining(labels));
    }
    const known = metrics.flatMap(({ name }) => [...(labelsOf.get(name) ?? [])]);
    expect(known).toEqual(expect.arrayContaining(groupsIn(expr)));
  });

  test('the other way round, every metric of our own is shown', () => {
    const names = new Set(shown.flatMap(([, expr]) => metricsIn(expr).map(({ name }) => familyOf(name))));
    const ours = [...labelsOf.keys()].filter((name) => name.startsWith('users_gateway_')).map(familyOf);
    expect([...names]).toEqual(expect.arrayContaining(ours));
  });

  test('a name that there is not would be noticed', () => {
    expect(metricsIn('sum by (shoe) (rate(users_gateway_shoes_total{size="1"}[5m])) > 0')).toEqual([
      { name: 'users_gateway_shoes_total', labels: ['size'] },
    ]);
  });
});

test('the rules know every code of a failure, and no other', () => {
  const { expr = '' } = rules.find(({ record }) => record === 'users_gateway:operations_failed:rate5m') ?? {};
  const [, pattern = ''] = /code=~"([^"]+)"/.exec(expr) ?? [];
  const codes = [...errorCodes, 'HTTP_401', 'HTTP_500', 'GRAPHQL_VALIDATION_FAILED'];
  expect(codes.filter((code) => new RegExp(`^(?:${pattern})$`).test(code))).toEqual(codes.filter(isFailure));
});

test('every alert has a case in which it fires, and one in which it does not', () => {
  type Case = { readonly alertname: string; readonly exp_alerts?: readonly unknown[] };
  const cases = (parse(read('rules.test.yaml')) as { tests: { alert_rule_test: Case[] }[] }).tests.flatMap(
    ({ alert_rule_test: all }) => all,
  );
  const alerts = rules.flatMap(({ alert }) => alert ?? []);
  expect(alerts.length).toBeGreaterThan(5);
  for (const fires of [true, false])
    expect(
      cases.filter(({ exp_alerts: told }) => Boolean(told) === fires).map(({ alertname }) => alertname),
    ).toEqual(expect.arrayContaining(alerts));
});

describe.skipIf(!hasPromtool)('promtool', () => {
  test('takes the rules', () => {
    expect(promtool('check', 'rules', join(folder, 'rules.yaml'))).toMatchObject({ status: 0 });
  });

  test('sees each alert fire when it should', () => {
    expect(promtool('test', 'rules', join(folder, 'rules.test.yaml'))).toMatchObject({ status: 0 });
  });

  test('takes every query of the dashboard', () => {
    const folder = mkdtempSync(join(tmpdir(), 'queries-'));
    try {
      const asRules = shown.map(([, expr], index) => ({ record: `query:${index}`, expr }));
      writeFileSync(
        join(folder, 'queries.yaml'),
        JSON.stringify({ groups: [{ name: 'queries', rules: asRules }] }),
      );
      expect(promtool('check', 'rules', join(folder, 'queries.yaml'))).toMatchObject({ status: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('finds nothing to say against the names and texts of the metrics', async () => {
    // The collector of Node's own names some otherwise.
    const ours = (await eventfulScrape())
      .split('\n')
      .filter((line) => line.includes('users_gateway_'))
      .join('\n');
    expect(promtool('check', 'metrics', { input: `${ours}\n` })).toMatchObject({ status: 0, stderr: '' });
  });
});

function promtool(...args: (string | { input: string })[]): { status: number | null; stderr: string } {
  const [input] = args.flatMap((arg) => (typeof arg === 'string' ? [] : [arg.input]));
  const words = args.filter((arg) => typeof arg === 'string');
  return spawnSync('promtool', words, { encoding: 'utf8', ...(input !== undefined && { input }) });
}

/** The names of samples in an expression, and the labels that are asked of each. */
function metricsIn(expr: string): { name: string; labels: string[] }[] {
  const bare = expr.replace(/\b(?:by|on|without)\s*\([^)]*\)/g, '');
  return [...bare.matchAll(/\b([a-z]\w*(?::\w+)*)\b(?!\s*\(|["=!~])(?:\{([^}]*)\})?/g)]
    .filter(([, name = '']) => name.includes('_'))
    .filter(({ index }) => (bare.slice(0, index).match(/"/g)?.length ?? 0) % 2 === 0)
    .map(([, name = '', matchers = '']) => ({
      name,
      labels: [...matchers.matchAll(/(\w+)\s*(?:=|!)/g)].map(([, label = '']) => label),
    }));
}

function groupsIn(expr: string): string[] {
  return [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(', '));
}

function familyOf(name: string): string {
  return name.replace(/_(bucket|sum|count)$/, '');
}
