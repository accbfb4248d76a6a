/** Writes that Auth0 takes its time for: within the deadline that is all there is to it, beyond it the truth comes out later. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { UpdateUserDocument, UserDocument } from '../support/operations/graphql.ts';
import { hang, held, passing, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';

let tenant: TroubledTenant;
let gateway: TestGateway;
const start = async (operationTimeoutMs: number) => {
  gateway = await startGateway({
    tenantInFront: async (sandbox) => (tenant = await startTroubledTenant(sandbox.origin)),
    gateway: { operationTimeoutMs },
  });
  tenant.takeCalls();
};
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

const update = (idempotencyKey: string | null) =>
  gateway.ask(
    UpdateUserDocument,
    { id: johnId, input: { userMetadata: { slowly: true } }, idempotencyKey },
    admin,
  );
const calls = () => tenant.takeCalls().map((call) => call.split(' ')[0]);
const gets = () => tenant.ledger.filter(({ method }) => method === 'GET').length;
const isApplied = {
  data: { updateUser: { applied: true, user: { userMetadata: { slowly: true } } } },
  errors: undefined,
};
const isUnknown = {
  data: { updateUser: null },
  errors: [{ extensions: { code: 'WRITE_OUTCOME_UNKNOWN', applied: 'UNKNOWN' } }],
};

describe('a write that is answered late, and in time', () => {
  beforeEach(() => start(600_000));

  test('is waited for longer than any read, and sent once', async () => {
    const { trouble, release } = held();
    tenant.trouble({ instead: passing }, trouble, { instead: hang });
    const answer = update(null);
    await tenant.untilCalled('PATCH');
    const before = gets();
    const read = gateway.ask(UserDocument, { id: johnId }, admin);
    // By the second time that read has been given up, and was sent after the write.
    await expect.poll(gets, { timeout: 15_000 }).toBe(before + 2);
    expect(await read).toMatchObject({ data: { user: { id: johnId } } });
    release();
    expect(await answer).toMatchObject(isApplied);
    expect(calls().filter((method) => method === 'PATCH')).toHaveLength(1);
  });
});

describe('a write that Auth0 comes to after the deadline', () => {
  beforeEach(() => start(1_500));

  const lateWrite = async (idempotencyKey: string | null) => {
    const { trouble, release } = held();
    tenant.trouble({ instead: passing }, trouble);
    expect(await update(idempotencyKey)).toMatchObject(isUnknown);
    expect(calls()).toEqual(['GET', 'PATCH', 'GET']);
    return async () => {
      release();
      await expect
        .poll(async () => (await gateway.restUser(johnId))['user_metadata'])
        .toMatchObject({ slowly: true });
    };
  };

  test('is told as unknown, for it may be applied yet', async () => {
    const arrive = await lateWrite(null);
    await arrive();
    expect(calls()).toEqual([]);
  });

  test('is told as applied to who asks again under its key, once it is, and not sent again before', async () => {
    const arrive = await lateWrite('k');
    expect(await update('k')).toMatchObject(isUnknown);
    expect(calls()).toEqual(['GET']);
    await arrive();
    expect(await update('k')).toMatchObject(isApplied);
    expect(calls()).toEqual(['GET']);
    expect(await update('k')).toMatchObject(isApplied);
    expect(calls()).toEqual([]);
  });
});
