/** What one replica keeps of users, and what it hears of updates through another. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { admin, johnId, startGateway, startReplica, type TestGateway } from '../support/gateway.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { held, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';

const patiently = { timeout: 15_000 };
const read = 'query ($id: ID!) { user(id: $id) { nickname } }';
const write = `mutation ($id: ID!, $nickname: String) {
  updateUser(id: $id, input: { nickname: $nickname }) { ... on UpdateUserSuccess { user { nickname } } }
}`;

let owned: AsyncDisposableStack;
let redis: TestRedis;
let tenant: TroubledTenant;
let one: TestGateway;
let other: TestGateway;
let token = '';

async function start(userCacheTtlMs: number): Promise<void> {
  redis = owned.use(await startRedis());
  const gateway = { redisUrl: redis.url, userCacheTtlMs };
  one = owned.use(
    await startGateway({
      gateway,
      tenantInFront: async (sandbox) => (tenant = owned.use(await startTroubledTenant(sandbox.origin))),
    }),
  );
  other = owned.use(await startReplica(one, tenant.origin, gateway));
  token = `${await one.tokenOf(admin)}`;
}
beforeEach(() => {
  owned = new AsyncDisposableStack();
});
afterEach(() => owned.disposeAsync());

async function nicknameAt(gateway: TestGateway): Promise<unknown> {
  const { data } = await gateway.ask(read, { id: johnId }, { token });
  return (data as { user: { nickname: string } | null } | undefined)?.user?.nickname;
}

async function change(gateway: TestGateway, nickname: string): Promise<void> {
  const { data } = await gateway.ask(write, { id: johnId, nickname }, { token });
  expect(data).toEqual({ updateUser: { user: { nickname } } });
}

/** Whether a read makes no call. */
async function isKept(gateway: TestGateway): Promise<boolean> {
  tenant.takeCalls();
  await nicknameAt(gateway);
  return tenant.takeCalls().length === 0;
}

describe.skipIf(!hasRedis)('a replica (needs redis-server)', () => {
  test('serves a user again until another replica updates it', async () => {
    await start(600_000);
    await expect.poll(() => isKept(other), patiently).toBe(true);
    await change(one, 'Jack');
    expect(await nicknameAt(other)).toBe('Jack');
    await expect.poll(() => isKept(other), patiently).toBe(true);
  });

  test('serves nobody again while it cannot hear of updates', async () => {
    await start(600_000);
    await expect.poll(() => isKept(other), patiently).toBe(true);
    redis.signal('SIGSTOP');
    await expect.poll(() => isKept(other), patiently).toBe(false);
    await change(one, 'Jack');
    expect(await nicknameAt(other)).toBe('Jack');
    redis.signal('SIGCONT');
    await expect.poll(() => isKept(other), patiently).toBe(true);
    expect(await nicknameAt(other)).toBe('Jack');
  });

  test('serves nothing again from before it could hear', async () => {
    await start(600_000);
    await expect.poll(() => isKept(one), patiently).toBe(true);
    await redis.kill();
    await change(other, 'Jack');
    await other[Symbol.asyncDispose]();
    await redis.startAgain();
    await expect.poll(() => isKept(one), patiently).toBe(true);
    expect(await nicknameAt(one)).toBe('Jack');
  });

  test('joins no read that began before an update through another', async () => {
    await start(0);
    await change(one, 'before');
    const { trouble, release } = held();
    tenant.takeCalls();
    tenant.trouble(trouble);
    const early = nicknameAt(other);
    await tenant.untilCalled('GET');
    await change(one, 'Jack');
    expect(await nicknameAt(other)).toBe('Jack');
    release();
    await early;
  });
});
