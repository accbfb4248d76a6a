/** What is written down of every mutation: who, whom, which fields, what came of it. Never a value. */
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAuditLog } from '../../src/observability/audit.ts';
import {
  admin,
  type Caller,
  john,
  johnId,
  startGateway,
  support,
  type TestGateway,
} from '../support/gateway.ts';
import { UpdateUserDocument, type UpdateUserMutationVariables } from '../support/operations/graphql.ts';
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
let lines: Record<string, unknown>[];
let canRecord: boolean;
/** How many of the lines were written when that was last seen to. */
let written: number;
beforeEach(async () => {
  lines = [];
  canRecord = true;
  written = 0;
  const log = pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line)) });
  gateway = await startGateway({
    gateway: {
      log,
      audit: createAuditLog(log, {
        hasRoom: () => canRecord,
        async written() {
          await sleep(20);
          written = lines.length;
        },
      }),
    },
    tenantInFront: async (sandbox) => (tenant = await startTroubledTenant(sandbox.origin)),
  });
  tenant.takeCalls();
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

test('an update is written down before it is answered, on both ways to an answer', async () => {
  for (const nickname of ['Jack', 'Jim']) {
    lines = [];
    written = 0;
    await update({ nickname }, {}, john);
    expect(lines.slice(0, written)).toContainEqual(expect.objectContaining({ event: 'audit' }));
  }
});

test('so is one that could not be executed', async () => {
  for (let times = 0; times < 2; times++) {
    lines = [];
    written = 0;
    await update({ nickname: 5 } as never, {}, john);
    expect(lines.slice(0, written)).toContainEqual(expect.objectContaining({ outcome: 'INVALID' }));
  }
});

describe('an update is told of once', () => {
  test('with who, whom, which fields, and the request', async () => {
    const { headers } = await update({ nickname: 'Jack', userMetadata: { a: 1 } }, {}, john);
    expect(events()).toEqual([
      {
        level: 30,
        time: expect.anything(),
        event: 'audit',
        requestId: headers.get('x-request-id'),
        caller: { subject: johnId, clientId: 'console' },
        mutation: 'updateUser',
        user: johnId,
        fields: expect.toSatisfy((names) => names.toSorted().join() === 'nickname,userMetadata'),
        dryRun: false,
        outcome: 'SUCCESS',
        code: null,
        applied: 'YES',
        knownBy: null,
      },
    ]);
  });

  test.for<
    [string, UpdateUserMutationVariables['input'], Partial<UpdateUserMutationVariables>, Caller, object]
  >([
    ['invalid', { name: '' }, {}, john, { outcome: 'INVALID', applied: 'NO' }],
    ['a dry run', { name: 'a' }, { dryRun: true }, john, { outcome: 'SUCCESS', applied: 'NO', dryRun: true }],
    ['of nobody', { name: 'a' }, { id: 'auth0|no' }, admin, { outcome: 'NOT_FOUND', user: 'auth0|no' }],
    [
      'late',
      { name: 'a' },
      { ifUnmodifiedSince: '2001-01-01T00:00:00Z' },
      john,
      { outcome: 'CONFLICT', applied: 'NO' },
    ],
    ['refused by Auth0', { email: 'admin@example.com' }, {}, admin, { outcome: 'REJECTED', applied: 'NO' }],
    [
      'not allowed',
      { email: 'a@example.com' },
      {},
      support,
      { outcome: 'FORBIDDEN', code: 'FORBIDDEN', applied: 'NO', fields: ['email'] },
    ],
    [
      'by nobody',
      { name: 'a' },
      {},
      'nobody',
      { outcome: 'FORBIDDEN', code: 'UNAUTHENTICATED', applied: 'NO', caller: null },
    ],
    [
      'with a key that cannot be',
      { name: 'a' },
      { idempotencyKey: '' },
      john,
      { outcome: 'INVALID', code: 'BAD_USER_INPUT', applied: 'NO' },
    ],
  ])('that is %s', async ([, input, variables, caller, told]) => {
    await update(input, variables, caller);
    expect(events()).toMatchObject([told]);
  });

  test('that Auth0 did not get', async () => {
    tenant.trouble({ instead: answer(302, {}) });
    await update({ name: 'a' });
    expect(events()).toMatchObject([{ outcome: 'FAILED', code: 'UPSTREAM_BAD_RESPONSE', applied: 'NO' }]);
  });

  test('that may have been applied', async () => {
    tenant.trouble(
      { instead: passing },
      { instead: reset },
      ...Array.from({ length: 4 }, () => ({ instead: answer(500, {}) })),
    );
    await update({ password: 'Correct-Horse-1' }, {}, admin);
    expect(events()).toMatchObject([
      { outcome: 'UNKNOWN', code: 'WRITE_OUTCOME_UNKNOWN', applied: 'UNKNOWN', fields: ['password'] },
    ]);
  });

  test('that was found to be applied by reading the user', async () => {
    tenant.trouble({ instead: passing }, { applied: true, instead: reset });
    await update({ name: 'Found' });
    expect(events()).toMatchObject([{ outcome: 'SUCCESS', applied: 'YES', knownBy: 'reading' }]);
  });

  test('also where the answer is that of its key', async () => {
    const [first] = [
      await update({ name: 'a' }, { idempotencyKey: 'k' }),
      await update({ name: 'a' }, { idempotencyKey: 'k' }),
    ];
    expect(first.data).toBeTruthy();
    expect(events()).toMatchObject([
      { outcome: 'SUCCESS', knownBy: null },
      { outcome: 'SUCCESS', knownBy: 'key' },
    ]);
  });

  test('also where its variables do not fit, or it could not be executed', async () => {
    await gateway.ask(UpdateUserDocument, { id: johnId, input: { password: 7 } } as never, john);
    await gateway.ask('mutation { updateUser(id: "a|b", input: {}) { nothing } }', {}, john);
    expect(events()).toMatchObject([
      { outcome: 'INVALID', code: 'BAD_USER_INPUT', caller: { subject: johnId }, mutation: null },
      { outcome: 'INVALID', code: 'GRAPHQL_VALIDATION_FAILED', mutation: null },
    ]);
  });

  test('also where nobody waits for it any more', async () => {
    const { trouble, release } = held();
    tenant.trouble(trouble);
    const client = new AbortController();
    const gone = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await gateway.tokenOf(john)}` },
      body: JSON.stringify({
        query: String(UpdateUserDocument),
        variables: { id: johnId, input: { name: 'b' } },
      }),
      signal: client.signal,
    });
    await tenant.untilCalled('GET');
    client.abort();
    await expect(gone).rejects.toThrow('abort');
    release();
    await expect.poll(events, { timeout: 10_000 }).toMatchObject([{ outcome: 'SUCCESS', applied: 'YES' }]);
  });
});

test('a query is not told of', async () => {
  await gateway.ask('{ me { id } }', {}, john);
  expect(events()).toEqual([]);
});

test('what cannot be told of is not done', async () => {
  canRecord = false;
  const { errors } = await update({ name: 'a' });
  expect(errors).toMatchObject([{ extensions: { code: 'OVERLOADED', applied: 'NO' } }]);
  expect(tenant.takeCalls()).toEqual([]);
  expect((await gateway.ask('{ me { id } }', {}, john)).errors).toBeUndefined();
});

test('no value of an input is told, in whatever way things end', async () => {
  const canary = 'Canary-7f3a';
  const everything = { name: canary, userMetadata: { [canary]: canary }, appMetadata: { a: canary } };
  for (const caller of [admin, john, support, 'nobody'] as const) {
    await update(everything, {}, caller);
    await update({ ...everything, password: `${canary}-1`, email: `${canary}@example.com` }, {}, caller);
    await update({ password: canary }, {}, caller);
    await update({ name: canary }, { idempotencyKey: canary, dryRun: true }, caller);
    await update({ connection: canary }, { idempotencyKey: canary }, caller);
    tenant.trouble({ instead: answer(400, { statusCode: 400, error: canary, message: canary }) });
    await update({ name: canary }, {}, caller);
  }
  expect(events().length).toBe(24);
  expect(JSON.stringify(lines)).not.toContain(canary);
});

test('is written at every level of the log but silent', () => {
  const written: string[] = [];
  for (const level of ['fatal', 'error', 'silent'])
    createAuditLog(pino({ level }, { write: (line) => void written.push(line) })).record({
      mutation: null,
      outcome: level,
    });
  expect(written).toHaveLength(2);
});

function events(): Record<string, unknown>[] {
  return lines.filter(({ event }) => event === 'audit');
}

async function update(
  input: UpdateUserMutationVariables['input'],
  variables: Partial<UpdateUserMutationVariables> = {},
  as: Caller = john,
) {
  return gateway.ask(UpdateUserDocument, { id: johnId, input, ...variables }, as);
}
