import { readFileSync } from 'node:fs';
import type { Finding } from './study.ts';

/** What `npm run simulate` found when it was last run, one case a line. */
export const findingsFile = new URL('findings.jsonl', import.meta.url);
export const plotFile = new URL('../../deploy/replicas.svg', import.meta.url);

export function readFindings(): Finding[] {
  const lines = readFileSync(findingsFile, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Finding);
}

export function writtenFindings(findings: readonly Finding[]): string {
  return findings.map((finding) => `${JSON.stringify(finding)}\n`).join('');
}
