/** Clients that go away while Auth0 is asked on their behalf. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';

let tenant: TroubledTenant;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    tenantInFront: async (sandbox) => (tenant = await startTroubledTenant(sandbox.origin)),
    gateway: { operationTimeoutMs: 600_000 },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

test('a client that goes away takes its read along', async () => {
  const given = Promise.withResolvers<void>();
  tenant.trouble({ instead: (response) => void response.once('close', given.resolve) });
  const client = new AbortController();
  const asked = fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await gateway.tokenOf(admin)}` },
    body: JSON.stringify({ query: `{ user(id: "${johnId}") { id } }` }),
    signal: client.signal,
  });
  await tenant.untilCalled('GET');
  client.abort();
  await expect(asked).rejects.toThrow('abort');
  await given.promise;
  // And nobody asks again.
  expect(tenant.takeCalls()).toHaveLength(1);
});
