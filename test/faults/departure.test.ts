/** Clients that go away while Auth0 is asked on their behalf. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { UserDocument } from '../support/operations/graphql.ts';
import { startTroubledTenant, type Trouble, type TroubledTenant } from '../support/troubled-tenant.ts';

/** As many as there are connections to Auth0. */
const maxOperations = 50;

let tenant: TroubledTenant;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    tenantInFront: async (sandbox) => (tenant = await startTroubledTenant(sandbox.origin)),
    gateway: { operationTimeoutMs: 600_000, maxOperations },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

beforeEach(() => void tenant.takeCalls());
afterEach(() => tenant.clear());

test.for([
  ['a user', `{ user(id: "${johnId}") { id } }`],
  ['the users of an address', '{ usersByEmail(email: "john.doe@gmail.com") { id } }'],
  ['a page of users', '{ users(first: 2) { nodes { id } } }'],
])('a client that goes away takes along its read of %s', async ([, query]) => {
  const { trouble, isGivenUp } = unanswered();
  tenant.trouble(trouble);
  const client = new AbortController();
  const asked = ask(`${query}`, client);
  await tenant.untilCalled('GET');
  client.abort();
  await expect(asked).rejects.toThrow('abort');
  await isGivenUp;
  // And nobody asks again.
  expect(tenant.takeCalls()).toHaveLength(1);
});

test('clients that go away leave their room to others: that of operations, and of connections', async () => {
  const reads = Array.from({ length: maxOperations }, unanswered);
  tenant.trouble(...reads.map(({ trouble }) => trouble));
  const clients = new AbortController();
  // Of several users: the same read is made once for all who ask.
  const asked = reads.map((_, number) => ask(`{ user(id: "auth0|${number}") { id } }`, clients));
  const calls = () => tenant.ledger.length;
  const before = calls();
  await expect.poll(calls, { timeout: 10_000 }).toBe(before + maxOperations);
  expect((await read()).errors).toMatchObject([{ extensions: { code: 'OVERLOADED' } }]);
  clients.abort();
  for (const each of await Promise.allSettled(asked)) expect(each.status).toBe('rejected');
  await Promise.all(reads.map(({ isGivenUp }) => isGivenUp));
  await expect.poll(read, { timeout: 10_000 }).toMatchObject({ data: { user: { id: johnId } } });
  expect(calls()).toBe(before + maxOperations + 1);
});

const read = () => gateway.ask(UserDocument, { id: johnId }, admin);

/** A call whose answer begins, so that it is waited for until the deadline, and never ends; and that nobody waits any more. */
function unanswered(): { readonly trouble: Trouble; readonly isGivenUp: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    trouble: {
      instead(response) {
        response.once('close', resolve);
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      },
    },
    isGivenUp: promise,
  };
}

async function ask(query: string, { signal }: AbortController): Promise<Response> {
  return fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await gateway.tokenOf(admin)}` },
    body: JSON.stringify({ query }),
    signal,
  });
}
