import { expect, test } from 'vitest';
import { type CountedOperation, createMetrics } from '../../src/observability/metrics.ts';
import { samplesOf } from '../support/exposition.ts';

const ended: CountedOperation = { name: 'A', type: 'query', code: 'OK', hasCaller: true };

test('the 200 names that callers used first are known, and all others counted together', async () => {
  const metrics = createMetrics({ version: '1' });
  for (let number = 0; number < 1_000; number++)
    metrics.operationEnded({ ...ended, name: `Nobody${number}`, hasCaller: false }, 1);
  for (let number = 0; number < 1_000; number++)
    metrics.operationEnded({ ...ended, name: `Name${number}` }, 1);
  metrics.operationEnded({ ...ended, name: 'Name0', hasCaller: false }, 1);
  const counts = samplesOf(await metrics.text()).filter(
    ({ name }) => name === 'users_gateway_operations_total',
  );
  expect(counts).toHaveLength(201);
  expect(counts.find(({ labels }) => labels['operation'] === '(other)')?.value).toBe(1_800);
  expect(counts.find(({ labels }) => labels['operation'] === 'Name0')?.value).toBe(2);
});

test('where there is no Redis, nothing is said of it', async () => {
  const metrics = createMetrics({ version: '1' });
  const told = async () =>
    samplesOf(await metrics.text()).filter(({ name }) => name === 'users_gateway_redis_usable');
  expect(await told()).toEqual([]);
  metrics.redisChanged(false);
  expect(await told()).toMatchObject([{ value: 0 }]);
});
