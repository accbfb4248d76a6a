import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Auth0Fault, TokenRefused } from '../../src/auth0/errors.ts';
import { ManagementToken } from '../../src/auth0/token.ts';
import type { WireToken } from '../../src/auth0/wire.ts';
import {
  type Answer,
  failure,
  fault,
  john,
  json,
  patiently,
  type Received,
  refusal,
  reset,
  silence,
  startScene,
  text,
  token,
  within,
} from './support.ts';

const hour = 3_600_000;

/** A token by a clock that only the test moves, from an endpoint that answers when it is told to. */
function bench() {
  let nowMs = 1_000_000;
  const asked: {
    signal: AbortSignal;
    resolve: (token: WireToken) => void;
    reject: (error: Error) => void;
  }[] = [];
  const managementToken = new ManagementToken(
    (signal) => new Promise((resolve, reject) => void asked.push({ signal, resolve, reject })),
    { now: () => nowMs, random: () => 0 },
  );
  const latest = () => {
    const request = asked.at(-1);
    if (request === undefined) throw new Error('Nothing was asked for.');
    return request;
  };
  return {
    managementToken,
    asked,
    pass(ms: number) {
      nowMs += ms;
    },
    /** The latest request is answered. */
    async issue(accessToken: string, lifetimeMs = hour) {
      latest().resolve({ accessToken, lifetimeMs });
      await settled();
    },
    async fail(error: Error = new Error('canary')) {
      latest().reject(error);
      await settled();
    },
    /** The token as a call would get it. */
    use: (signal = patiently().signal) => managementToken.use(async (value) => value, signal),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a token', () => {
  it('is fetched once for however many wait', async () => {
    const { use, issue, asked } = bench();
    const calls = Array.from({ length: 100 }, () => use());
    await issue('first');
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['first']));
    expect(await use()).toBe('first');
    expect(asked).toHaveLength(1);
  });

  it('is renewed ahead of its end, while it still works', async () => {
    const { use, issue, asked, pass } = bench();
    void use();
    await issue('first');
    pass(0.8 * hour - 1);
    expect(await use()).toBe('first');
    expect(asked).toHaveLength(1);
    pass(1);
    expect(await Promise.all([use(), use()])).toEqual(['first', 'first']);
    expect(asked).toHaveLength(2);
    await issue('second');
    expect(await use()).toBe('second');
    expect(asked).toHaveLength(2);
  });

  it('is used to its end and no longer', async () => {
    const { use, issue, fail, asked, pass, managementToken } = bench();
    expect(managementToken.isAtHand()).toBe(false);
    void use();
    await issue('first');
    pass(0.9 * hour);
    await use();
    await fail();
    pass(0.1 * hour - 1);
    expect(managementToken.isAtHand()).toBe(true);
    expect(await use()).toBe('first');
    await fail();
    pass(1);
    expect(managementToken.isAtHand()).toBe(false);
    pass(hour);
    const late = use();
    await issue('second');
    expect(await late).toBe('second');
    expect(asked).toHaveLength(4);
  });

  it('has the age it had when it was asked for', async () => {
    const { use, issue, pass, managementToken } = bench();
    void use();
    pass(0.5 * hour);
    await issue('first');
    pass(0.5 * hour);
    expect(managementToken.isAtHand()).toBe(false);
  });

  it('is fetched on for the others when one gives up', async () => {
    const { use, issue, asked } = bench();
    const controller = new AbortController();
    const impatient = fault(use(controller.signal));
    const patient = use();
    controller.abort();
    expect(await impatient).toMatchObject({ code: 'aborted', outcome: 'not-applied' });
    expect(await fault(use(within(10).signal))).toMatchObject({ code: 'timeout', outcome: 'not-applied' });
    expect(asked[0]?.signal.aborted).toBe(false);
    await issue('first');
    expect(await patient).toBe('first');
    expect(asked).toHaveLength(1);
  });

  it('is not fetched for who has given up', async () => {
    const { use, asked } = bench();
    expect(await fault(use(AbortSignal.abort()))).toMatchObject({ code: 'aborted', outcome: 'not-applied' });
    expect(asked).toEqual([]);
  });
});

describe('the token endpoint', () => {
  const holdOffs = [250, 500, 1_000, 2_000, 3_000, 3_000];

  it('is left in peace after a failure, longer each time', async () => {
    const { use, fail, asked, pass } = bench();
    for (const [times, ms] of holdOffs.entries()) {
      const calls = [fault(use()), fault(use())];
      await fail();
      for (const call of calls)
        expect(await call).toMatchObject({
          code: 'credentials_unavailable',
          outcome: 'not-applied',
          retryAfterMs: ms,
        });
      pass(ms - 1);
      const flood = await Promise.all(Array.from({ length: 50 }, () => fault(use())));
      expect(flood[49]).toMatchObject({ code: 'credentials_unavailable', retryAfterMs: 1 });
      expect(asked).toHaveLength(times + 1);
      pass(1);
    }
  });

  it('is asked early again after a success', async () => {
    const { use, issue, fail, pass } = bench();
    for (const ms of holdOffs.slice(0, 3)) {
      void fault(use());
      await fail();
      pass(ms);
    }
    void use();
    await issue('first', 1_000);
    pass(1_000);
    const call = fault(use());
    await fail();
    expect(await call).toMatchObject({ retryAfterMs: 250 });
  });

  it('is left in peace for as long as it says', async () => {
    const { use, fail, asked, pass } = bench();
    const call = fault(use());
    await fail(new Auth0Fault('rate_limited', 'canary', { outcome: 'not-applied', retryAfterMs: 30_000 }));
    expect(await call).toMatchObject({ code: 'credentials_unavailable', retryAfterMs: 30_000 });
    pass(29_999);
    await fault(use());
    expect(asked).toHaveLength(1);
    pass(1);
    void use();
    expect(asked).toHaveLength(2);
  });

  it('is not returned to by all who failed together', async () => {
    const waits = [0, 0.5, 0.99].map(async (chance) => {
      const failing = new ManagementToken(() => Promise.reject(new Error('canary')), {
        random: () => chance,
      });
      return (await fault(failing.use(async () => {}, patiently().signal))).retryAfterMs;
    });
    expect(await Promise.all(waits)).toEqual([250, 313, 374]);
  });

  it('has five seconds, whoever waits', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    const { use, asked, managementToken } = bench();
    const { signal } = new AbortController();
    const call = fault(use(signal));
    expect(timeout.mock.calls).toEqual([[5_000]]);
    timeout.mockRestore();
    expect(asked[0]?.signal).not.toBe(signal);
    managementToken[Symbol.dispose]();
    expect(asked[0]?.signal.aborted).toBe(true);
    asked[0]?.reject(new Error('canary'));
    expect(await call).toMatchObject({ code: 'aborted', outcome: 'not-applied' });
  });
});

describe('a refused token', () => {
  it('is dropped by the first of many only', async () => {
    const { managementToken, issue, asked } = bench();
    const gate = Promise.withResolvers<void>();
    const used: string[] = [];
    const calls = Array.from({ length: 50 }, (_, number) =>
      managementToken.use(async (value) => {
        used.push(value);
        if (value !== 'first') return value;
        // Half of them hear of it only when the second token is there.
        if (number % 2) await gate.promise;
        throw new TokenRefused();
      }, patiently().signal),
    );
    await issue('first');
    expect(asked).toHaveLength(2);
    await issue('second');
    gate.resolve();
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['second']));
    expect(used).toHaveLength(100);
    expect(asked).toHaveLength(2);
  });

  it('twice in a row is the end of the call', async () => {
    const { managementToken, issue, asked, pass } = bench();
    let attempts = 0;
    const refused = () =>
      managementToken.use(async () => {
        attempts++;
        throw new TokenRefused();
      }, patiently().signal);
    const call = fault(refused());
    await issue('first');
    await issue('second');
    expect(await call).toMatchObject({ code: 'credentials_unavailable', outcome: 'not-applied' });
    expect([attempts, managementToken.isAtHand()]).toEqual([2, false]);
    pass(1_999);
    expect(await fault(refused())).toMatchObject({ code: 'credentials_unavailable', retryAfterMs: 1 });
    expect([attempts, asked.length]).toEqual([2, 2]);
    pass(1);
    void refused().catch(() => {});
    expect(asked).toHaveLength(3);
  });

  it('is the only failure that is tried again', async () => {
    const { managementToken, issue, asked } = bench();
    const bug = new TypeError('bug');
    const call = failure(managementToken.use(() => Promise.reject(bug), patiently().signal));
    await issue('first');
    expect(await call).toBe(bug);
    expect([managementToken.isAtHand(), asked.length]).toEqual([true, 1]);
  });
});

describe('once started, it', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** By Vitest's clock, which moves timers too. */
  function background(fetchToken: () => Promise<WireToken>) {
    const fetched = vi.fn<() => Promise<WireToken>>(fetchToken);
    const managementToken = new ManagementToken(fetched, { random: () => 0 });
    return { fetched, managementToken };
  }
  const issued = async () => ({ accessToken: 'token', lifetimeMs: hour });

  it('has a token before anyone asks, and keeps one', async () => {
    const { fetched, managementToken } = background(issued);
    expect(fetched).toHaveBeenCalledTimes(0);
    managementToken.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(managementToken.isAtHand()).toBe(true);
    await vi.advanceTimersByTimeAsync(0.8 * hour - 1);
    expect(fetched).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(fetched).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(0.8 * hour);
    expect(fetched).toHaveBeenCalledTimes(3);
    managementToken[Symbol.dispose]();
  });

  it('tries until it has one', async () => {
    const { fetched, managementToken } = background(() => Promise.reject(new Error('canary')));
    managementToken.start();
    const triesAfter = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return fetched.mock.calls.length;
    };
    expect([await triesAfter(249), await triesAfter(1), await triesAfter(500)]).toEqual([1, 2, 3]);
    expect([await triesAfter(3_000), await triesAfter(3_000), await triesAfter(3_000)]).toEqual([5, 6, 7]);
    fetched.mockImplementation(issued);
    expect([await triesAfter(3_000), await triesAfter(hour / 2)]).toEqual([8, 8]);
    expect(managementToken.isAtHand()).toBe(true);
    managementToken[Symbol.dispose]();
  });

  it('replaces a token that was refused twice', async () => {
    const { fetched, managementToken } = background(issued);
    managementToken.start();
    const refused = managementToken.use(
      () => Promise.reject(new TokenRefused()),
      new AbortController().signal,
    );
    expect((await fault(refused)).code).toBe('credentials_unavailable');
    expect([managementToken.isAtHand(), fetched.mock.calls.length]).toEqual([false, 2]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect([managementToken.isAtHand(), fetched.mock.calls.length]).toEqual([true, 3]);
    managementToken[Symbol.dispose]();
  });

  it('replaces a refused token though nobody waits for it', async () => {
    const { fetched, managementToken } = background(issued);
    managementToken.start();
    const caller = new AbortController();
    const refused = managementToken.use(() => {
      caller.abort();
      return Promise.reject(new TokenRefused());
    }, caller.signal);
    expect((await fault(refused)).code).toBe('aborted');
    await vi.advanceTimersByTimeAsync(0);
    expect([managementToken.isAtHand(), fetched.mock.calls.length]).toEqual([true, 2]);
    managementToken[Symbol.dispose]();
  });

  it('does not renew a token of a century all the time', async () => {
    const { fetched, managementToken } = background(async () => ({
      accessToken: 'token',
      lifetimeMs: 100 * 365 * 24 * hour,
    }));
    managementToken.start();
    await vi.advanceTimersByTimeAsync(40 * 24 * hour);
    expect(fetched).toHaveBeenCalledTimes(1);
    managementToken[Symbol.dispose]();
  });

  it('stops when it is disposed of', async () => {
    const { fetched, managementToken } = background(issued);
    managementToken.start();
    await vi.advanceTimersByTimeAsync(0);
    managementToken[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(2 * hour);
    expect(fetched).toHaveBeenCalledTimes(1);
    managementToken.start();
    await vi.advanceTimersByTimeAsync(2 * hour);
    expect(fetched).toHaveBeenCalledTimes(1);
  });
});

describe('a client', () => {
  it('has no token before it is started or asked', async () => {
    await using scene = await startScene();
    expect([scene.client.hasToken(), scene.connections.opened]).toEqual([false, 0]);
    scene.client.start();
    await vi.waitFor(() => expect(scene.client.hasToken()).toBe(true));
    await Promise.all(Array.from({ length: 20 }, () => scene.client.getUser(john.user_id, patiently())));
    expect(scene.tokenRequests).toHaveLength(1);
  });

  it('gets one other token when all its calls are refused', async () => {
    await using scene = await startScene();
    const isSecond = ({ headers }: Received) => headers.authorization === 'Bearer canary-token-2';
    scene.answer((response, request) => (isSecond(request) ? json(john) : refusal(401))(response, request));
    const calls = Array.from({ length: 200 }, (_, number) =>
      number % 2
        ? scene.client.getUser(john.user_id, patiently())
        : scene.client.updateUser(john.user_id, { name: 'J' }, patiently()),
    );
    expect(await Promise.all(calls)).toEqual(calls.map(() => john));
    expect(scene.tokenRequests).toHaveLength(2);
    expect(scene.requests.filter(isSecond)).toHaveLength(200);
  });

  it.each<[string, Answer, number]>([
    ['401', json({ error: 'access_denied', error_description: 'Unauthorized' }, { status: 401 }), 1],
    ['403', refusal(403), 1],
    ['404', text('<html>', { status: 404 }), 1],
    ['429', refusal(429), 1],
    ['500', refusal(500), 3],
    ['a redirect', text('', { status: 302, headers: { location: '/elsewhere' } }), 1],
    ['a reset', reset, 3],
    ['half of JSON', text('{'), 2],
    ['a page', text('<html>', { headers: { 'content-type': 'text/html' } }), 1],
    ['no token', json({ expires_in: 5, token_type: 'Bearer' }), 1],
    ['a token that is no header', token({ access_token: 'a\r\nx-canary: b' }), 1],
    ['an empty token', token({ access_token: '' }), 1],
    ['a token of another type', token({ token_type: 'DPoP' }), 1],
    ['a token without a type', token({ token_type: undefined }), 1],
    ['a token without an end', token({ expires_in: undefined }), 1],
    ['a token of half a second', token({ expires_in: 0.5 }), 1],
    ['an end in words', token({ expires_in: '86400' }), 1],
  ])('that gets %s for a token has no credentials', async (_, answer, times) => {
    await using scene = await startScene();
    scene.answerToken(answer);
    const calls = [
      scene.client.updateUser(john.user_id, { name: 'J' }, patiently()),
      scene.client.getUser(john.user_id, patiently()),
    ];
    for (const call of calls)
      expect(await fault(call)).toMatchObject({
        code: 'credentials_unavailable',
        outcome: 'not-applied',
        retryAfterMs: expect.any(Number),
      });
    expect([scene.requests.length, scene.tokenRequests.length]).toEqual([0, times]);
    expect(scene.client.hasToken()).toBe(false);
  });

  it.each<[string, Answer]>([
    ['503', refusal(503)],
    ['a reset', reset],
  ])('has credentials when the second answer is better than %s', async (_, answer) => {
    await using scene = await startScene();
    scene.answerToken(answer, token());
    expect(await scene.client.updateUser(john.user_id, { name: 'J' }, patiently())).toEqual(john);
    expect([scene.requests.length, scene.tokenRequests.length]).toEqual([1, 2]);
  });

  it('has no credentials while the tenant is down', async () => {
    await using scene = await startScene();
    await scene.stop();
    expect(await fault(scene.client.updateUser(john.user_id, {}, patiently()))).toMatchObject({
      code: 'credentials_unavailable',
      outcome: 'not-applied',
    });
    await scene.restart();
  });

  it('waits for a token no longer than its deadline', async () => {
    await using scene = await startScene();
    scene.answerToken(silence);
    expect(await fault(scene.client.updateUser(john.user_id, {}, within(60)))).toMatchObject({
      code: 'timeout',
      outcome: 'not-applied',
    });
    expect(scene.requests).toEqual([]);
  });

  it('stops asking for one when it is disposed of', async () => {
    await using scene = await startScene();
    scene.answerToken(silence);
    scene.client.start();
    const call = fault(scene.client.getUser(john.user_id, patiently()));
    await vi.waitFor(() => expect(scene.tokenRequests).toHaveLength(1));
    await scene.client[Symbol.asyncDispose]();
    expect(await call).toMatchObject({ code: 'aborted', outcome: 'not-applied' });
    await vi.waitFor(() => expect(scene.connections.open).toBe(0));
    expect(scene.tokenRequests).toHaveLength(1);
  });
});
