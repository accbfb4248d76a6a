/** Several gateways of one tenant, as processes of their own, with a Redis between them that comes and goes. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { excess } from '../pacing/support.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { type Process, runGateway, tenantEnv } from './support.ts';

type Replica = Process & { readonly url: string };

let owned: AsyncDisposableStack;
let redis: TestRedis;
let sandbox: Sandbox;
let token = '';
/** Calls of the Management API, as they were answered. */
let calls: { readonly path: string; readonly status: number; readonly at: number }[];

beforeEach(async () => {
  owned = new AsyncDisposableStack();
  redis = owned.use(await startRedis());
  calls = [];
});
afterEach(() => owned.disposeAsync());

async function startTenant(options: Pick<SandboxOptions, 'rateLimit' | 'searchLagMs'>): Promise<void> {
  sandbox = owned.use(
    await startSandbox({
      ...options,
      port: 0,
      onExchange: ({ path, status }) => {
        if (path.startsWith('/api/v2/')) calls.push({ path, status, at: performance.now() });
      },
    }),
  );
  token = `${(await sandbox.issueToken('admin@example.com'))?.access_token}`;
}

async function startReplicas(count: number, env: Record<string, string> = {}): Promise<Replica[]> {
  return Promise.all(
    Array.from({ length: count }, async () =>
      owned.use(await runGateway({ ...tenantEnv(sandbox.origin), REDIS_URL: redis.url, ...env })),
    ),
  );
}

async function ask(replica: Replica, query: string, variables: object = {}) {
  const response = await fetch(`${replica.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as {
    data?: Record<string, unknown>;
    errors?: { extensions: { code: string } }[];
  };
}

const patiently = { timeout: 15_000 };

describe.skipIf(!hasRedis)('the budget (needs redis-server)', () => {
  const limit = { kind: 'bucket', burst: 40, perSecond: 40 } as const;
  const paced = { AUTH0_RATE_LIMIT: '40:40', OPERATION_TIMEOUT_MS: '30000' };

  /** Reads of so many users, each by one replica alone, all at once: what came of them. */
  async function load(replicas: readonly Replica[], each: number, mark: string): Promise<string[]> {
    const reads = replicas.flatMap((replica, number) =>
      Array.from({ length: each }, async (_, user) => {
        const id = `auth0|${mark}-${number}-${user}`;
        const once = async () => {
          const { errors } = await ask(replica, 'query ($id: ID!) { user(id: $id) { id } }', { id });
          return errors?.[0]?.extensions.code ?? 'read';
        };
        let told = await once();
        // A busy machine says nothing of the budget.
        while (told === 'OVERLOADED') told = await once();
        return told;
      }),
    );
    return Promise.all(reads);
  }

  /** How many of these calls each replica made. */
  function shares(mark: string, some: readonly { readonly path: string }[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { path } of some) {
      const [, number] = new RegExp(`${mark}-(\\d)-`).exec(decodeURIComponent(path)) ?? [];
      if (number !== undefined) counts[number] = (counts[number] ?? 0) + 1;
    }
    return counts;
  }

  async function untilShared(replicas: readonly Replica[], times = 1): Promise<void> {
    for (const replica of replicas)
      await expect
        .poll(() => replica.stdout().split('the budget is shared').length - 1, patiently)
        .toBeGreaterThanOrEqual(times);
  }

  /** How far these calls went beyond the limit; the bucket itself is one time its size. */
  const beyond = () =>
    excess(
      calls.map(({ at }) => at),
      limit,
    );
  const refused = () => calls.filter(({ status }) => status === 429).length;
  const allRead = (count: number) => Array.from({ length: count }, () => 'read');

  test.for([2, 4])(
    '%i replicas keep to it together, and each has its share',
    { timeout: 60_000 },
    async (count) => {
      await startTenant({ rateLimit: limit, searchLagMs: 0 });
      const replicas = await startReplicas(count, paced);
      await untilShared(replicas);
      expect(await load(replicas, 120 / count, 'a')).toEqual(allRead(120));
      // Calls that were let go in time may still arrive together.
      expect(refused()).toBeLessThan(4);
      for (const share of Object.values(shares('a', calls.slice(0, 90))))
        expect(share).toBeGreaterThan(90 / count / 3);
      expect(Object.keys(shares('a', calls))).toHaveLength(count);
    },
  );

  test('is shared out while Redis is gone, and shared again when it is back', {
    timeout: 90_000,
  }, async () => {
    await startTenant({ rateLimit: limit, searchLagMs: 0 });
    const replicas = await startReplicas(4, paced);
    await untilShared(replicas);
    const running = load(replicas, 40, 'a');
    await expect.poll(() => calls.length, patiently).toBeGreaterThan(40);
    await redis.kill();
    await expect.poll(() => calls.length, patiently).toBeGreaterThan(80);
    await redis.startAgain();
    await untilShared(replicas, 2);
    expect(await running).toEqual(allRead(160));
    expect(await load(replicas, 20, 'b')).toEqual(allRead(80));
    expect(beyond()).toBeLessThan(limit.burst);
  });

  test('is shared out while Redis does not answer', { timeout: 90_000 }, async () => {
    await startTenant({ rateLimit: limit, searchLagMs: 0 });
    const replicas = await startReplicas(4, paced);
    await untilShared(replicas);
    const running = load(replicas, 40, 'a');
    await expect.poll(() => calls.length, patiently).toBeGreaterThan(40);
    redis.signal('SIGSTOP');
    await expect.poll(() => calls.length, patiently).toBeGreaterThan(100);
    redis.signal('SIGCONT');
    expect(await running).toEqual(allRead(160));
    await untilShared(replicas, 2);
    expect(await load(replicas, 20, 'b')).toEqual(allRead(80));
    expect(beyond()).toBeLessThan(limit.burst);
  });

  test('needs no Redis at the start', { timeout: 60_000 }, async () => {
    await redis.kill();
    await startTenant({ rateLimit: limit, searchLagMs: 0 });
    const replicas = await startReplicas(2, paced);
    expect(await load(replicas, 20, 'a')).toEqual(allRead(40));
    await redis.startAgain();
    await untilShared(replicas);
    calls = [];
    expect(await load(replicas, 30, 'b')).toEqual(allRead(60));
    expect(refused()).toBeLessThan(4);
  });
});

describe.skipIf(!hasRedis)('an update (needs redis-server)', () => {
  const johnId = 'auth0|507f1f77bcf86cd799439020';
  const update = `mutation ($nickname: String!) {
    updateUser(id: "${johnId}", input: { nickname: $nickname }) { ... on UpdateUserSuccess { user { nickname } } }
  }`;
  const entities = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on User { id nickname } }
  }`;

  /** Enough users to be searched for, and what John is called among them. */
  async function nicknameAmongMany(replica: Replica): Promise<unknown> {
    const ids = sandbox.people.map(({ userId }) => userId);
    const { data } = await ask(replica, entities, {
      representations: ids.map((id) => ({ __typename: 'User', id })),
    });
    const users = (data?.['_entities'] ?? []) as { id: string; nickname: string }[];
    return users.find(({ id }) => id === johnId)?.nickname;
  }
  const searches = () => calls.filter(({ path }) => path.startsWith('/api/v2/users?')).length;
  async function change(replica: Replica, nickname: string): Promise<void> {
    expect(await ask(replica, update, { nickname })).toMatchObject({
      data: { updateUser: { user: { nickname } } },
    });
  }

  beforeEach(() => startTenant({ rateLimit: { kind: 'none' }, searchLagMs: 600_000 }));

  test('is seen by other replicas at once, and by those that start later, though search trails', {
    timeout: 60_000,
  }, async () => {
    const [one, other] = await startReplicas(2);
    if (!one || !other) throw new Error('Expected two replicas.');
    await expect.poll(() => other.stdout(), patiently).toContain('hears of updates');
    const before = await nicknameAmongMany(other);
    expect(searches()).toBe(1);
    await change(one, 'Jack');
    expect(before).not.toBe('Jack');
    expect(await nicknameAmongMany(other)).toBe('Jack');
    expect(searches()).toBe(2);
    const [late] = await startReplicas(1);
    if (!late) throw new Error('Expected a replica.');
    await expect.poll(() => late.stdout(), patiently).toContain('hears of updates');
    expect(await nicknameAmongMany(late)).toBe('Jack');
  });

  test('that Redis was not there for is told when it is back', { timeout: 60_000 }, async () => {
    const [one, other] = await startReplicas(2);
    if (!one || !other) throw new Error('Expected two replicas.');
    await redis.kill();
    await change(one, 'Jack');
    expect(await nicknameAmongMany(one)).toBe('Jack');
    await redis.startAgain();
    await expect.poll(() => nicknameAmongMany(other), patiently).toBe('Jack');
  });

  test('does not wait for a Redis that does not answer', { timeout: 60_000 }, async () => {
    const [one, other] = await startReplicas(2);
    if (!one || !other) throw new Error('Expected two replicas.');
    await expect.poll(() => other.stdout(), patiently).toContain('hears of updates');
    redis.signal('SIGSTOP');
    for (let times = 0; times < 20; times++) await change(one, `Jack ${times}`);
    redis.signal('SIGCONT');
    await expect.poll(() => nicknameAmongMany(other), patiently).toBe('Jack 19');
  });
});
