/** Reads that are answered by what others read, and the writes that must be seen all the same. */
import { afterEach, describe, expect, test } from 'vitest';
import { admin, john, johnId, startGateway, support, type TestGateway } from '../support/gateway.ts';
import { held, passing, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';

let tenant: TroubledTenant;
let gateway: TestGateway;
async function start(userCacheTtlMs = 0): Promise<void> {
  gateway = await startGateway({
    tenantInFront: async (sandbox) => (tenant = await startTroubledTenant(sandbox.origin)),
    gateway: { userCacheTtlMs },
  });
  tenant.takeCalls();
}
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

const query = 'query ($id: ID!) { user(id: $id) { nickname } }';
const mutation = `mutation ($id: ID!, $nickname: String, $since: DateTime) {
  updateUser(id: $id, input: { nickname: $nickname }, ifUnmodifiedSince: $since) {
    __typename
    ... on UpdateUserSuccess { changedFields }
  }
}`;
const read = (as = admin) => gateway.ask(query, { id: johnId }, as);
const write = (nickname: string, since?: string) =>
  gateway.ask(mutation, { id: johnId, nickname, since }, admin);
const blindWrite = (nickname: string) =>
  gateway.ask(
    'mutation ($id: ID!, $nickname: String) { updateUser(id: $id, input: { nickname: $nickname }) { __typename } }',
    { id: johnId, nickname },
    admin,
  );
const nicknameOf = ({ data }: { data: unknown }) =>
  (data as { user: { nickname: string } | null }).user?.nickname;

/** Somebody else changes the user, behind the gateway's back. */
async function changeElsewhere(nickname: string): Promise<void> {
  const { token } = await managementToken();
  await fetch(`${gateway.sandbox.origin}/api/v2/users/${encodeURIComponent(johnId)}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ nickname }),
  });
}

async function managementToken(): Promise<{ readonly token: string }> {
  const response = await fetch(`${gateway.sandbox.origin}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: 'gateway',
      client_secret: 'gateway-secret',
      audience: `${gateway.sandbox.origin}/api/v2/`,
    }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return { token };
}

/** Every call, with the number of the operation that made it. */
function callsByOperation(): string[] {
  const operations = [...new Set(tenant.ledger.map(({ operation }) => operation))];
  return tenant.ledger.map(({ operation, method }) => `${operations.indexOf(operation) + 1} ${method}`);
}

/** Begins a read, and resolves once the tenant has it and keeps it. */
async function heldRead() {
  const { trouble, release } = held();
  tenant.trouble(trouble);
  const answer = read();
  await tenant.untilCalled('GET');
  return { answer, release };
}

describe('without a cache', () => {
  test('reads of one user at once are one call, whoever asks', async () => {
    await start();
    const { answer, release } = await heldRead();
    const others = Array.from({ length: 40 }, (_, number) => read([admin, support, john][number % 3]));
    // Each has come as far as the call under way, or has yet to come: none may make another.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(tenant.takeCalls()).toHaveLength(1);
    release();
    for (const one of await Promise.all([answer, ...others]))
      expect(one).toMatchObject({ errors: undefined });
    expect(tenant.takeCalls().length).toBeLessThan(10);
  });

  test('each of them is answered as its own caller may be', async () => {
    await start();
    const { answer, release } = await heldRead();
    const email = gateway.sandbox.people.find(
      ({ userId }) => userId !== johnId && userId.startsWith('google'),
    )?.email;
    const other = read({ email: String(email) });
    await new Promise((resolve) => setTimeout(resolve, 100));
    release();
    expect((await answer).errors).toBeUndefined();
    expect(await other).toMatchObject({
      data: { user: null },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test('a read after an update sees it, while one from before is still under way', async () => {
    await start();
    const { answer, release } = await heldRead();
    expect((await blindWrite('Jack')).errors).toBeUndefined();
    expect(nicknameOf(await read())).toBe('Jack');
    release();
    expect((await answer).errors).toBeUndefined();
    expect(callsByOperation()).toEqual(['1 GET', '2 PATCH', '3 GET']);
  });

  test('an update reads for itself what it has to know of before', async () => {
    await start();
    const { answer, release } = await heldRead();
    expect(await write('Jack')).toMatchObject({
      data: { updateUser: { __typename: 'UpdateUserSuccess', changedFields: ['nickname'] } },
    });
    release();
    await answer;
    expect(callsByOperation()).toEqual(['1 GET', '2 GET', '2 PATCH']);
  });

  test('who leaves takes the answer from nobody', async () => {
    await start();
    const { trouble, release } = held();
    tenant.trouble(trouble);
    const leaving = new AbortController();
    const left = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await gateway.tokenOf(admin)}`,
      },
      body: JSON.stringify({ query, variables: { id: johnId } }),
      signal: leaving.signal,
    }).catch(() => 'left');
    await tenant.untilCalled('GET');
    const staying = read();
    await new Promise((resolve) => setTimeout(resolve, 100));
    leaving.abort();
    expect(await left).toBe('left');
    release();
    expect((await staying).errors).toBeUndefined();
  });
});

describe('with a cache', () => {
  test('a user is read once for everybody, and policy is applied to each', async () => {
    await start(60_000);
    for (const as of [admin, support, john]) expect((await read(as)).errors).toBeUndefined();
    expect(tenant.takeCalls()).toHaveLength(1);
    const email = gateway.sandbox.people.find(
      ({ userId }) => userId !== johnId && userId.startsWith('google'),
    )?.email;
    expect(await read({ email: String(email) })).toMatchObject({
      data: { user: null },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    expect(tenant.takeCalls()).toEqual([]);
  });

  test('an update is seen by the next read', async () => {
    await start(60_000);
    await read();
    await blindWrite('Jack');
    expect(nicknameOf(await read())).toBe('Jack');
  });

  test('an update that was applied without an answer is seen by the next read', async () => {
    await start(60_000);
    await read();
    tenant.trouble({ applied: true, instead: (response) => response.socket?.resetAndDestroy() });
    expect((await blindWrite('Jack')).errors).toBeUndefined();
    expect(nicknameOf(await read())).toBe('Jack');
  });

  test('conditions and changes are judged by the tenant, not by what was read before', async () => {
    await start(60_000);
    const since = String((await gateway.restUser(johnId))['updated_at']);
    await read();
    await changeElsewhere('Elsewhere');
    tenant.trouble({ instead: passing });
    expect(await write('Jack', since)).toMatchObject({
      data: { updateUser: { __typename: 'UserConflict' } },
    });
    expect(await write('Elsewhere')).toMatchObject({ data: { updateUser: { changedFields: [] } } });
  });
});
