/** Clients that go away, and a gateway that does: a write that was begun is seen through. */
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../../src/sandbox/sandbox.ts';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { silentClient } from '../support/silent-client.ts';
import {
  answer,
  held,
  passing,
  reset,
  startTroubledTenant,
  type TroubledTenant,
} from '../support/troubled-tenant.ts';

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

describe('a client that goes away from an update with a key', () => {
  const mutation =
    'updateUser(id: $id, input: { nickname: "Jack" }, idempotencyKey: "k") { __typename ... on UpdateUserSuccess { applied changedFields user { nickname } } }';
  const success = {
    data: {
      updateUser: {
        __typename: 'UpdateUserSuccess',
        applied: true,
        changedFields: ['nickname'],
        user: { nickname: 'Jack' },
      },
    },
  };
  const failure = (code: string) => ({ errors: [{ extensions: { code, applied: 'UNKNOWN' } }] });
  const audited = () => lines.filter(({ event }) => event === 'audit').map(({ applied }) => applied);
  const calls = () => tenant.takeCalls().map((call) => call.split(' ')[0]);
  const again = async () => (await send(mutation)).json();
  const leaveDuring = async (method: string) => {
    const client = new AbortController();
    const answer = send(mutation, client);
    await tenant.untilCalled(method);
    client.abort();
    await expect(answer).rejects.toThrow('abort');
  };

  test.for(['GET', 'PATCH'])('during the %s finds its outcome there', async (method) => {
    const { trouble, release } = held();
    tenant.trouble(...(method === 'GET' ? [] : [{ instead: passing }]), trouble);
    await leaveDuring(method);
    expect(await again()).toMatchObject(failure('IDEMPOTENCY_IN_PROGRESS'));
    release();
    await expect.poll(audited).toEqual(['UNKNOWN', 'YES']);
    expect(calls()).toEqual(['GET', 'PATCH']);
    expect(await again()).toEqual(success);
    expect(calls()).toEqual([]);
  });

  test('finds that nobody knows, where nobody does', async () => {
    const { promise: gone, resolve: lose } = Promise.withResolvers<void>();
    const unreadable = Array.from({ length: 3 }, () => ({ instead: answer(500, {}) }));
    tenant.trouble(
      { instead: passing },
      { instead: (...call) => void gone.then(() => reset(...call)) },
      ...unreadable,
    );
    await leaveDuring('PATCH');
    lose();
    await expect.poll(audited).toEqual(['UNKNOWN']);
    expect(calls()).toEqual(['GET', 'PATCH', 'GET', 'GET', 'GET']);
    expect(await again()).toMatchObject(failure('WRITE_OUTCOME_UNKNOWN'));
    expect(calls()).toEqual(['GET']);
  });
});

describe('a client that takes no answer', () => {
  test('is cut off, and the write it asked for next is not', async () => {
    const people = [person('big'), { ...person('admin'), permissions: ['read:users', 'update:users'] }];
    const log = pino({}, { write: (line) => void lines.push(JSON.parse(line)) });
    let troubled: TroubledTenant | undefined;
    await using impatient = await startGateway({
      sandbox: { people },
      tenantInFront: async (sandbox) => (troubled = await startTroubledTenant(sandbox.origin)),
      gateway: { log },
      patience: { headMs: 10_000, requestMs: 10_000, answerMs: 300 },
    });
    await using front = troubled;
    const { trouble, release } = held();
    front?.troubleFor('second', trouble);
    const token = await impatient.tokenOf(admin);
    const metadata = Array.from({ length: 15 }, (_, index) => `m${index}: userMetadata`).join(' ');
    const read = JSON.stringify({ query: `{ user(id: "auth0|big") { ${metadata} } }` });
    const write = JSON.stringify({
      query: 'mutation { updateUser(id: "auth0|big", input: { nickname: "Huge" }) { __typename } }',
    });
    using client = await silentClient(
      impatient.url,
      rawRequest('first', read, token) + rawRequest('second', write, token),
    );
    await front?.untilCalled('PATCH');
    await client.untilCut();
    expect(await impatient.restUser('auth0|big')).not.toMatchObject({ nickname: 'Huge' });
    release();
    await expect.poll(() => impatient.restUser('auth0|big')).toMatchObject({ nickname: 'Huge' });
    await expect
      .poll(() => lines.filter(({ event }) => event === 'audit'))
      .toMatchObject([{ applied: 'YES' }]);
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

function rawRequest(id: string, body: string, token: string | null): string {
  return `POST /graphql HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${id}\r\nContent-Type: application/json\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** With metadata from before Auth0 had limits. */
function person(name: string): Person {
  return {
    user_id: `auth0|${name}`,
    email: `${name}@example.com`,
    user_metadata: { big: 'x'.repeat(1_000_000) },
    identities: [
      { connection: 'Username-Password-Authentication', user_id: name, provider: 'auth0', isSocial: false },
    ],
  };
}
