/** `npm run simulate`: how 1 to 100 replicas get on with one tenant, as a table, and as the picture in `deploy/`. */
import { writeFileSync } from 'node:fs';
import { startRedis } from '../support/redis.ts';
import { findingsFile, plotFile, writtenFindings } from './findings.ts';
import { plot } from './plot.ts';
import { cases, type Finding, study } from './study.ts';
import { head, row } from './table.ts';

await using redis = await startRedis();
const findings: Finding[] = [];
process.stdout.write(`${head}\n`);
for (const one of cases) {
  const finding = await study(one, redis.url);
  findings.push(finding);
  process.stdout.write(`${row(finding)}\n`);
}
writeFileSync(findingsFile, writtenFindings(findings));
writeFileSync(plotFile, plot(findings));
