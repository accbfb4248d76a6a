/** What others see of this process while it runs: metrics on a port of their own, and traces. */
import packageJson from '../package.json' with { type: 'json' };
import { type ListenOptions, listen } from './http/listen.ts';
import { answerMetrics } from './http/metrics.ts';
import type { Log } from './observability/log.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import type { Tracing } from './observability/tracing.ts';

const { name, version } = packageJson;

export type ServedMetrics = AsyncDisposable & { readonly metrics: Metrics; readonly url: string };

export async function serveMetrics(options: ListenOptions): Promise<ServedMetrics> {
  const metrics = createMetrics({ version });
  const { url, close } = await listen((request) => answerMetrics(request, metrics), options);
  // Nobody's scrape holds up the end.
  return { metrics, url, [Symbol.asyncDispose]: () => close(scrapeGraceMs) };
}

const scrapeGraceMs = 500;

/** @param upstream the origin of whoever is asked */
export async function startTraces(upstream: string, log: Log): Promise<Tracing> {
  // Loaded here, so that nobody else waits for it or has it in memory.
  const { startOpenTelemetry } = await import('./observability/open-telemetry.ts');
  return startOpenTelemetry({
    service: { name, version },
    upstream,
    onTrouble: (message) => log.warn({ message }, 'trouble with traces'),
  });
}
