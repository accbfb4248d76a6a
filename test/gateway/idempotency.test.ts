/** Updates that are sent again under their key. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Answer,
  admin,
  type Caller,
  john,
  johnId,
  startGateway,
  support,
  type TestGateway,
} from '../support/gateway.ts';
import {
  UpdateUserDocument,
  type UpdateUserMutation,
  type UpdateUserMutationVariables,
} from '../support/operations/graphql.ts';
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
beforeEach(async () => {
  gateway = await startGateway({
    tenantInFront: async (sandbox) => (tenant = await startTroubledTenant(sandbox.origin)),
  });
  tenant.takeCalls();
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

describe('the same update under the same key', () => {
  test('is one PATCH, and the same answer', async () => {
    const first = await update({ nickname: 'Jack' });
    expect(first.data?.updateUser).toMatchObject({
      __typename: 'UpdateUserSuccess',
      applied: true,
      changedFields: ['nickname'],
      user: { nickname: 'Jack' },
    });
    await update({ nickname: 'Somebody else was here' }, { idempotencyKey: null });
    tenant.takeCalls();
    expect((await update({ nickname: 'Jack' })).data).toEqual(first.data);
    expect(tenant.takeCalls()).toEqual([]);
  });

  test('may select more the second time', async () => {
    const mutation = (selection: string) =>
      `mutation ($id: ID!) { updateUser(id: $id, input: { nickname: "Jack" }, idempotencyKey: "k") { ... on UpdateUserSuccess { ${selection} } } }`;
    await gateway.ask(mutation('applied'), { id: johnId }, john);
    const { data } = await gateway.ask(
      mutation('changedFields user { identities { id profile { nickname } } userMetadata createdAt }'),
      { id: johnId },
      john,
    );
    expect(data).toEqual({
      updateUser: {
        changedFields: ['nickname'],
        user: {
          identities: [{ id: johnId, profile: { nickname: 'Jack' } }],
          userMetadata: expect.any(Object),
          createdAt: (await gateway.restUser(johnId))['created_at'],
        },
      },
    });
  });

  test('is under way while the first is, and says so at once', async () => {
    const { trouble, release } = held();
    tenant.trouble({ instead: passing }, trouble);
    const first = update({ nickname: 'Jack' });
    await tenant.untilCalled('PATCH');
    tenant.takeCalls();
    expect((await update({ nickname: 'Jack' })).errors).toMatchObject([
      {
        extensions: { code: 'IDEMPOTENCY_IN_PROGRESS', applied: 'UNKNOWN', retryAfterMs: expect.any(Number) },
      },
    ]);
    expect(tenant.takeCalls()).toEqual([]);
    release();
    expect((await first).data).toMatchObject({ updateUser: { applied: true } });
    expect((await update({ nickname: 'Jack' })).data).toEqual((await first).data);
  });

  test('of many at once is one PATCH', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => update({ nickname: 'Jack' })));
    expect(patches()).toBe(1);
    for (const { data, errors } of answers)
      expect(data?.updateUser ?? errors?.[0]?.extensions.code).toSatisfy(
        (told) => told === 'IDEMPOTENCY_IN_PROGRESS' || Reflect.get(told, 'applied') === true,
      );
  });
});

test('without a key, the same update twice at once is made twice: who came between is not known', async () => {
  const twins = [1, 2].map(() => update({ nickname: 'Jack' }, { idempotencyKey: null }));
  for (const { data } of await Promise.all(twins))
    expect(data).toMatchObject({ updateUser: { applied: true } });
  expect(patches()).toBe(2);
});

describe('a key', () => {
  test.for<[string, Partial<UpdateUserMutationVariables>]>([
    ['another input', { input: { nickname: 'Jill' } }],
    ['another user', { id: 'auth0|somebody-else' }],
    ['another condition', { ifUnmodifiedSince: '2030-01-01T00:00:00.000Z' }],
    ['a dry run', { dryRun: true }],
    ['null for nothing', { input: { nickname: 'Jack', givenName: null } }],
  ])('that was used is refused for %s', async ([, other]) => {
    await update({ nickname: 'Jack' }, {}, admin);
    tenant.takeCalls();
    const { errors } = await update({ nickname: 'Jack' }, other, admin);
    expect(errors).toMatchObject([
      { path: ['updateUser'], extensions: { code: 'IDEMPOTENCY_KEY_REUSED', applied: 'NO' } },
    ]);
    expect(tenant.takeCalls()).toEqual([]);
  });

  test("is the caller's own", async () => {
    await update({ appMetadata: { a: 1 } }, {}, admin);
    await update({ appMetadata: { a: 2 } }, {}, support);
    expect(patches()).toBe(2);
  });

  test('is not looked at for who may not update', async () => {
    await update({ appMetadata: { a: 1 } }, {}, admin);
    for (const [caller, code] of [
      [john, 'FORBIDDEN'],
      ['nobody', 'UNAUTHENTICATED'],
    ] as const)
      expect((await update({ appMetadata: { a: 1 } }, {}, caller)).errors).toMatchObject([
        { extensions: { code, applied: 'NO' } },
      ]);
  });

  test.for([
    ['', 'got 0'],
    ['x'.repeat(256), 'got 256'],
    ['\ud800', 'surrogate'],
  ])('of %j is bad input', async ([idempotencyKey, told]) => {
    const { status, errors } = await update({ nickname: 'Jack' }, { idempotencyKey: `${idempotencyKey}` });
    expect(status).toBe(200);
    expect(errors).toMatchObject([
      { message: expect.stringContaining(`${told}`), extensions: { code: 'BAD_USER_INPUT', applied: 'NO' } },
    ]);
    expect(tenant.takeCalls()).toEqual([]);
  });

  test('of 255 characters is taken, counted as people do', async () => {
    expect((await update({ nickname: 'a' }, { idempotencyKey: '🔑'.repeat(255) })).errors).toBeUndefined();
  });

  test('of null is none', async () => {
    await update({ nickname: 'a' }, { idempotencyKey: null });
    await update({ nickname: 'a' }, { idempotencyKey: null });
    expect(patches()).toBe(2);
  });
});

describe('a key is free again after an outcome that is known not to be applied', () => {
  test('a refusal of the rules', async () => {
    expect((await update({ nickname: '' })).data).toMatchObject({
      updateUser: { __typename: 'InvalidUserInput' },
    });
    expect((await update({ nickname: 'Jack' })).data).toMatchObject({ updateUser: { applied: true } });
  });

  test("a refusal of Auth0's", async () => {
    const taken = await update({ email: 'admin@example.com' }, {}, admin);
    expect(taken.data).toMatchObject({ updateUser: { __typename: 'UpdateRejected' } });
    expect((await update({ email: 'jack@example.com' }, {}, admin)).data).toMatchObject({
      updateUser: { applied: true },
    });
  });

  test('no such user', async () => {
    await update({ nickname: 'Jack' }, { id: 'auth0|nobody' }, admin);
    expect((await update({ nickname: 'Jack' }, {}, admin)).data).toMatchObject({
      updateUser: { applied: true },
    });
  });

  test('a conflict', async () => {
    const longAgo = { ifUnmodifiedSince: '2001-01-01T00:00:00.000Z' };
    expect((await update({ nickname: 'Jack' }, longAgo)).data).toMatchObject({
      updateUser: { __typename: 'UserConflict' },
    });
    expect((await update({ nickname: 'Jack' })).data).toMatchObject({ updateUser: { applied: true } });
  });

  test('a dry run', async () => {
    expect((await update({ nickname: 'Jack' }, { dryRun: true })).data).toMatchObject({
      updateUser: { applied: false },
    });
    expect((await update({ nickname: 'Jack' })).data).toMatchObject({ updateUser: { applied: true } });
    expect(patches()).toBe(1);
  });

  test('a failure before anything was sent', async () => {
    tenant.trouble({ instead: answer(500, {}) }, { instead: answer(500, {}) }, { instead: answer(500, {}) });
    expect((await update({ nickname: 'Jack' })).errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_UNAVAILABLE', applied: 'NO' } },
    ]);
    expect(patches()).toBe(0);
    await expect
      .poll(async () => (await update({ nickname: 'Jack' })).data?.updateUser, { timeout: 10_000 })
      .toMatchObject({ applied: true });
  });
});

describe('an outcome that is unknown', () => {
  test('is found out by who asks again, where it was applied after all', async () => {
    tenant.trouble({ instead: passing }, { applied: true, instead: reset }, ...unreadable);
    expect((await update({ nickname: 'Jack' })).errors).toMatchObject([
      { extensions: { code: 'WRITE_OUTCOME_UNKNOWN', applied: 'UNKNOWN' } },
    ]);
    await untilHealthy();
    expect((await update({ nickname: 'Jack' })).data).toMatchObject({
      updateUser: { applied: true, changedFields: ['nickname'], user: { nickname: 'Jack' } },
    });
    expect(patches()).toBe(1);
    await update({ nickname: 'Jack' });
    expect(patches()).toBe(0);
  });

  test('stays unknown where it was not, and is never sent again', async () => {
    tenant.trouble({ instead: passing }, { instead: reset }, ...unreadable);
    await update({ nickname: 'Jack' });
    await untilHealthy();
    for (let times = 0; times < 3; times++)
      expect((await update({ nickname: 'Jack' })).errors).toMatchObject([
        { extensions: { code: 'WRITE_OUTCOME_UNKNOWN', applied: 'UNKNOWN' } },
      ]);
    expect(patches()).toBe(1);
    expect(await gateway.restUser(johnId)).not.toMatchObject({ nickname: 'Jack' });
  });

  test('stays unknown for a password, which no read shows, until its trace does', async () => {
    tenant.trouble({ instead: passing }, { instead: reset }, ...unreadable);
    await update({ password: 'Correct-Horse-1' }, {}, admin);
    await untilHealthy();
    expect((await update({ password: 'Correct-Horse-1' }, {}, admin)).errors).toMatchObject([
      { extensions: { code: 'WRITE_OUTCOME_UNKNOWN' } },
    ]);
    expect(patches()).toBe(1);
  });
});

/** Whatever the gateway reads to find out what became of a write. */
const unreadable = Array.from({ length: 4 }, () => ({ instead: answer(500, {}) }));

/** The troubles that nobody called for are over, too. */
async function untilHealthy(): Promise<void> {
  const query = 'query ($id: ID!) { user(id: $id) { id } }';
  for (let tries = 0; tries < 20; tries++) {
    const { errors } = await gateway.ask(query, { id: johnId }, admin);
    if (!errors) return;
  }
  throw new Error('Expected the tenant to be healthy again.');
}

async function update(
  input: UpdateUserMutationVariables['input'],
  more: Partial<UpdateUserMutationVariables> = {},
  as: Caller = john,
): Promise<Answer<UpdateUserMutation>> {
  return gateway.ask(UpdateUserDocument, { id: johnId, input, idempotencyKey: 'k', ...more }, as);
}

/** PATCHes since the last look. */
function patches(): number {
  return tenant.takeCalls().filter((call) => call.startsWith('PATCH')).length;
}
