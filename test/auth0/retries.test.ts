import { describe, expect, it, vi } from 'vitest';
import { Auth0Fault, HeldBack, type Repeat } from '../../src/auth0/errors.ts';
import { type RetryOptions, withRetries } from '../../src/auth0/retry.ts';
import { RetryBudget } from '../../src/auth0/retry-budget.ts';
import {
  type Answer,
  broken,
  deadline,
  failure,
  fault,
  john,
  json,
  patiently,
  refusal,
  reset,
  type Scene,
  silence,
  startScene,
  startSceneWithToken,
  text,
  tooLarge,
  within,
} from './support.ts';

/** Calls, and how often each may be sent: after a failure, and after an answer that makes no sense. */
const calls: [string, number, number, (scene: Scene) => Promise<unknown>][] = [
  ['getUser', 3, 2, ({ client }) => client.getUser(john.user_id, patiently())],
  ['getIdpTokens', 3, 2, ({ client }) => client.getIdpTokens(john.user_id, patiently())],
  ['usersByEmail', 3, 2, ({ client }) => client.usersByEmail('john.doe@example.com', patiently())],
  ['listUsers', 3, 2, ({ client }) => client.listUsers({ page: 0, perPage: 1 }, patiently())],
  ['updateUser', 1, 1, ({ client }) => client.updateUser(john.user_id, { name: 'J' }, patiently())],
];

const failures: [string, Answer][] = [
  ['a reset', reset],
  ['500', refusal(500)],
  ['503', refusal(503)],
  ['408', refusal(408)],
];
const senseless: [string, Answer][] = [
  ['half a body', broken('{', 'cut')],
  ['half of JSON', text('{"user_id":')],
  ['no UTF-8', text(Buffer.of(0xff))],
];

describe.each(calls)('%s', (_, afterFailure, afterNonsense, call) => {
  it.each(failures)(`is sent as often as is safe: ${afterFailure} times after %s`, async (_, answer) => {
    await using scene = await startScene();
    scene.answer(answer);
    await fault(call(scene));
    expect(scene.requests).toHaveLength(afterFailure);
  });

  it.each(senseless)(
    `is sent as often as makes sense: ${afterNonsense} times after %s`,
    async (_, answer) => {
      await using scene = await startScene();
      scene.answer(answer);
      await fault(call(scene));
      expect(scene.requests).toHaveLength(afterNonsense);
    },
  );
});

describe.each([
  ['a read', ({ client }: Scene) => client.getUser(john.user_id, patiently())],
  ['an update', ({ client }: Scene) => client.updateUser(john.user_id, { name: 'J' }, patiently())],
])('%s', (_, call) => {
  it.each<[string, Answer]>([
    ['400', refusal(400)],
    ['403', refusal(403)],
    ['409', refusal(409)],
    ['429', refusal(429)],
    ['a strange 404', text('<html>', { status: 404 })],
    ['a redirect', text('', { status: 302 })],
    ['another user', json({ user_id: 'auth0|another' })],
    ['a page', text('<html>', { headers: { 'content-type': 'text/html' } })],
    ['another encoding', json(john, { headers: { 'content-encoding': 'gzip' } })],
    ['too large a body', text(tooLarge)],
  ])('is sent once, for it would end as before, after %s', async (_, answer) => {
    await using scene = await startScene();
    scene.answer(answer);
    await failure(call(scene));
    expect(scene.requests).toHaveLength(1);
  });

  it('is sent twice after a 401, each with its own token', async () => {
    await using scene = await startScene();
    scene.answer(refusal(401), json(john));
    expect(await call(scene)).toEqual(john);
    expect(scene.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer canary-token-1',
      'Bearer canary-token-2',
    ]);
    expect(scene.requests[1]?.body).toBe(scene.requests[0]?.body);
  });

  it('is tried three times while nobody listens', async () => {
    await using scene = await startSceneWithToken();
    await scene.stop();
    expect(await fault(call(scene))).toMatchObject({ code: 'unavailable', outcome: 'not-applied' });
    expect(scene.events.slice(1).map(({ fault }) => fault)).toEqual(Array(3).fill('unavailable'));
    await scene.restart();
  });

  it('arrives once, when somebody listens again', async () => {
    let restart = () => {};
    await using scene = await startSceneWithToken({ onExchange: ({ fault }) => void (fault && restart()) });
    await scene.stop();
    const { promise: restarted, resolve } = Promise.withResolvers<void>();
    restart = () => {
      restart = () => {};
      void scene.restart().then(resolve);
    };
    const [user] = await Promise.all([call(scene), restarted]);
    expect(user).toEqual(john);
    expect(scene.requests).toHaveLength(1);
  });
});

describe('a read', () => {
  it.each([...failures, ...senseless])('is answered when it is repeated after %s', async (_, answer) => {
    await using scene = await startScene();
    scene.answer(answer, json(john));
    expect(await scene.client.getUser(john.user_id, patiently())).toEqual(john);
    expect(scene.requests).toHaveLength(2);
  });

  it('is repeated when its answer does not begin, and an update is not', async () => {
    await using scene = await startSceneWithToken({ headersTimeoutMs: 200 });
    scene.answer(silence, json(john), silence);
    expect(await scene.client.getUser(john.user_id, patiently())).toEqual(john);
    expect(scene.requests).toHaveLength(2);
    const update = fault(scene.client.updateUser(john.user_id, { name: 'J' }, within(1_000)));
    expect(await update).toMatchObject({ code: 'timeout', outcome: 'unknown', mayStillArrive: true });
    expect(scene.requests).toHaveLength(3);
    expect(await fault(scene.client.getUser(john.user_id, patiently()))).toMatchObject({ code: 'timeout' });
    expect(scene.requests).toHaveLength(6);
  });

  it('is not repeated beyond its deadline', async () => {
    await using scene = await startScene();
    scene.answer(silence);
    const { pass, ...options } = deadline();
    const call = fault(scene.client.getUser(john.user_id, options));
    await vi.waitFor(() => expect(scene.requests).toHaveLength(1));
    pass();
    expect((await call).code).toBe('timeout');
    expect(scene.requests).toHaveLength(1);
  });
});

describe('an attempt', () => {
  const attempts = async (faults: readonly unknown[], options: Partial<RetryOptions>) => {
    let made = 0;
    const attempt = async () => {
      if (made < faults.length) throw faults[made++];
      return 'done';
    };
    const { signal } = patiently();
    const result = withRetries(attempt, { reads: true, signal, random: () => 0, ...options });
    return { result: await result.catch((error: unknown) => error), made };
  };
  const faultFor = (repeat: Repeat) =>
    new Auth0Fault('unavailable', 'canary', { outcome: 'unknown', repeat });

  it.each<[Repeat[], boolean, number]>([
    [['readers', 'readers', 'readers'], true, 3],
    [['readers'], false, 1],
    [['anyone', 'anyone', 'anyone'], false, 3],
    [['anyone', 'anyone', 'anyone'], true, 3],
    [['anyone', 'readers', 'anyone', 'readers'], true, 3],
    [['anyone', 'readers', 'anyone'], false, 2],
    [['nobody'], true, 1],
  ])('that fails for %j (a read: %o) is the last of %i', async (repeats, reads, times) => {
    const faults = repeats.map(faultFor);
    expect(await attempts(faults, { reads })).toEqual({ result: faults[times - 1], made: times });
  });

  it('that fails by a bug is the last', async () => {
    const bug = new TypeError('bug');
    expect(await attempts([bug], {})).toEqual({ result: bug, made: 1 });
  });

  it('that makes no sense is made again once, whatever else happens', async () => {
    const nonsense = new Auth0Fault('bad_response', 'canary', { outcome: 'unknown', repeat: 'readers' });
    expect(await attempts([nonsense, nonsense], {})).toEqual({ result: nonsense, made: 2 });
    expect((await attempts([nonsense, faultFor('readers')], {})).result).toBe('done');
  });

  it('waits longer each time, by chance', async () => {
    const start = performance.now();
    const chances = [0.6, 0.25];
    const options = { random: () => chances.shift() ?? 0 };
    expect((await attempts([faultFor('anyone'), faultFor('anyone')], options)).result).toBe('done');
    // 0.6 of 50 ms and 0.25 of 400 ms; timers may be a millisecond early.
    expect(performance.now() - start).toBeGreaterThanOrEqual(127);
    expect(chances).toEqual([]);
  });

  it('is not made where the pause would outlast the deadline', async () => {
    const failed = faultFor('readers');
    const options = { random: () => 0.5, now: () => 1_000 };
    expect(await attempts([failed], { ...options, endsAt: 1_025 })).toEqual({ result: failed, made: 1 });
    expect((await attempts([failed], { ...options, endsAt: 1_026 })).result).toBe('done');
  });

  it('is not made where the budget is used up', async () => {
    const failed = faultFor('anyone');
    expect(await attempts([failed], { budget: usedUp() })).toEqual({ result: failed, made: 1 });
  });

  describe('refused for its rate', () => {
    const refusedFor = (retryAfterMs: number) =>
      new Auth0Fault('rate_limited', 'canary', { outcome: 'not-applied', retryAfterMs });
    const inTime = { now: () => 1_000, endsAt: 2_000 };

    it.each([true, false])('is made again once, and waits by itself (a read: %o)', async (reads) => {
      // Nobody has so much time: it would be noticed.
      const endsAt = Number.POSITIVE_INFINITY;
      const long = refusedFor(3_600_000);
      expect(await attempts([long], { now: () => 1_000, endsAt, reads })).toEqual({
        result: 'done',
        made: 1,
      });
      const again = refusedFor(1);
      expect(await attempts([refusedFor(1), again], { ...inTime, reads })).toEqual({
        result: again,
        made: 2,
      });
    });

    it('by our own budget is not made again: it has waited', async () => {
      const heldBack = new HeldBack(1);
      expect(await attempts([heldBack], inTime)).toEqual({ result: heldBack, made: 1 });
    });

    it('is told at once where the slot comes after the deadline, or nobody knows when that is', async () => {
      const late = refusedFor(1_000);
      expect(await attempts([late], inTime)).toEqual({ result: late, made: 1 });
      expect(await attempts([late], { now: () => 1_000 })).toEqual({ result: late, made: 1 });
      const soon = refusedFor(1);
      expect(await attempts([soon], { endsAt: performance.now() })).toEqual({ result: soon, made: 1 });
    });

    it('costs nothing of the budget', async () => {
      expect((await attempts([refusedFor(1)], { ...inTime, budget: usedUp() })).result).toBe('done');
    });
  });

  it.each([
    ['timeout', new DOMException('', 'TimeoutError')],
    ['aborted', new DOMException('', 'AbortError')],
  ])('is not made when the pause ends in %s', async (code, reason) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 10);
    const options = { signal: controller.signal, random: () => 0.999 };
    const { result, made } = await attempts([faultFor('readers'), faultFor('readers')], options);
    expect(result).toMatchObject({ code, outcome: 'unknown' });
    expect(made).toBe(1);
  });
});

function usedUp(): RetryBudget {
  const budget = new RetryBudget(() => 0);
  for (let times = 0; times < 100; times++) budget.take();
  return budget;
}
