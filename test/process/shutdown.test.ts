/** A gateway that is told to stop while it is busy. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { held, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';
import { type Ledger, startLedger, submit, type Told } from './ledger.ts';
import { auditOf, runGateway, tenantEnv, tenantEnvThrough } from './support.ts';

let owned: AsyncDisposableStack;
let ledger: Ledger;
let tenant: TroubledTenant;
beforeEach(async () => {
  owned = new AsyncDisposableStack();
  ledger = await startLedger(owned);
  tenant = owned.use(await startTroubledTenant(ledger.sandbox.origin));
});
afterEach(() => owned.disposeAsync());

const patience = { timeout: 120_000 };

test(
  'a client that heeds /readyz loses nothing when replicas are replaced under load',
  patience,
  async () => {
    const env = tenantEnv(ledger.sandbox.origin);
    const [old, fresh] = await Promise.all([runGateway(env), runGateway(env)]);
    owned.use(old);
    owned.use(fresh);
    const balancer = owned.use(balance([old.url, fresh.url]));

    const told: Told[] = [];
    const over = new AbortController();
    const clients = Array.from({ length: 4 }, async (_, client) => {
      for (let number = 0; !over.signal.aborted; number++)
        told.push(
          await submit(balancer.next(), ledger, `client ${client} update ${number}`, { keyed: false }),
        );
    });
    await expect.poll(() => told.length, patience).toBeGreaterThan(20);
    old.signal('SIGTERM');
    expect(await old.exited).toBe(0);
    const before = told.length;
    await expect.poll(() => told.length, patience).toBeGreaterThan(before + 20);
    over.abort();
    await Promise.all(clients);

    expect(told.filter((each) => each !== 'applied')).toEqual([]);
    expect([...ledger.applied.values()].every((times) => times === 1)).toBe(true);
    expect(ledger.applied.size).toBe(told.length);
    const audited = [...auditOf(old), ...auditOf(fresh)].filter(({ applied }) => applied === 'YES');
    expect(audited).toHaveLength(told.length);
    expect(auditOf(old).length).toBeGreaterThan(0);
  },
);

test('an update under way is seen through, told and written down', patience, async () => {
  const { trouble, release } = held();
  const gateway = owned.use(await runGateway(troubledEnv(tenant)));
  tenant.trouble(trouble);
  const answer = submit(gateway.url, ledger, 'under way', { keyed: false });
  await tenant.untilCalled('PATCH');
  gateway.signal('SIGTERM');
  await gateway.untilWritten('stdout', /draining/);
  // Only once no more is accepted: then this one is all that it waits for.
  await expect.poll(() => isRefused(gateway.url), patience).toBe(true);
  release();
  expect(await answer).toBe('applied');
  expect(await gateway.exited).toBe(0);
  expect(auditOf(gateway)).toMatchObject([{ outcome: 'SUCCESS', applied: 'YES' }]);
});

test('an update whose client is gone is seen through and written down all the same', patience, async () => {
  const { trouble, release } = held();
  const gateway = owned.use(await runGateway(troubledEnv(tenant)));
  tenant.trouble(trouble);
  const client = new AbortController();
  const gone = fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ledger.token}` },
    body: JSON.stringify({
      query:
        'mutation { updateUser(id: "auth0|507f1f77bcf86cd799439020", input: { userMetadata: { gone: true } }) { __typename } }',
    }),
    signal: client.signal,
  });
  await tenant.untilCalled('PATCH');
  client.abort();
  await expect(gone).rejects.toThrow('abort');
  gateway.signal('SIGTERM');
  await expect.poll(() => isRefused(gateway.url), patience).toBe(true);
  release();
  expect(await gateway.exited).toBe(0);
  expect(ledger.applied.get('gone')).toBe(1);
  expect(auditOf(gateway)).toMatchObject([{ outcome: 'SUCCESS', applied: 'YES' }]);
});

/** The tenant in trouble, whose tokens are the healthy one's. */
function troubledEnv({ origin }: TroubledTenant): Record<string, string> {
  const healthy = ledger.sandbox;
  return {
    ...tenantEnvThrough(origin, healthy),
    JWT_JWKS_URI: `${healthy.origin}/.well-known/jwks.json`,
  };
}

async function isRefused(url: string): Promise<boolean> {
  return fetch(`${url}/livez`).then(
    () => false,
    () => true,
  );
}

/** Sends to each that is ready in turn, and looks often who is. */
function balance(urls: readonly string[]): AsyncDisposable & { next(): string } {
  let ready = [...urls];
  let turn = 0;
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      const healths = await Promise.all(
        urls.map((url) =>
          fetch(`${url}/readyz`).then(
            ({ status }) => status === 200,
            () => false,
          ),
        ),
      );
      ready = urls.filter((_, index) => healths[index]);
      await sleep(50);
    }
  })();
  return {
    next: () => ready[turn++ % ready.length] ?? '',
    async [Symbol.asyncDispose]() {
      over.abort();
      await watching;
    },
  };
}
