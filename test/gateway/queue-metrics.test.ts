/** What Prometheus hears of calls that wait for the tenant's budget. */
import { expect, test } from 'vitest';
import { createMetrics } from '../../src/observability/metrics.ts';
import { samplesOf, valueOf } from '../support/exposition.ts';
import { admin, startGateway } from '../support/gateway.ts';

const waits = 'users_gateway_upstream_wait_duration_seconds';
/** Of a bucket of two, a part is kept in reserve. */
const atOnce = 1;
const reads = Array.from({ length: 12 }, (_, number) => `auth0|nobody-${number}`);

test('calls that have to wait are counted while they do, and by how that ended', async () => {
  const metrics = createMetrics({ version: '1' });
  const rateLimit = { kind: 'bucket', burst: 2, perSecond: 2 } as const;
  await using gateway = await startGateway({
    sandbox: { rateLimit: { kind: 'bucket', burst: 20, perSecond: 2 } },
    gateway: { metrics, rateLimit, operationTimeoutMs: 2_000 },
  });
  const value = async (name: string, labels: Record<string, string>) =>
    valueOf(await metrics.text(), name, { lane: 'interactive', ...labels });

  const asked = reads.map((id) => gateway.ask('query ($id: ID!) { user(id: $id) { id } }', { id }, admin));
  await expect.poll(() => value('users_gateway_upstream_waiting', {})).toBeGreaterThan(0);
  const answers = await Promise.all(asked);

  const refused = answers.filter(({ errors }) => errors?.[0]?.extensions.code === 'UPSTREAM_RATE_LIMITED');
  expect(refused.length).toBeGreaterThan(0);
  expect(await value(`${waits}_count`, { end: 'held_back' })).toBe(refused.length);
  expect(await value(`${waits}_count`, { end: 'sent' })).toBe(reads.length - refused.length - atOnce);
  expect(await value(`${waits}_sum`, { end: 'sent' })).toBeGreaterThan(0);
  expect(await value('users_gateway_upstream_waiting', {})).toBe(0);
  const left = samplesOf(await metrics.text()).filter(
    ({ name }) => name === 'users_gateway_upstream_budget_remaining',
  );
  expect(left).toMatchObject([{ labels: { bucket: 'read' } }]);
  expect(left[0]?.value).toBeLessThan(20);
});
