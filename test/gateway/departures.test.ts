/** Clients that go away, and a gateway that does: a write that was begun is seen through. */
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { held, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';

let tenant: TroubledTenant;
let gateway: TestGateway;
let lines: { level: number; event?: string; applied?: string; errors?: string[] }[];

beforeEach(async () => {
  lines = [];
  const log = pino({}, { write: (line) => void lines.push(JSON.parse(line)) });
  gateway = await startGateway({
    tenantInFront: async (sandbox) => (tenant = await startTroubledTenant(sandbox.origin)),
    gateway: { log },
  });
  tenant.takeCalls();
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

describe('a client that goes away', () => {
  test('does not cut the write it asked for', async () => {
    const { trouble, release } = held();
    tenant.trouble(trouble);
    const client = new AbortController();
    const answer = send(
      'updateUser(id: $id, input: { userMetadata: { seen: "through" } }) { __typename }',
      client,
    );
    await tenant.untilCalled('PATCH');
    client.abort();
    await expect(answer).rejects.toThrow('abort');
    release();
    await expect
      .poll(async () => (await gateway.restUser(johnId))['user_metadata'])
      .toMatchObject({ seen: 'through' });
    await expect
      .poll(() => lines.filter(({ event, applied }) => event === 'audit' && applied === 'YES'))
      .toHaveLength(1);
    expect(lines.filter(({ level }) => level > 30)).toEqual([]);
  });
});

describe('a gateway that is closed', () => {
  test('answers what it was asked before', async () => {
    const { trouble, release } = held();
    tenant.trouble(trouble);
    const answer = send('updateUser(id: $id, input: { userMetadata: { a: 1 } }) { __typename }');
    await tenant.untilCalled('PATCH');
    const closed = gateway[Symbol.asyncDispose]();
    release();
    expect(await (await answer).json()).toEqual({
      data: { updateUser: { __typename: 'UpdateUserSuccess' } },
    });
    await closed;
  });

  test('sees a write through whose client is gone', async () => {
    const { trouble, release } = held();
    tenant.trouble(trouble);
    const client = new AbortController();
    const answer = send('updateUser(id: $id, input: { userMetadata: { a: 1 } }) { __typename }', client);
    await tenant.untilCalled('PATCH');
    client.abort();
    await expect(answer).rejects.toThrow('abort');
    const closed = gateway[Symbol.asyncDispose]();
    release();
    await closed;
    expect(lines).toContainEqual(expect.objectContaining({ applied: 'YES' }));
  });
});

async function send(
  mutation: string,
  { signal }: AbortController = new AbortController(),
): Promise<Response> {
  return fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await gateway.tokenOf(admin)}` },
    body: JSON.stringify({ query: `mutation ($id: ID!) { ${mutation} }`, variables: { id: johnId } }),
    signal,
  });
}
