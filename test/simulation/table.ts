import type { Wait } from './measures.ts';
import type { Finding } from './study.ts';

/** Waits as p50/p99. */
const columns: readonly [title: string, width: number, cell: (finding: Finding) => string][] = [
  ['asked', 6, ({ load }) => load],
  ['tier', 13, ({ tier }) => tier],
  ['budget', 9, ({ scheme }) => scheme],
  ['replicas', 10, ({ replicas }) => `${replicas}`],
  ['used', 7, ({ use }) => percent(use)],
  ['429s', 7, ({ refusedByTenant }) => percent(refusedByTenant)],
  ['answered', 10, ({ answered }) => percent(answered)],
  ['by caller', 11, ({ fairToCallers }) => fairToCallers.toFixed(3)],
  ['least', 8, ({ leastServed }) => percent(leastServed)],
  ['by replica', 12, ({ fairToReplicas }) => fairToReplicas.toFixed(3)],
  ['update ms', 12, ({ waits }) => span(waits.update)],
  ['read ms', 12, ({ waits }) => span(waits.read)],
  ['batch ms', 12, ({ waits }) => span(waits.batch)],
];

export const head = columns.map(([title, width]) => title.padStart(width)).join('');

export function row(finding: Finding): string {
  return columns.map(([, width, cell]) => cell(finding).padStart(width)).join('');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

function span(wait: Wait | null): string {
  return wait ? `${wait.p50}/${wait.p99}` : '–';
}
