/** A wall clock that jumps while the gateway runs, for it and for the tenant. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { UserDocument } from '../support/operations/graphql.ts';
import { answer, hang, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';

const operationTimeoutMs = 1_500;
const [minute, day] = [60_000, 86_400_000];

let tenant: TroubledTenant;
let gateway: TestGateway;
beforeEach(async () => {
  // Timers and the monotonic clock go on as they are.
  vi.useFakeTimers({ toFake: ['Date'] });
  gateway = await startGateway({
    tenantInFront: async (sandbox) => (tenant = await startTroubledTenant(sandbox.origin)),
    gateway: { operationTimeoutMs },
  });
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
  vi.useRealTimers();
});

const read = () => gateway.ask(UserDocument, { id: johnId }, admin);

describe.each([
  ['five minutes ahead', 5 * minute],
  ['five minutes back', -5 * minute],
  ['a day ahead', day],
  ['a day back', -day],
])('a clock that jumps %s', (_, ms) => {
  test('keeps nobody from being served', async () => {
    expect(await read()).toMatchObject({ data: { user: { id: johnId } } });
    vi.setSystemTime(Date.now() + ms);
    expect(await read()).toMatchObject({ data: { user: { id: johnId } }, errors: undefined });
  });

  test('moves no deadline', async () => {
    tenant.trouble({ instead: hang }, { instead: hang });
    const start = performance.now();
    const answered = read();
    await tenant.untilCalled('GET');
    vi.setSystemTime(Date.now() + ms);
    expect((await answered).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
    expect(performance.now() - start).toBeGreaterThan(operationTimeoutMs - 50);
  });

  test('makes no wait of another length, for the wait goes by the clock of the tenant', async () => {
    const date = new Date();
    vi.setSystemTime(date.getTime() + ms);
    const second = Math.floor(date.getTime() / 1_000);
    const headers = {
      date: date.toUTCString(),
      'x-ratelimit-limit': '10',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(second + 2),
    };
    tenant.trouble({ instead: answer(429, { statusCode: 429 }, headers) });
    expect(await read()).toMatchObject({ data: { user: { id: johnId } }, errors: undefined });
  });
});
