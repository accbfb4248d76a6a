/** The results as a page of Markdown. */
import { cpus, totalmem } from 'node:os';
import type { CaseResult, Figures, Results } from './measure.ts';
import type { Sample } from './soak.ts';

function machine(): string {
  const all = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `Node ${process.versions.node}, ${all.length} cores of ${all[0]?.model.trim()}, ${memory} GB`;
}

export function toMarkdown({ cases, growth, promoted, startMs, rss }: Results): string {
  const sections = [`${machine()}.`];
  if (cases.length > 0)
    sections.push(
      table(
        [
          'case',
          'CPU µs',
          '× proxy',
          'req/s',
          'p50 ms',
          'p99 ms',
          'calls',
          'proxy: CPU µs',
          'req/s',
          'p50 ms',
          'p99 ms',
          'direct: req/s',
          'p50 ms',
          'p99 ms',
        ],
        cases.map(rowOf),
      ),
    );
  const troubled = cases.flatMap(({ name, gateway }) =>
    gateway.badAnswer === null
      ? []
      : [
          `- ${name}: ${((100 * gateway.good) / gateway.requests).toFixed(1)} % good, else such as \`${gateway.badAnswer}\``,
        ],
  );
  if (troubled.length > 0) sections.push(troubled.join('\n'));
  if (growth.length > 0)
    sections.push(
      table(
        ['users in one operation', 'CPU µs', 'CPU µs a user', 'calls'],
        growth.map(({ users, cpuUs, callsPerRequest }) => [
          String(users),
          cpuUs.toFixed(0),
          (cpuUs / users).toFixed(0),
          callsPerRequest.toFixed(2),
        ]),
      ),
    );
  if (promoted.length > 0)
    sections.push(
      table(
        ['case', 'bytes a request that V8 takes for lasting'],
        promoted.map(({ name, bytes }) => [name, bytes.toFixed(0)]),
      ),
    );
  sections.push(
    `From start to ready: ${startMs.map((ms) => ms.toFixed(0)).join(', ')} ms. ` +
      `RSS at rest ${rss.atRestMb.toFixed(0)} MB, afterwards ${rss.afterwardsMb.toFixed(0)} MB.`,
  );
  return `${sections.join('\n\n')}\n`;
}

export function soakToMarkdown(samples: readonly Sample[]): string {
  const rows = samples.map(({ requests, rssMb }) => [String(requests), rssMb.toFixed(0)]);
  return `${machine()}.\n\n${table(['requests', 'RSS MB'], rows)}\n`;
}

function rowOf({ name, timesProxy, gateway, proxy, direct }: CaseResult): readonly string[] {
  return [
    name,
    cpu(gateway),
    timesProxy.toFixed(2),
    ...speed(gateway),
    gateway.callsPerRequest.toFixed(2),
    cpu(proxy),
    ...speed(proxy),
    ...speed(direct),
  ];
}

function cpu({ cpuUs }: Figures): string {
  return cpuUs === null ? '' : cpuUs.toFixed(0);
}

/** Of good answers. */
function speed({ good, seconds, p50Ms, p99Ms }: Figures): readonly string[] {
  return [(good / seconds).toFixed(0), p50Ms.toFixed(1), p99Ms.toFixed(1)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map((_, at) => (at === 0 ? '---' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
