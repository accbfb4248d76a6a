import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { UpdateUserDocument, UserDocument, UsersDocument } from '../support/operations/graphql.ts';
import {
  answer,
  hang,
  reset,
  startTroubledTenant,
  type Trouble,
  type TroubledTenant,
} from '../support/troubled-tenant.ts';

const canary = 'SECRET-OF-THE-UPSTREAM';
const errorBody = { statusCode: 500, error: canary, message: canary, errorCode: 'oops' };

let tenant: TroubledTenant;
let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway({
    tenantInFront: async (sandbox) => (tenant = await startTroubledTenant(sandbox.origin)),
    gateway: { operationTimeoutMs: 1_500 },
  });
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

/** As often as a read may be tried. */
const always = (instead: Trouble['instead']): Trouble[] => Array.from({ length: 4 }, () => ({ instead }));

describe('a read', () => {
  test.for<[string, string, Trouble['instead']]>([
    ['UPSTREAM_UNAVAILABLE', 'of 500', answer(500, errorBody)],
    ['UPSTREAM_UNAVAILABLE', 'of 503 with a page', answer(503, `<h1>${canary}</h1>`)],
    ['UPSTREAM_UNAVAILABLE', 'cut off', reset],
    ['UPSTREAM_UNAVAILABLE', 'refused for want of a scope', answer(403, { ...errorBody, statusCode: 403 })],
    ['UPSTREAM_BAD_RESPONSE', 'of no JSON', answer(200, `<h1>${canary}</h1>`)],
    ['UPSTREAM_BAD_RESPONSE', 'of no user', answer(200, { email: canary })],
    ['UPSTREAM_BAD_RESPONSE', 'of another user', answer(200, { user_id: 'auth0|other', email: canary })],
    ['UPSTREAM_BAD_RESPONSE', 'that leads elsewhere', answer(302, '', { location: 'http://127.0.0.1:9/' })],
    ['UPSTREAM_TIMEOUT', 'never answered', hang],
    ['CREDENTIALS_UNAVAILABLE', 'whose token is refused twice', answer(401, errorBody)],
  ])('answers %s when the upstream answer is one %s', async ([code, , instead]) => {
    tenant.trouble(...always(instead));
    const answered = await gateway.ask(UserDocument, { id: johnId }, admin);
    expect(answered).toMatchObject({
      status: 200,
      data: { user: null },
      errors: [{ path: ['user'], extensions: { code } }],
    });
    expect(JSON.stringify(answered)).not.toContain(canary);
    expect(answered.headers.get('retry-after')).toBeNull();
    expect(answered.errors?.[0]?.extensions).not.toHaveProperty('applied');
  });

  test('finds nobody under an id that Auth0 says there cannot be', async () => {
    tenant.trouble({ instead: answer(400, { statusCode: 400, errorCode: 'invalid_uri', message: canary }) });
    expect(await gateway.ask(UserDocument, { id: 'a|\u2028' }, admin)).toMatchObject({
      data: { user: null },
      errors: undefined,
    });
  });

  test('outlives one token that is no longer accepted', async () => {
    tenant.trouble({ instead: answer(401, errorBody) });
    expect(await gateway.ask(UserDocument, { id: johnId }, admin)).toMatchObject({
      data: { user: { id: johnId } },
    });
  });

  test('answers UPSTREAM_RATE_LIMITED with when to come again', async () => {
    const full = String(Math.floor(Date.now() / 1000) + 6);
    tenant.trouble(
      ...always(
        answer(429, errorBody, {
          'x-ratelimit-limit': '10',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': full,
        }),
      ),
    );
    const { errors } = await gateway.ask(UserDocument, { id: johnId }, admin);
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_RATE_LIMITED' } }]);
    const retryAfterMs = errors?.[0]?.extensions['retryAfterMs'];
    // Six seconds fill ten places: the first is there after a tenth of that.
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThan(2_000);
  });

  test('that fails takes no other with it', async () => {
    tenant.troubleAt('auth0%7Cbroken', answer(403, { ...errorBody, statusCode: 403 }));
    const { data, errors } = await gateway.ask(
      '{ a: user(id: "auth0|broken") { id } b: user(id: "auth0|507f1f77bcf86cd799439020") { id } }',
      {},
      admin,
    );
    expect(data).toEqual({ a: null, b: { id: johnId } });
    expect(errors).toMatchObject([{ path: ['a'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  test('of a search that is not answered in time is told as such', async () => {
    tenant.trouble(...always(hang));
    const { errors } = await gateway.ask(UsersDocument, {}, admin);
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
  });
});

describe('a write', () => {
  test.for<[string, 'NO' | 'UNKNOWN', string, Trouble]>([
    [
      'UPSTREAM_RATE_LIMITED',
      'NO',
      'refused for its rate',
      { instead: answer(429, errorBody, { 'retry-after': '30' }) },
    ],
    ['WRITE_OUTCOME_UNKNOWN', 'UNKNOWN', 'of 500', { instead: answer(500, errorBody) }],
  ])('answers %s, applied %s, when it is one %s, and is sent once', async ([code, applied, , trouble]) => {
    tenant.takeCalls();
    tenant.trouble(trouble);
    const answered = await gateway.ask(updateBlindly, { id: johnId }, admin);
    expect(answered).toMatchObject({
      status: 200,
      data: { updateUser: null },
      errors: [{ path: ['updateUser'], extensions: { code, applied } }],
    });
    expect(answered.headers.get('retry-after')).toBeNull();
    expect(JSON.stringify(answered)).not.toContain(canary);
    expect(tenant.takeCalls().filter((call) => call.startsWith('PATCH'))).toHaveLength(1);
  });

  test('is sent again after a token that is no longer accepted, for then it was not applied', async () => {
    tenant.trouble({ instead: answer(401, errorBody) });
    expect(await gateway.ask(updateBlindly, { id: johnId }, admin)).toMatchObject({
      data: { updateUser: { applied: true } },
    });
  });

  test('that fails in the read before it was not applied', async () => {
    tenant.trouble(...always(answer(500, errorBody)));
    const { errors } = await gateway.ask(UpdateUserDocument, { id: johnId, input: { name: 'a' } }, admin);
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', applied: 'NO' } }]);
    expect(tenant.takeCalls().filter((call) => call.startsWith('PATCH'))).toEqual([]);
  });

  test('that was refused for good is a rejection in our own words', async () => {
    tenant.trouble({
      instead: answer(400, { statusCode: 400, message: canary, errorCode: 'operation_not_supported' }),
    });
    const answered = await gateway.ask(updateBlindly, { id: johnId }, admin);
    expect(answered).toMatchObject({
      data: { updateUser: { __typename: 'UpdateRejected', reason: 'operation_not_supported', fields: [] } },
    });
    expect(JSON.stringify(answered)).not.toContain(canary);
  });

  test('that was applied says so on errors of the fields below it', async () => {
    const google = gateway.sandbox.people.find(({ userId }) => userId.startsWith('google-oauth2|'));
    const { data, errors } = await gateway.ask<{ updateUser: { applied: boolean } }, object>(
      `mutation ($id: ID!) {
        updateUser(id: $id, input: { userMetadata: { a: 1 } }) {
          ... on UpdateUserSuccess { applied user { identities { tokens { accessToken } } } }
        }
      }`,
      { id: google?.userId },
      { token: await withoutTokenPermission(gateway) },
    );
    expect(data?.updateUser.applied).toBe(true);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'FORBIDDEN', applied: 'YES' } });
  });
});

const updateBlindly = `mutation ($id: ID!) {
  updateUser(id: $id, input: { userMetadata: { written: true } }) {
    __typename
    ... on UpdateUserSuccess { applied }
    ... on UpdateRejected { message reason fields }
  }
}`;

async function withoutTokenPermission(of: TestGateway): Promise<string> {
  const response = await fetch(`${of.sandbox.origin}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: 'console',
      client_secret: 'console-secret',
      audience: 'https://users.gateway.example/',
      scope: 'update:users',
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}
