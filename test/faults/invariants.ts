/** What holds for each sending of an operation by itself. */
import { strict as assert } from 'node:assert';
import type { TenantCall } from '../support/troubled-tenant.ts';
import { isRefusal, passwordCanary, upstreamCanary, type Write } from './schedule.ts';
import { appliedOf, type Conclusion, type Failure, isWrite, type Sent } from './sent.ts';

/** I1 and I5. */
export function isAnswered({ answer, send }: Sent, latestMs: number): void {
  if (answer === null) return assert.ok(send.leavesAfterMs !== null);
  const { status, text, ms } = answer;
  assert.ok(ms < latestMs, `answered after ${ms} ms`);
  assert.equal(status, 200);
  const { data, errors, ...rest } = JSON.parse(text) as {
    data: Record<string, unknown>;
    errors?: Failure[];
  };
  assert.deepEqual(rest, {});
  const [value] = Object.values(data);
  assert.ok(errors === undefined || value === null, text);
  for (const { extensions } of errors ?? []) {
    assert.match(extensions.code, /^(UPSTREAM_|WRITE_OUTCOME_UNKNOWN|CREDENTIALS_UNAVAILABLE|IDEMPOTENCY_)/);
  }
}

/** Every write that was asked for is told of once, as it was told to who asked, whether or not they have left. */
export function isAudited(
  { id, operation, answer }: Sent,
  told: readonly Conclusion[],
  calls: readonly TenantCall[],
): void {
  const story = JSON.stringify({ id, told, answer });
  if (!isWrite(operation)) return assert.deepEqual(told, [], story);
  if (answer === null && calls.length === 0) return assert.ok(told.length <= 1, story);
  assert.equal(told.length, 1, story);
  if (answer !== null) assert.equal(told[0]?.applied, appliedOf(answer), story);
}

/** I3, and that nothing is ever done twice. With a key it may have been done by another sending. */
export function isTrue(
  { id, operation, send, answer }: Sent,
  { changes }: Write,
  told: readonly Conclusion[],
  calls: readonly TenantCall[],
): void {
  const done = calls.filter(({ method }) => method === 'PATCH').reduce((sum, patch) => sum + patch.done, 0);
  const applied = told[0]?.applied;
  const story = JSON.stringify({ id, answer, operation, done, applied });
  assert.ok(done <= 1, story);
  if (applied !== undefined) assert.ok(['YES', 'NO', 'UNKNOWN'].includes(applied), story);
  if (applied === 'NO' || (applied === 'YES' && operation.key === null))
    assert.equal(done, applied === 'YES' ? 1 : 0, story);
  const processed = calls.filter((call, turn) => {
    const step = send.steps[turn];
    return call.method === 'PATCH' && !(step && isRefusal(step));
  });
  assert.ok(processed.length <= (changes === 'password' ? 1 : 2), story);
}

/** I6: three attempts and one wait, each perhaps with another token; a write is a read, and twice a write and a read. */
export function isWithinBounds({ operation }: Sent, { length }: readonly TenantCall[]): void {
  assert.ok(length <= (isWrite(operation) ? 8 + 2 * (4 + 8) : 8), `${length} calls`);
}

/** I4. */
export function isDiscreet(text: string): void {
  for (const canary of [upstreamCanary, passwordCanary, 'gateway-secret', 'Bearer ey']) {
    assert.ok(!text.includes(canary), `${canary} was told`);
  }
}
