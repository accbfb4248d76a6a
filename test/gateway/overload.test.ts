/** More operations than a gateway takes on at once. */
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { held, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';

let tenant: TroubledTenant;
let gateway: TestGateway;
let lines: Record<string, unknown>[];
beforeEach(async () => {
  lines = [];
  gateway = await startGateway({
    gateway: {
      maxOperations: 2,
      log: pino({}, { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) }),
    },
    tenantInFront: async (sandbox) => (tenant = await startTroubledTenant(sandbox.origin)),
  });
  tenant.takeCalls();
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

const read = 'query ($id: ID!) { user(id: $id) { id } }';
const write = 'mutation ($id: ID!) { updateUser(id: $id, input: { nickname: "J" }) { __typename } }';

test('those beyond are refused at once, with nothing executed, until there is room again', async () => {
  const { finish } = await busy();
  expect((await ask(write)).errors).toMatchObject([
    { extensions: { code: 'OVERLOADED', applied: 'NO', retryAfterMs: 1_000 } },
  ]);
  const { status, headers, errors } = await ask(read);
  expect(status).toBe(200);
  expect(headers.get('retry-after')).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'OVERLOADED' } }]);
  expect(errors?.[0]?.extensions).not.toHaveProperty('applied');
  expect(tenant.takeCalls()).toEqual([]);
  for (const answer of await finish()) expect(answer.data).toEqual({ user: { id: johnId } });
  expect((await ask(write)).data).toEqual({ updateUser: { __typename: 'UpdateUserSuccess' } });
});

test('a refused mutation is told of in the audit', async () => {
  const { finish } = await busy();
  await ask(write);
  await finish();
  expect(lines.filter(({ event }) => event === 'audit')).toMatchObject([
    { outcome: 'FAILED', code: 'OVERLOADED', applied: 'NO', mutation: null },
  ]);
});

/** As many operations as there is room for, waiting for the tenant. */
async function busy() {
  const waiting = [held(), held()];
  tenant.trouble(...waiting.map(({ trouble }) => trouble));
  const answers = waiting.map(() => ask(read));
  let arrived = 0;
  await expect.poll(() => (arrived += tenant.takeCalls().length), { timeout: 10_000 }).toBe(2);
  return {
    finish() {
      for (const { release } of waiting) release();
      return Promise.all(answers);
    },
  };
}

function ask(document: string) {
  return gateway.ask(document, { id: johnId }, admin);
}
