/** A network that fails between the gateway and the tenant, byte by byte. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FaultProxy, type NetworkFault, startFaultProxy } from '../support/fault-proxy.ts';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { UserDocument } from '../support/operations/graphql.ts';

const operationTimeoutMs = 3_000;

let network: FaultProxy;
let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway({
    tenantInFront: async (sandbox) => (network = await startFaultProxy(sandbox.origin)),
    gateway: { operationTimeoutMs },
  });
  gateway.takeUpstreamCalls();
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await network[Symbol.asyncDispose]();
});

const read = () => gateway.ask(UserDocument, { id: johnId }, admin);
const write = (metadata: object) =>
  gateway.ask(
    `mutation ($id: ID!, $metadata: JSONObject!) {
      updateUser(id: $id, input: { userMetadata: $metadata }) {
        ... on UpdateUserSuccess { applied user { userMetadata } }
      }
    }`,
    { id: johnId, metadata },
    admin,
  );
const patches = () => gateway.takeUpstreamCalls().filter(({ method }) => method === 'PATCH');

const isRead = { data: { user: { id: johnId } }, errors: undefined };
const isWritten = (metadata: object) => ({
  data: { updateUser: { applied: true, user: { userMetadata: metadata } } },
  errors: undefined,
});

describe.each<[string, NetworkFault]>([
  ['a long way', { latencyMs: 300 }],
  ['a trickle, and fast enough', { slice: { bytes: 64, everyMs: 1 } }],
])('a network that is %s', (_, fault) => {
  test('delays answers, and loses none', async () => {
    network.fail(fault);
    expect(await read()).toMatchObject(isRead);
    expect(await write({ slowly: true })).toMatchObject(isWritten({ slowly: true }));
    expect(patches()).toHaveLength(1);
  });
});

describe.each<[string, NetworkFault]>([
  ['swallows everything', { blackHole: true }],
  ['lets answers drip', { slice: { bytes: 1, everyMs: 100 } }],
])('a network that %s', (_, fault) => {
  test('ends a read at the deadline', async () => {
    network.fail(fault);
    const start = performance.now();
    const { errors } = await read();
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
    expect(performance.now() - start).toBeGreaterThan(operationTimeoutMs - 50);
  });

  test('leaves a write unknown, which is sent once', async () => {
    network.fail(fault);
    const { errors } = await write({ swallowed: true });
    expect(errors).toMatchObject([{ extensions: { code: 'WRITE_OUTCOME_UNKNOWN', applied: 'UNKNOWN' } }]);
    network.heal();
    expect(await read()).toMatchObject(isRead);
    expect(patches().length).toBeLessThanOrEqual(1);
  });
});

describe.each<[string, NetworkFault]>([
  ['before the request', { cutRequestAfter: 10 }],
  ['before the answer', { cutAnswerAfter: 1 }],
  ['amid its head', { cutAnswerAfter: 30 }],
  ['amid its body', { cutAnswerAfter: 450 }],
])('a connection that is reset %s', (_, fault) => {
  test('costs a read nothing but another attempt', async () => {
    network.failOnce(fault);
    expect(await read()).toMatchObject(isRead);
  });

  test('leaves an update applied once, or unknown where it never arrived', async () => {
    network.failOnce(fault);
    const answered = await write({ reset: true });
    const sent = patches();
    if (fault.cutRequestAfter === undefined) {
      expect(answered).toMatchObject(isWritten({ reset: true }));
      expect(sent).toHaveLength(1);
    } else {
      expect(answered.errors).toMatchObject([{ extensions: { applied: 'UNKNOWN' } }]);
      expect(sent).toEqual([]);
    }
  });
});

test('a network that resets every connection answers UPSTREAM_UNAVAILABLE, and is used again when it is back', async () => {
  network.fail({ resetOnConnect: true, cutRequestAfter: 1 });
  expect((await read()).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  expect((await write({ never: true })).errors?.[0]?.extensions).toHaveProperty('applied');
  network.heal();
  await expect.poll(read, { timeout: 10_000 }).toMatchObject(isRead);
  expect(patches()).toEqual([]);
});
