import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import {
  deadline,
  fault,
  john,
  json,
  patiently,
  silence,
  startScene,
  startSceneWithToken,
  within,
} from './support.ts';

it('calls one after the other share connections', async () => {
  await using scene = await startScene();
  for (let times = 0; times < 20; times++) await scene.client.getUser(john.user_id, patiently());
  // The pool may open a second one while the first is about to be free.
  expect(scene.connections.opened).toBeLessThanOrEqual(2);
});

it('many calls at once share the connections there may be', async () => {
  await using scene = await startSceneWithToken({ connections: 3 });
  let most = 0;
  scene.answer((response, request) => {
    most = Math.max(most, scene.connections.open);
    setImmediate(() => json(john)(response, request));
  });
  const calls = Array.from({ length: 20 }, () => scene.client.getUser(john.user_id, patiently()));
  expect(await Promise.all(calls)).toHaveLength(20);
  expect(most).toBe(3);
});

it('a call that gave up waiting for a connection is never sent', async () => {
  await using scene = await startSceneWithToken({ connections: 1 });
  let finish = () => {};
  scene.answer((response, request) => {
    finish = () => json(john)(response, request);
  }, json(john));
  const first = scene.client.getUser(john.user_id, patiently());
  await vi.waitFor(() => expect(scene.requests).toHaveLength(1));
  const second = scene.client.updateUser(john.user_id, { name: 'Late' }, within(30));
  expect(await fault(second)).toMatchObject({ code: 'timeout', outcome: 'not-applied' });
  finish();
  await first;
  await scene.client.getUser(john.user_id, patiently());
  expect(scene.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
});

it('a call that gave up leaves its connection to no other', async () => {
  await using scene = await startSceneWithToken({ connections: 1 });
  scene.answer(silence, json(john));
  const { pass, ...options } = deadline();
  const call = fault(scene.client.getUser(john.user_id, options));
  await vi.waitFor(() => expect(scene.requests).toHaveLength(1));
  pass();
  expect((await call).code).toBe('timeout');
  expect(await scene.client.getUser(john.user_id, patiently())).toEqual(john);
  expect(scene.connections.opened).toBe(3);
});

it('a client that is disposed of ends its calls', async () => {
  await using scene = await startSceneWithToken({ connections: 1 });
  scene.answer(silence);
  const sent = fault(scene.client.updateUser(john.user_id, { name: 'J' }, patiently()));
  await vi.waitFor(() => expect(scene.requests).toHaveLength(1));
  const queued = fault(scene.client.updateUser(john.user_id, { name: 'K' }, patiently()));
  await scene.client[Symbol.asyncDispose]();
  expect(await sent).toMatchObject({ code: 'aborted', outcome: 'unknown' });
  expect(await queued).toMatchObject({ code: 'aborted', outcome: 'not-applied' });
  const late = fault(scene.client.updateUser(john.user_id, { name: 'L' }, patiently()));
  expect(await late).toMatchObject({ code: 'aborted', outcome: 'not-applied' });
  await vi.waitFor(() => expect(scene.connections.open).toBe(0));
  expect(scene.requests).toHaveLength(1);
});

it('a client that is disposed of can be so again', async () => {
  const scene = await startScene();
  await scene.client.getUser(john.user_id, patiently());
  await scene.client[Symbol.asyncDispose]();
  await sleep(0);
  await scene[Symbol.asyncDispose]();
});
