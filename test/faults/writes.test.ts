/** Writes whose answer is lost, late or senseless: what is told of them is what became of them. */
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import {
  answer,
  hang,
  reset,
  startTroubledTenant,
  type Trouble,
  type TroubledTenant,
} from '../support/troubled-tenant.ts';

const operationTimeoutMs = 5_000;
const canary = 'SECRET-OF-THE-UPSTREAM';

let lines: Record<string, unknown>[] = [];
let tenant: TroubledTenant;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    tenantInFront: async (sandbox) => (tenant = await startTroubledTenant(sandbox.origin)),
    gateway: { operationTimeoutMs, log: pino({}, { write: (line) => void lines.push(JSON.parse(line)) }) },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});
let mark = 0;
beforeEach(() => {
  mark++;
  tenant.takeCalls();
  lines = [];
});

/** Something this test alone writes. */
const input = () => ({ userMetadata: { mark } });

const update = (input: object, selection = '') =>
  gateway.ask<{ updateUser: Record<string, unknown> | null }, object>(
    `mutation ($id: ID!, $input: UpdateUserInput!) {
      updateUser(id: $id, input: $input) {
        __typename
        ... on UpdateUserSuccess { applied user { userMetadata } ${selection} }
      }
    }`,
    { id: johnId, input },
    admin,
  );
/** As `update`, with a read before it. */
const updateAfterRead = async (input: object, trouble: Trouble) => {
  tenant.trouble({ instead: (_, passOn) => void passOn() }, trouble);
  return update(input, 'changedFields');
};
const calls = () => tenant.takeCalls().map((call) => call.split(' ')[0]);
const markStored = async () => (await gateway.restUser(johnId))['user_metadata'];

const isApplied = () => ({
  status: 200,
  data: { updateUser: { applied: true, user: { userMetadata: { mark } } } },
  errors: undefined,
});
const isUnknown = {
  status: 200,
  data: { updateUser: null },
  errors: [{ extensions: { code: 'WRITE_OUTCOME_UNKNOWN', applied: 'UNKNOWN' } }],
};

const truncated: Trouble['instead'] = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
  response.write('{"user_id":', () => response.destroy());
};
const drip: Trouble['instead'] = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 50);
  response.once('close', () => clearInterval(timer));
};
const empty: Trouble['instead'] = (response) => void response.writeHead(204).end();

const lost: [string, Trouble['instead']][] = [
  ['cut off', reset],
  ['500', answer(500, { message: canary })],
  ['502 with a page', answer(502, canary)],
  ['503', answer(503, { message: canary })],
  ['504', answer(504, { message: canary })],
  ['no JSON', answer(200, `{"user_id": ${canary}`)],
  ['truncated', truncated],
  ['a page of a proxy', answer(200, `<h1>${canary}</h1>`)],
  ['empty', empty],
  ['of another user', answer(200, { user_id: 'auth0|other', name: canary })],
  ['a redirect', answer(302, '', { location: 'http://127.0.0.1:9/' })],
  ['never there', hang],
  ['without an end', drip],
];

describe('an update that is applied, and whose answer is', () => {
  test.for(lost)('%s, is a success', async ([, instead]) => {
    tenant.trouble({ applied: true, instead });
    const answered = await update(input());
    expect(answered).toMatchObject(isApplied());
    expect(calls()).toEqual(['PATCH', 'GET']);
    expect(JSON.stringify([answered, lines])).not.toContain(canary);
    expect(lines).toContainEqual(expect.objectContaining({ verdict: 'applied', repeated: false }));
  });
});

describe('an update that is not applied, and whose answer is', () => {
  test.for(lost)('%s, is unknown where nobody read the user before', async ([, instead]) => {
    tenant.trouble({ instead });
    expect(await update(input())).toMatchObject(isUnknown);
    expect(calls()).toEqual(['PATCH', 'GET']);
    expect(await markStored()).not.toMatchObject({ mark });
  });

  const late = new Set(['504', 'never there', 'without an end']);

  test.for(lost.filter(([name]) => !late.has(name)))(
    '%s, is sent once more where that is certain',
    async ([, instead]) => {
      expect(await updateAfterRead(input(), { instead })).toMatchObject(isApplied());
      expect(calls()).toEqual(['GET', 'PATCH', 'GET', 'PATCH']);
    },
  );

  test.for(lost.filter(([name]) => late.has(name)))(
    '%s, stays unknown, for it may yet arrive',
    async ([, instead]) => {
      expect(await updateAfterRead(input(), { instead })).toMatchObject(isUnknown);
      expect(calls()).toEqual(['GET', 'PATCH', 'GET']);
    },
  );

  test('lost, is told as not applied where a second one would be noticed', async () => {
    expect(await updateAfterRead({ ...input(), verifyEmail: true }, { instead: reset })).toMatchObject({
      errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE', applied: 'NO' } }],
    });
    expect(calls()).toEqual(['GET', 'PATCH', 'GET']);
    expect(await markStored()).not.toMatchObject({ mark });
  });
});

describe('a password', () => {
  const newPassword = () => ({ password: `A-long-enough-${mark}` });

  test('whose answer is lost is unknown where nobody read the user before', async () => {
    tenant.trouble({ applied: true, instead: reset });
    expect(await update(newPassword())).toMatchObject(isUnknown);
    expect(calls()).toEqual(['PATCH', 'GET']);
  });

  test('is a success where the time of the last one has moved', async () => {
    expect(await updateAfterRead(newPassword(), { applied: true, instead: reset })).toMatchObject({
      data: { updateUser: { applied: true } },
    });
  });

  test('is sent once, whatever happens', async () => {
    expect(await updateAfterRead(newPassword(), { instead: reset })).toMatchObject({
      errors: [{ extensions: { applied: 'NO' } }],
    });
    expect(calls()).toEqual(['GET', 'PATCH', 'GET']);
  });
});

describe('an update whose tenant does not answer at all', () => {
  test('is unknown, in time', async () => {
    const start = performance.now();
    tenant.trouble({ applied: true, instead: hang }, ...Array.from({ length: 4 }, () => ({ instead: hang })));
    expect(await update(input())).toMatchObject(isUnknown);
    const ms = performance.now() - start;
    expect(ms).toBeGreaterThan(operationTimeoutMs - 100);
    tenant.clear();
  });
});

describe('a right that Auth0 refuses the gateway', () => {
  const missing = answer(403, { statusCode: 403, message: canary, errorCode: 'insufficient_scope' });

  test('rejects the update, is not asked for again, and is an error to the operator', async () => {
    tenant.trouble({ instead: missing });
    expect(await update(input())).toMatchObject({
      data: { updateUser: { __typename: 'UpdateRejected' } },
      errors: undefined,
    });
    expect(calls()).toEqual(['PATCH']);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 50, endpoint: 'users.update', status: 403 }),
    );
    expect(JSON.stringify(lines)).not.toContain(canary);
  });

  test('leaves the gateway in service', async () => {
    tenant.trouble({ instead: missing });
    await update(input());
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  });
});
