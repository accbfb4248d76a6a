import pino from 'pino';
import { createEvents } from '../../src/observability/events.ts';
import { createMetrics } from '../../src/observability/metrics.ts';

/** What is scraped of a gateway that everything has happened to. */
export async function eventfulScrape(): Promise<string> {
  const metrics = createMetrics({ version: '1' });
  const events = createEvents({ log: pino({ level: 'silent' }), metrics });
  const begun = { method: 'POST', traceparent: null };
  const told = {
    requestId: '',
    name: 'A',
    type: 'query',
    status: 200,
    client: '',
    errors: undefined,
    refusal: undefined,
    applied: undefined,
  };
  events.operationBegan(begun).ended(told);
  events
    .audited({ record() {}, canRecord: () => true, written: () => Promise.resolve() })
    .record({ mutation: 'updateUser', outcome: 'SUCCESS' });
  events.remaining(1, 'read');
  events.read('call');
  events.queued('interactive')('sent');
  events.exchange({
    method: 'GET',
    endpoint: 'users.get',
    status: null,
    fault: 'unavailable',
    durationMs: 1,
  });
  events.retry({ endpoint: 'users.get', fault: 'unavailable' });
  events.reconciliation({ fault: 'timeout', verdict: 'unknown', repeated: false });
  events.circuit('open');
  events.keysFailure(null);
  events.redis({ usable: true, reason: null });
  events.bug(null, '');
  return metrics.text();
}
