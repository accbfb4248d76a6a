import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { OperationTime } from '../src/operation-time.ts';

const ended = ({ deadline, readsEnd }: OperationTime) => [deadline.aborted, readsEnd.aborted];

test('an operation and its reads end at the deadline', async () => {
  const time = new OperationTime(5);
  expect(ended(time)).toEqual([false, false]);
  await Promise.all([time.deadline, time.readsEnd].map((signal) => aborted(signal)));
  expect(time.deadline.reason).toMatchObject({ name: 'TimeoutError' });
  expect(time.readsEnd.reason).toBe(time.deadline.reason);
});

test('reads alone end when nobody waits any more', () => {
  const time = new OperationTime(10_000);
  time.leave();
  expect(ended(time)).toEqual([false, true]);
  time.end({ isComplete: false });
});

test.each([true, false])(
  'no deadline comes after the end, which ends what was left to itself: complete %s',
  async (isComplete) => {
    const time = new OperationTime(1);
    time.end({ isComplete });
    await sleep(5);
    expect(ended(time)).toEqual([false, !isComplete]);
  },
);

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
