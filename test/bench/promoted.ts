/** How much of what a request leaves behind V8 takes for something that lasts, and keeps until its next full collection. */
import { createInterface } from 'node:readline';
import type { Case } from './cases.ts';
import { startGateway, type Upstream } from './servers.ts';

/** In bytes a request. Some hundred are usual; thousands mean that something of the process holds on to requests. */
export async function measurePromoted(
  upstream: Upstream,
  cases: readonly Case[],
): Promise<{ readonly name: string; readonly bytes: number }[]> {
  await using gateway = await startGateway(upstream.origin, { nodeOptions: ['--trace-gc-nvp'] });
  if (gateway.child.stdout === null) throw new TypeError('expected a process with an output to read');
  let bytes = 0;
  createInterface({ input: gateway.child.stdout }).on('line', (line) => {
    bytes += promotedIn(line);
  });
  const promoted = [];
  for (const { name, graphql } of cases) {
    await gateway.clients.send(graphql, { seconds: 4 });
    bytes = 0;
    const { requests } = await gateway.clients.send(graphql, { seconds: 3 });
    promoted.push({ name, bytes: bytes / requests });
  }
  return promoted;
}

/** In a line of `--trace-gc-nvp`, which tells of one collection in JSON. Other lines are the log's. */
function promotedIn(line: string): number {
  const [, told] = / GC: (\{.*\})$/.exec(line) ?? [];
  return told === undefined ? 0 : ((JSON.parse(told) as { readonly promoted?: number }).promoted ?? 0);
}
