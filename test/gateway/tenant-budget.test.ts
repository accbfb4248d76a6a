/** The tenant's budget of calls, as a gateway in front of a tenant with the same limit keeps to it. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Answer, admin, johnId, startGateway, support, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
afterEach(() => gateway[Symbol.asyncDispose]());

async function startPaced(burst: number, perSecond: number, operationTimeoutMs = 10_000): Promise<void> {
  const limit = { kind: 'bucket', burst, perSecond } as const;
  gateway = await startGateway({
    sandbox: { rateLimit: limit },
    gateway: { rateLimit: limit, operationTimeoutMs },
  });
  gateway.takeUpstreamCalls();
}

const read = 'query ($id: ID!) { user(id: $id) { id } }';
const search = 'query ($query: String) { users(query: $query) { totalCount } }';
const write = `mutation ($id: ID!, $nickname: String) {
  updateUser(id: $id, input: { nickname: $nickname }) { ... on UpdateUserSuccess { user { nickname } } }
}`;

/** Nobody, each time somebody else: no two reads are the same. */
function someone(name: string, number: number) {
  return { id: `auth0|${name}-${number}` };
}

function codeOf({ errors }: Answer<unknown>): unknown {
  return errors?.[0]?.extensions.code;
}

/** Resolves once so many of them are under way, which is when the others wait. */
async function untilCalled(times: number): Promise<void> {
  const calls: unknown[] = [];
  await expect
    .poll(() => calls.push(...gateway.takeUpstreamCalls()), { timeout: 10_000 })
    .toBeGreaterThanOrEqual(times);
}

describe('at 20 calls a second', () => {
  test('a caller who asks for little waits for no caller who asks for much', async () => {
    await startPaced(20, 20);
    let answered = 0;
    const many = Array.from({ length: 60 }, async (_, number) => {
      const answer = await gateway.ask(read, someone('many', number), admin);
      answered++;
      return answer;
    });
    await untilCalled(15);
    for (let times = 0; times < 3; times++) {
      const before = answered;
      expect((await gateway.ask(read, someone('few', times), support)).errors).toBeUndefined();
      // By turns it is two for the other, and as much again for what was under way when it came.
      expect(answered - before).toBeLessThan(20);
    }
    for (const { errors } of await Promise.all(many)) expect(errors).toBeUndefined();
    expect(answered).toBe(60);
  });

  test('updates and single reads go before searches', async () => {
    await startPaced(20, 20);
    const order: string[] = [];
    const ask = async (name: string, document: string, variables: object) => {
      expect((await gateway.ask(document, variables, admin)).errors).toBeUndefined();
      order.push(name);
    };
    const searches = Array.from({ length: 40 }, (_, number) =>
      ask('search', search, { query: `name:"${number}"` }),
    );
    await untilCalled(15);
    await Promise.all([
      ask('update', write, { id: johnId, nickname: 'J' }),
      ask('read', read, someone('someone', 0)),
    ]);
    expect(order.filter((name) => name === 'search').length).toBeLessThan(30);
    await Promise.all(searches);
  });

  test('the tenant refuses nothing, and every update is made once', async () => {
    await startPaced(20, 20);
    const statuses: number[] = [];
    const names = Array.from({ length: 30 }, (_, number) => `J ${number}`);
    const told = await Promise.all(
      names.map((nickname) => gateway.ask(write, { id: johnId, nickname }, admin)),
    );
    expect(told.map(({ data }) => (data as Updated).updateUser.user.nickname)).toEqual(names);
    const patches = gateway.takeUpstreamCalls();
    for (const { status } of patches) statuses.push(status);
    expect(statuses).toEqual(names.map(() => 200));
    expect(patches.map(({ body }) => (body as { nickname: string }).nickname).toSorted()).toEqual(
      names.toSorted(),
    );
  });
});

type Updated = { readonly updateUser: { readonly user: { readonly nickname: string } } };

describe('without budget in time', () => {
  test('a call is refused at once, with nothing sent, and let go when it was told to come again', async () => {
    await startPaced(2, 0.2, 1_000);
    for (let times = 0; times < 2; times++) await gateway.ask(read, someone('first', times), admin);
    gateway.takeUpstreamCalls();
    const update = () => gateway.ask(write, { id: johnId, nickname: 'J' }, admin);
    const refused = await update();
    expect(refused).toMatchObject({
      status: 200,
      errors: [{ extensions: { code: 'UPSTREAM_RATE_LIMITED', applied: 'NO' } }],
    });
    expect(refused.headers.get('retry-after')).toBeNull();
    expect(gateway.takeUpstreamCalls()).toEqual([]);
    const retryAfterMs = Number(refused.errors?.[0]?.extensions['retryAfterMs']);
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(5_000);
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
    expect((await update()).errors).toBeUndefined();
    expect(gateway.takeUpstreamCalls()).toMatchObject([{ method: 'PATCH', status: 200 }]);
  });

  test('updates are told that they were not applied, and were not', async () => {
    await startPaced(1, 0.01);
    await gateway.ask(read, someone('first', 0), admin);
    gateway.takeUpstreamCalls();
    const told = await Promise.all(
      ['A', 'B', 'C', 'D'].map((nickname) => gateway.ask(write, { id: johnId, nickname }, admin)),
    );
    for (const { errors } of told)
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_RATE_LIMITED', applied: 'NO' } }]);
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });
});

test('a tenant whose limit is lower than the budget is found out, and asked for no more than it gives', async () => {
  gateway = await startGateway({
    sandbox: { rateLimit: { kind: 'bucket', burst: 4, perSecond: 8 } },
    gateway: { rateLimit: { kind: 'tier', tier: 'enterprise' } },
  });
  gateway.takeUpstreamCalls();
  const told: Answer<unknown>[] = [];
  // One after the other: the bucket as the answers tell it is what holds them back.
  for (let number = 0; number < 24; number++)
    told.push(await gateway.ask(read, someone('one', number), admin));
  expect(told.map(codeOf)).toEqual(told.map(() => undefined));
  const refused = gateway.takeUpstreamCalls().filter(({ status }) => status === 429);
  expect(refused.length).toBeLessThan(6);
});
