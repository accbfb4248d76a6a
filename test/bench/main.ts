/** `npm run bench`: what an operation costs, beside a proxy that does nothing and beside REST itself. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { casesFor } from './cases.ts';
import { measureAll } from './measure.ts';
import { leaveMeasuredCore } from './processes.ts';
import { profile } from './profile.ts';
import { soakToMarkdown, toMarkdown } from './report.ts';
import { startUpstream } from './servers.ts';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    profile: { type: 'boolean', default: false },
    soak: { type: 'boolean', default: false },
    requests: { type: 'string', default: '200000' },
  },
});
const reports = new URL('../../reports/', import.meta.url);

leaveMeasuredCore();
await using upstream = await startUpstream();
const progress = (name: string) => void process.stderr.write(`${name}\n`);

if (values.profile) {
  for (const one of casesFor(upstream.tokens).filter(({ name }) => name.includes(values.only))) {
    upstream.behave(one);
    const { bySource, byFunction } = await profile(upstream, one);
    process.stdout.write(`\n${one.name}, CPU µs a request\n`);
    for (const spent of [bySource.slice(0, 45), byFunction.slice(0, 70)])
      process.stdout.write(
        `\n${spent.map(({ what, usPerRequest }) => `${usPerRequest.toFixed(1).padStart(7)}  ${what}`).join('\n')}\n`,
      );
  }
} else if (values.soak) {
  save('soak', await soak(upstream, Number(values.requests), progress), soakToMarkdown);
} else save('bench', await measureAll(upstream, progress, values.only), toMarkdown);

function save<Results>(name: string, results: Results, toMarkdown: (results: Results) => string): void {
  const markdown = toMarkdown(results);
  mkdirSync(reports, { recursive: true });
  writeFileSync(new URL(`${name}.json`, reports), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(new URL(`${name}.md`, reports), markdown);
  process.stdout.write(markdown);
}
