/** Replicas that share their idempotency keys through Redis, and what becomes of updates without it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Answer,
  john,
  johnId,
  startGateway,
  startReplica,
  type TestGateway,
} from '../support/gateway.ts';
import {
  UpdateUserDocument,
  type UpdateUserMutation,
  type UpdateUserMutationVariables,
} from '../support/operations/graphql.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { held, passing, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';

type Variables = Partial<UpdateUserMutationVariables>;

let owned: AsyncDisposableStack;
let redis: TestRedis;
let tenant: TroubledTenant;
beforeEach(() => {
  owned = new AsyncDisposableStack();
});
afterEach(() => owned.disposeAsync());

describe.skipIf(!hasRedis)('with Redis (needs redis-server)', () => {
  test('replicas give one answer and make one PATCH', async () => {
    const [one, other] = await replicas();
    const first = await update(one);
    expect(first.data?.updateUser).toMatchObject({ applied: true, changedFields: ['nickname'] });
    expect((await update(other)).data).toEqual(first.data);
    expect(patches()).toBe(1);
    expect((await update(other, { input: { nickname: 'Jill' } })).errors).toMatchObject([
      { extensions: { code: 'IDEMPOTENCY_KEY_REUSED' } },
    ]);
    expect(patches()).toBe(0);
  });

  test('of many submits to replicas at once one makes the PATCH', async () => {
    const [one, other] = await replicas();
    const { trouble, release } = held();
    tenant.trouble({ instead: passing }, trouble);
    const answers = [one, other, one, other, one].map((replica) => update(replica));
    await tenant.untilCalled('PATCH');
    release();
    const told = (await Promise.all(answers)).map(({ data, errors }) =>
      data?.updateUser ? 'success' : errors?.[0]?.extensions.code,
    );
    expect(told.filter((each) => each === 'success').length).toBeGreaterThan(0);
    expect(['success', 'IDEMPOTENCY_IN_PROGRESS']).toEqual(expect.arrayContaining(told));
    expect(patches()).toBe(1);
  });

  test('nothing that was asked, or answered, can be read there', async () => {
    const [one] = await replicas();
    await update(one, {
      input: { nickname: 'canary-nickname', userMetadata: { secret: 'canary-metadata' } },
      idempotencyKey: 'canary-key',
    });
    const dump = await redis.dump();
    expect(dump).toContain('done');
    for (const canary of ['canary', 'john.doe', johnId, 'nickname', '507f1f77bcf86cd799439020'])
      expect(dump).not.toContain(canary);
  });

  test('a gateway that has not reached it is ready, and refuses only updates with a key', async () => {
    redis = owned.use(await startRedis());
    await redis.kill();
    const [one] = await replicas(redis);
    await refusesKeysOnly(one);
    await redis.startAgain();
    await takesKeysAgain(one);
  });

  test('a gateway that has lost it refuses only updates with a key, until it is back', async () => {
    const [one] = await replicas();
    await update(one, { idempotencyKey: 'before' });
    await redis.kill();
    await refusesKeysOnly(one);
    await redis.startAgain();
    await takesKeysAgain(one);
  });

  test('one that does not answer is not waited for', async () => {
    const [one] = await replicas();
    redis.signal('SIGSTOP');
    await refusesKeysOnly(one);
    redis.signal('SIGCONT');
    await takesKeysAgain(one);
  });

  test('one that pauses its clients is not waited for', async () => {
    const [one] = await replicas();
    await redis.command('CLIENT', 'PAUSE', 600_000, 'ALL');
    await refusesKeysOnly(one);
  });

  test('one that goes away during the PATCH does not take the answer along, nor make a second PATCH', async () => {
    const [one, other] = await replicas();
    const { trouble, release } = held();
    tenant.trouble({ instead: passing }, trouble);
    const first = update(one);
    await tenant.untilCalled('PATCH');
    redis.signal('SIGSTOP');
    release();
    expect((await first).data).toMatchObject({ updateUser: { applied: true } });
    redis.signal('SIGCONT');
    await expect
      .poll(async () => (await update(other)).data?.updateUser, { timeout: 15_000 })
      .toMatchObject({ applied: true, changedFields: ['nickname'] });
    expect(patches()).toBe(1);
  });

  test.for([
    ['evicts', ['--maxmemory', '100mb', '--maxmemory-policy', 'volatile-lru']],
    ['is full', ['--maxmemory', '1kb', '--maxmemory-policy', 'noeviction']],
  ] as const)('one that %s is not relied on', async ([, args]) => {
    redis = owned.use(await startRedis(...args));
    const [one] = await replicas(redis);
    await refusesKeysOnly(one);
  });
});

/** Two gateways in front of one tenant, sharing this Redis, or one that is started for them. */
async function replicas(shared?: TestRedis): Promise<[TestGateway, TestGateway]> {
  redis = shared ?? owned.use(await startRedis());
  const gateway = { redisUrl: redis.url };
  const one = owned.use(
    await startGateway({
      gateway,
      tenantInFront: async (sandbox) => (tenant = owned.use(await startTroubledTenant(sandbox.origin))),
    }),
  );
  const other = owned.use(await startReplica(one, tenant.origin, gateway));
  const token = `${await one.tokenOf(john)}`;
  for (const replica of [one, other]) tokens.set(replica, token);
  if (!shared) for (const replica of [one, other]) await takesKeysAgain(replica);
  tenant.takeCalls();
  return [one, other];
}

const tokens = new WeakMap<TestGateway, string>();

async function update(replica: TestGateway, variables: Variables = {}): Promise<Answer<UpdateUserMutation>> {
  return replica.ask(
    UpdateUserDocument,
    { id: johnId, input: { nickname: 'Jack' }, idempotencyKey: 'k', ...variables },
    { token: `${tokens.get(replica)}` },
  );
}

async function refusesKeysOnly(replica: TestGateway): Promise<void> {
  tenant.takeCalls();
  const start = performance.now();
  expect((await update(replica)).errors).toMatchObject([
    { extensions: { code: 'OVERLOADED', applied: 'NO', retryAfterMs: expect.any(Number) } },
  ]);
  // Far from the deadline of the operation, which is 10 s.
  expect(performance.now() - start).toBeLessThan(8_000);
  expect(patches()).toBe(0);
  expect((await update(replica, { idempotencyKey: null })).data).toMatchObject({
    updateUser: { applied: true },
  });
  expect((await fetch(`${replica.url}/readyz`)).status).toBe(200);
}

/** Whatever the key was before: a new one. */
async function takesKeysAgain(replica: TestGateway): Promise<void> {
  await expect
    .poll(async () => (await update(replica, { idempotencyKey: crypto.randomUUID() })).data?.updateUser, {
      timeout: 15_000,
    })
    .toMatchObject({ applied: true });
  await update(replica, { input: { nickname: 'as before' }, idempotencyKey: null });
}

function patches(): number {
  return tenant.takeCalls().filter((call) => call.startsWith('PATCH')).length;
}
