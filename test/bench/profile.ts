/** Where the gateway's time goes in one case: a CPU profile, summed up by function. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Case } from './cases.ts';
import { startGateway, type Upstream } from './servers.ts';

/** As `--cpu-prof` writes it. */
type Profile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
      readonly columnNumber: number;
    };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

export type Spent = { readonly what: string; readonly usPerRequest: number };
export type ProfileSummary = { readonly bySource: readonly Spent[]; readonly byFunction: readonly Spent[] };

const bundle = fileURLToPath(new URL('../../dist/gateway.js', import.meta.url));

export async function profile(upstream: Upstream, one: Case): Promise<ProfileSummary> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-profile-'));
  try {
    let requests = 0;
    {
      await using gateway = await startGateway(upstream.origin, {
        nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${folder}`],
      });
      ({ requests } = await gateway.clients.send(one.graphql, { seconds: 10 }));
    }
    const [file] = readdirSync(folder);
    return summaryOf(JSON.parse(readFileSync(join(folder, String(file)), 'utf8')) as Profile, requests);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function summaryOf({ nodes, samples, timeDeltas }: Profile, requests: number): ProfileSummary {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const originOf = sourceMapOf(bundle);
  const [bySource, byFunction] = [new Map<string, number>(), new Map<string, number>()];
  const add = (sums: Map<string, number>, what: string, us: number) =>
    void sums.set(what, (sums.get(what) ?? 0) + us);
  samples.forEach((id, at) => {
    const frame = byId.get(id)?.callFrame;
    if (!frame || frame.functionName === '(idle)') return;
    const { functionName, url, lineNumber, columnNumber } = frame;
    const origin = url.endsWith('gateway.js') ? originOf(lineNumber, columnNumber) : url || 'V8';
    add(bySource, origin.replace(/:\d+$/, ''), timeDeltas[at] ?? 0);
    add(byFunction, `${functionName || '(anonymous)'}  ${origin}`, timeDeltas[at] ?? 0);
  });
  const sorted = (sums: Map<string, number>) =>
    [...sums]
      .map(([what, us]) => ({ what, usPerRequest: us / requests }))
      .toSorted((one, other) => other.usPerRequest - one.usPerRequest);
  return { bySource: sorted(bySource), byFunction: sorted(byFunction) };
}

/** Where a line of the bundle is from: `dist/gateway.js.map` knows. */
function sourceMapOf(bundle: string): (line: number, column: number) => string {
  const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as SourceMapPayload);
  return (line, column) => {
    const entry = map.findEntry(line, column);
    if (!('originalSource' in entry)) return 'dist/gateway.js';
    const module = entry.originalSource.replace(/^.*node_modules\//, '').replace(/^(\.\.\/)+/, '');
    return `${module}:${entry.originalLine + 1}`;
  };
}
