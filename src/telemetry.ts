/** What others see of this process while it runs: metrics on a port of their own, traces, and copies of the log. */
import packageJson from '../package.json' with { type: 'json' };
import { type ListenOptions, listen } from './http/listen.ts';
import { answerMetrics } from './http/metrics.ts';
import type { Log } from './observability/log.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import type { OpenTelemetry } from './observability/open-telemetry.ts';

const { name, version } = packageJson;

export type ServedMetrics = AsyncDisposable & { readonly metrics: Metrics; readonly url: string };

export async function serveMetrics(options: ListenOptions): Promise<ServedMetrics> {
  const metrics = createMetrics({ version });
  const { url, close } = await listen((request) => answerMetrics(request, metrics), options);
  // Nobody's scrape holds up the end.
  return { metrics, url, [Symbol.asyncDispose]: () => close(scrapeGraceMs) };
}

const scrapeGraceMs = 500;

export type SentOptions = {
  readonly traces: boolean;
  readonly logs: boolean;
  /** The origin of whoever is asked. */
  readonly upstream: string;
  /** Whose lines are not sent. */
  readonly log: Log;
};

export async function startOpenTelemetry({ log, ...options }: SentOptions): Promise<OpenTelemetry> {
  // Loaded here, so that nobody else waits for it or has it in memory.
  const openTelemetry = await import('./observability/open-telemetry.ts');
  return openTelemetry.startOpenTelemetry({
    ...options,
    service: { name, version },
    onTrouble: (message) => log.warn({ message }, 'trouble with OpenTelemetry'),
  });
}
