/** Calls that Auth0 refuses for their rate: waited out where there is time. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { UserDocument } from '../support/operations/graphql.ts';
import { answer, startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';

let tenant: TroubledTenant;
let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway({
    tenantInFront: async (sandbox) => (tenant = await startTroubledTenant(sandbox.origin)),
    gateway: { operationTimeoutMs: 8_000 },
  });
  tenant.takeCalls();
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

const refused = (headers: Record<string, string> = {}) => ({
  instead: answer(429, { statusCode: 429, errorCode: 'too_many_requests' }, headers),
});
/** A bucket of ten slots, none left, which is full again in so many seconds. */
const fullIn = (seconds: number) => ({
  'x-ratelimit-limit': '10',
  'x-ratelimit-remaining': '0',
  'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + seconds),
});

const operations: [string, () => Promise<unknown>, object][] = [
  [
    'a read',
    () => gateway.ask(UserDocument, { id: johnId }, admin),
    { data: { user: { id: johnId } }, errors: undefined },
  ],
  [
    'an update',
    () =>
      gateway.ask(
        'mutation ($id: ID!) { updateUser(id: $id, input: { password: "A-long-enough-one" }) { ... on UpdateUserSuccess { applied } } }',
        { id: johnId },
        admin,
      ),
    { data: { updateUser: { applied: true } }, errors: undefined },
  ],
];

describe.each(operations)('%s', (_, ask, done) => {
  test.for<[string, () => Record<string, string>, number]>([
    ['until there is a slot, not until the bucket is full', () => fullIn(9), 700],
    ['for a moment where nothing is said', () => ({}), 500],
    ['as long as it is asked to', () => ({ 'retry-after': '1' }), 1_000],
    ['not at all where it need not', () => ({ 'retry-after': '0' }), 0],
  ])('waits %s', async ([, headers, leastMs]) => {
    tenant.trouble(refused(headers()));
    const start = performance.now();
    expect(await ask()).toMatchObject(done);
    expect(performance.now() - start).toBeGreaterThanOrEqual(leastMs - 10);
    expect(tenant.takeCalls()).toHaveLength(2);
  });

  test('waits once', async () => {
    tenant.trouble(refused({ 'retry-after': '0' }), refused({ 'retry-after': '7' }));
    expect(await ask()).toMatchObject({
      errors: [{ extensions: { code: 'UPSTREAM_RATE_LIMITED', retryAfterMs: 7_000 } }],
    });
    expect(tenant.takeCalls()).toHaveLength(2);
  });

  test.for<[string, () => Record<string, string>, number]>([
    ['the slot comes after the deadline', () => fullIn(300), 20_000],
    ['it is asked to wait for longer', () => ({ 'retry-after': '30' }), 29_999],
  ])('is told at once where %s', async ([, headers, leastMs]) => {
    tenant.trouble(refused(headers()));
    const answered = (await ask()) as Awaited<ReturnType<TestGateway['ask']>>;
    expect(answered.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_RATE_LIMITED' } }]);
    expect(answered.headers.get('retry-after')).toBeNull();
    expect(answered.errors?.[0]?.extensions['retryAfterMs']).toBeGreaterThan(leastMs);
    expect(tenant.takeCalls()).toHaveLength(1);
  });
});

test('a tenant that keeps refusing for the rate is no tenant that is down', async () => {
  tenant.trouble(...Array.from({ length: 20 }, () => refused({ 'retry-after': '0' })));
  const read = () => gateway.ask(UserDocument, { id: johnId }, admin);
  for (let times = 0; times < 10; times++)
    expect((await read()).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_RATE_LIMITED' } }]);
  expect(await read()).toMatchObject({ data: { user: { id: johnId } } });
});

test('a refusal holds for everybody, until a call finds out that it does not hold', async () => {
  tenant.trouble(refused({ 'retry-after': '60' }));
  const read = () => gateway.ask(UserDocument, { id: johnId }, admin);
  expect((await read()).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_RATE_LIMITED' } }]);
  tenant.takeCalls();
  // One of them waits for the proof; the others are told at once, and nothing of them is sent.
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, number) => gateway.ask(UserDocument, { id: `auth0|${number}` }, admin)),
  );
  const { made = [], held = [] } = Object.groupBy(answers, ({ errors }) => (errors ? 'held' : 'made'));
  expect(made).toMatchObject([{ data: { user: null } }]);
  for (const { errors } of held) {
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_RATE_LIMITED' } }]);
    expect(errors?.[0]?.extensions['retryAfterMs']).toBeGreaterThan(50_000);
  }
  expect(tenant.takeCalls()).toHaveLength(1);
  expect(await read()).toMatchObject({ data: { user: { id: johnId } } });
});
