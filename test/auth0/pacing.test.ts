import { describe, expect, it, vi } from 'vitest';
import type { CallOptions } from '../../src/auth0/client.ts';
import { HeldBack } from '../../src/auth0/errors.ts';
import { createPacing } from '../../src/pacing/pacing.ts';
import { deadline, fault, john, json, patiently, refusal, type Scene, startScene } from './support.ts';

/** So slow that what is used up stays so. */
const hardlyAny = 0.001;

function startPaced(burst: number, perSecond: number): Promise<Scene> {
  return startScene({ pacing: createPacing({ kind: 'bucket', burst, perSecond }) });
}

function inAMoment(): CallOptions {
  return { signal: AbortSignal.timeout(10_000), endsAt: performance.now() + 10_000 };
}

const calls: [string, (scene: Scene, options: CallOptions) => Promise<unknown>][] = [
  ['getUser', ({ client }, options) => client.getUser(john.user_id, options)],
  ['getIdpTokens', ({ client }, options) => client.getIdpTokens(john.user_id, options)],
  ['usersByEmail', ({ client }, options) => client.usersByEmail('john@example.com', options)],
  ['listUsers', ({ client }, options) => client.listUsers({ page: 0, perPage: 1 }, options)],
  ['updateUser', ({ client }, options) => client.updateUser(john.user_id, { name: 'J' }, options)],
];

describe.each(calls)('%s', (_, call) => {
  it('is not sent without budget, and told at once when there will be some', async () => {
    await using scene = await startPaced(1, hardlyAny);
    await scene.client.getUser(john.user_id, patiently());
    const heldBack = await fault(call(scene, inAMoment()));
    expect(heldBack).toBeInstanceOf(HeldBack);
    expect(heldBack).toMatchObject({ code: 'rate_limited', outcome: 'not-applied' });
    expect(heldBack.retryAfterMs).toBeGreaterThan(900_000);
    expect(scene.requests).toHaveLength(1);
  });

  it.each([
    ['timeout', new DOMException('', 'TimeoutError')],
    ['aborted', new DOMException('', 'AbortError')],
  ])('that waits for budget is certainly not sent when it ends in %s', async (code, reason) => {
    await using scene = await startPaced(1, hardlyAny);
    await scene.client.getUser(john.user_id, patiently());
    const leaving = new AbortController();
    const waiting = fault(call(scene, { signal: leaving.signal }));
    setImmediate(() => leaving.abort(reason));
    expect(await waiting).toMatchObject({ code, outcome: 'not-applied', mayStillArrive: false });
    expect(scene.requests).toHaveLength(1);
  });
});

it('calls wait for the budget, and are each sent once', async () => {
  await using scene = await startPaced(1, 50);
  const names = Array.from({ length: 10 }, (_, number) => `J ${number}`);
  await Promise.all(names.map((name) => scene.client.updateUser(john.user_id, { name }, inAMoment())));
  expect(scene.requests.map(({ body }) => JSON.parse(body).name as string).toSorted()).toEqual(names);
});

it('the token is fetched whatever the budget', async () => {
  await using scene = await startPaced(1, hardlyAny);
  await scene.client.getUser(john.user_id, patiently());
  expect([scene.tokenRequests.length, scene.requests.length]).toEqual([1, 1]);
});

it('what the tenant says of its bucket counts', async () => {
  await using scene = await startPaced(50, hardlyAny);
  const reset = String(Math.ceil(Date.now() / 1_000) + 5);
  scene.answer(
    json(john, {
      headers: { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': reset },
    }),
    json(john),
  );
  for (let times = 0; times < 3; times++) await scene.client.getUser(john.user_id, inAMoment());
  expect(await fault(scene.client.getUser(john.user_id, inAMoment()))).toBeInstanceOf(HeldBack);
});

it('a call refused for its rate keeps the others back, and is repeated once', async () => {
  await using scene = await startPaced(10, 10);
  scene.answer(refusal(429, undefined, { headers: { 'retry-after': '3' } }), json(john));
  const update = scene.client.updateUser(john.user_id, { name: 'J' }, inAMoment());
  await vi.waitFor(() => expect(scene.events.some(({ status }) => status === 429)).toBe(true));
  const late = { ...inAMoment(), endsAt: performance.now() + 100 };
  expect(await fault(scene.client.getUser(john.user_id, late))).toBeInstanceOf(HeldBack);
  expect(await update).toEqual(john);
  expect(scene.requests.map(({ method }) => method)).toEqual(['PATCH', 'PATCH']);
});

it('a call that reached nobody costs nothing', async () => {
  await using scene = await startPaced(1, hardlyAny);
  scene.client.start();
  await vi.waitFor(() => expect(scene.client.hasToken()).toBe(true));
  await scene.stop();
  for (let times = 0; times < 4; times++)
    expect(await fault(scene.client.getUser(john.user_id, inAMoment()))).toMatchObject({
      code: 'unavailable',
    });
  await scene.restart();
  await vi.waitFor(async () => expect(await scene.client.getUser(john.user_id, inAMoment())).toEqual(john), {
    timeout: 5_000,
    interval: 200,
  });
});

it('a professional tenant has a budget for reads and one for writes', async () => {
  await using scene = await startScene({ pacing: createPacing({ kind: 'tier', tier: 'professional' }) });
  const soon = () => ({ ...inAMoment(), endsAt: performance.now() + 20 });
  const read = () =>
    scene.client.getUser(john.user_id, soon()).then(
      () => 'sent',
      () => 'held back',
    );
  const reads = await Promise.all(Array.from({ length: 60 }, read));
  expect(reads.filter((told) => told === 'held back').length).toBeGreaterThan(0);
  expect(await scene.client.updateUser(john.user_id, { name: 'J' }, inAMoment())).toEqual(john);
});

it('whoever waits is told when the client is disposed of', async () => {
  const scene = await startPaced(1, hardlyAny);
  await scene.client.getUser(john.user_id, patiently());
  const waiting = fault(scene.client.updateUser(john.user_id, { name: 'J' }, deadline()));
  await new Promise(setImmediate);
  await scene[Symbol.asyncDispose]();
  expect(await waiting).toMatchObject({ code: 'aborted', outcome: 'not-applied' });
});
