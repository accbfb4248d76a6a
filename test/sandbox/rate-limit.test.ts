import { describe, expect, it, vi } from 'vitest';
import { createRateLimiter, type RateLimit } from '../../src/sandbox/rate-limit.ts';
import { john, startTenant, userPath } from './support.ts';

/** A limiter, and the time it goes by. */
function limiter(limit: RateLimit) {
  let now = 0;
  const wallStart = 1_700_000_000_250;
  const admit = createRateLimiter(limit, { monotonic: () => now, wall: () => wallStart + now });
  return {
    ask: (method = 'GET', path = '/api/v2/users') => admit(method, path),
    askTimes: (count: number, method = 'GET', path = '/api/v2/users') =>
      Array.from({ length: count }, () => admit(method, path)).filter(({ refusal }) => !refusal).length,
    wait: (ms: number) => {
      now += ms;
    },
  };
}

describe('a token bucket', () => {
  it('lets a burst through and then refuses', () => {
    const { askTimes, ask } = limiter({ kind: 'bucket', burst: 10, perSecond: 2 });
    expect(askTimes(15)).toBe(10);
    expect(ask().refusal).toBe('Global limit has been reached');
  });

  it('refills steadily, and no higher than the burst', () => {
    const { askTimes, wait } = limiter({ kind: 'bucket', burst: 10, perSecond: 2 });
    askTimes(10);
    wait(499);
    expect(askTimes(1)).toBe(0);
    wait(1);
    expect(askTimes(2)).toBe(1);
    wait(3000);
    expect(askTimes(20)).toBe(6);
    wait(60_000);
    expect(askTimes(20)).toBe(10);
  });

  it('is not drained by what it refuses', () => {
    const { askTimes, wait } = limiter({ kind: 'bucket', burst: 2, perSecond: 1 });
    askTimes(100);
    wait(1000);
    expect(askTimes(5)).toBe(1);
  });

  // At 10 and 2 per second, a quarter past the full second.
  it.each([
    [1, 9, 1],
    [2, 8, 2],
    [5, 5, 3],
    [6, 4, 4],
    [9, 1, 5],
    [10, 0, 6],
  ])('after %i requests says %i remain, and that it is full in %i s', (asked, remaining, seconds) => {
    const { ask, askTimes } = limiter({ kind: 'bucket', burst: 10, perSecond: 2 });
    askTimes(asked - 1);
    expect(ask().headers).toEqual({
      'x-ratelimit-limit': '10',
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(1_700_000_000 + seconds),
    });
  });
});

describe('a tier', () => {
  it.each([
    ['free', 2, 2],
    ['enterprise', 50, 16],
  ] as const)('%s has a burst of %i and %i per second', (tier, burst, perSecond) => {
    const { askTimes, wait } = limiter({ kind: 'tier', tier });
    expect(askTimes(100)).toBe(burst);
    wait(1000);
    expect(askTimes(100)).toBe(perSecond);
  });

  it('professional has a bucket for reading, one for writing, one for deleting and one for the rest', () => {
    const { askTimes, ask, wait } = limiter({ kind: 'tier', tier: 'professional' });
    expect(askTimes(100, 'GET')).toBe(40);
    expect(askTimes(15, 'PATCH') + askTimes(15, 'POST')).toBe(20);
    expect(askTimes(100, 'DELETE')).toBe(20);
    expect(askTimes(100, 'GET', '/api/v2/roles')).toBe(10);
    expect(ask('GET').refusal).toBe('Endpoint limit has been reached');
    expect(ask('GET', '/api/v2/roles').refusal).toBe('Global limit has been reached');
    wait(60_000);
    expect(askTimes(100, 'GET')).toBe(40);
  });

  it.each([
    ['GET', 25],
    ['POST', 10],
    ['DELETE', 10],
  ])('professional refills %s with %i in three seconds', (method, count) => {
    const { askTimes, wait } = limiter({ kind: 'tier', tier: 'professional' });
    askTimes(40, method);
    wait(3001);
    expect(askTimes(100, method)).toBe(count);
  });
});

describe('the Management API', () => {
  it('tells the budget with every answer, refusals included', async () => {
    await using tenant = await startTenant({ rateLimit: { kind: 'bucket', burst: 10, perSecond: 0.001 } });
    const answers = [
      await tenant.call('GET', userPath(john)),
      await tenant.call('GET', userPath('auth0|nobody')),
      await tenant.call('GET', userPath(john), { token: null }),
      await tenant.call('DELETE', userPath('auth0|nobody')),
      await tenant.call('GET', '/no-such-path'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 401, 204, 404]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual([
      '9',
      '8',
      '7',
      '6',
      '5',
    ]);
    for (const { headers } of answers) {
      expect(headers.get('x-ratelimit-limit')).toBe('10');
      expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000);
    }
  });

  it('refuses with 429 when the budget is spent, and applies nothing', async () => {
    await using tenant = await startTenant({ rateLimit: { kind: 'bucket', burst: 1, perSecond: 0.5 } });
    await tenant.call('GET', userPath(john));
    const { status, body, headers } = await tenant.call('PATCH', userPath(john), { body: { name: 'Late' } });
    expect([status, body]).toEqual([
      429,
      {
        statusCode: 429,
        error: 'Too Many Requests',
        message: 'Global limit has been reached',
        errorCode: 'too_many_requests',
      },
    ]);
    expect(headers.get('x-ratelimit-remaining')).toBe('0');
    expect(headers.get('retry-after')).toBeNull();
    await vi.waitFor(
      async () => expect((await tenant.call('GET', userPath(john))).body['name']).toBe('John Doe'),
      { timeout: 10_000, interval: 500 },
    );
  });

  it('leaves tokens and keys alone', async () => {
    await using tenant = await startTenant({ rateLimit: { kind: 'bucket', burst: 1, perSecond: 0.001 } });
    await tenant.call('GET', userPath(john));
    expect((await fetch(`${tenant.origin}/.well-known/jwks.json`)).status).toBe(200);
    expect(await tenant.managementToken()).toBeTruthy();
  });

  it('says nothing of a budget where there is none', async () => {
    await using tenant = await startTenant({ rateLimit: { kind: 'none' } });
    const { headers } = await tenant.call('GET', userPath(john));
    expect([...headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
  });
});
