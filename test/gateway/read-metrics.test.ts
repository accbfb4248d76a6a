/** What Prometheus hears of reads that took no call of their own. */
import { expect, test } from 'vitest';
import { createMetrics } from '../../src/observability/metrics.ts';
import { samplesOf } from '../support/exposition.ts';
import { admin, johnId, startGateway } from '../support/gateway.ts';
import { held, startTroubledTenant } from '../support/troubled-tenant.ts';

test('reads are counted by what answers them', async () => {
  const metrics = createMetrics({ version: '1' });
  const { trouble, release } = held();
  await using started = new AsyncDisposableStack();
  const gateway = started.use(
    await startGateway({
      gateway: { metrics, userCacheTtlMs: 60_000 },
      tenantInFront: async ({ origin }) => {
        const tenant = started.use(await startTroubledTenant(origin));
        tenant.trouble(trouble);
        return tenant;
      },
    }),
  );
  const counts = async () =>
    Object.fromEntries(
      samplesOf(await metrics.text())
        .filter(({ name }) => name === 'users_gateway_reads_total')
        .map(({ labels, value }) => [labels['answered_by'], value]),
    );
  const ask = () => gateway.ask('query ($id: ID!) { user(id: $id) { id } }', { id: johnId }, admin);

  const together = [ask(), ask(), ask()];
  await expect.poll(counts).toEqual({ call: 1, shared: 2 });
  release();
  await Promise.all(together);
  await ask();
  expect(await counts()).toEqual({ call: 1, shared: 2, cache: 1 });
  expect(gateway.takeUpstreamCalls()).toHaveLength(1);
});
