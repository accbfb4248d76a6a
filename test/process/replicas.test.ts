/** Several gateways of one tenant, as processes of their own, with a Redis between them that comes and goes. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { type Process, runGateway, tenantEnv } from './support.ts';

type Replica = Process & { readonly url: string };

let owned: AsyncDisposableStack;
let redis: TestRedis;
let sandbox: Sandbox;
let token = '';
/** Calls of the Management API, as they were answered. */
let calls: { readonly path: string; readonly status: number }[];

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
        if (path.startsWith('/api/v2/')) calls.push({ path, status });
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
