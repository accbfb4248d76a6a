import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnswerHeaders, waitAfter429 } from '../../src/auth0/rate-limit.ts';

/** 2026-01-01T00:00:00Z, by the server's clock and by ours. */
const second = 1_767_225_600;
const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
const clock = () => second * 1_000;

const bucket = (limit: unknown, remaining: unknown, reset: unknown): AnswerHeaders => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(reset),
});

describe('the wait after a 429', () => {
  it.each<[string, AnswerHeaders, number]>([
    ['Retry-After in seconds', { 'retry-after': '7' }, 7_000],
    ['Retry-After of nothing', { 'retry-after': '0' }, 0],
    ['Retry-After as a date', { date, 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
    ['Retry-After in the past', { date, 'retry-after': 'Wed, 31 Dec 2025 23:59:00 GMT' }, 0],
    ['Retry-After of an hour', { 'retry-after': '3600' }, 60_000],
    ['Retry-After before the bucket', { 'retry-after': '2', ...bucket(10, 0, second + 10) }, 2_000],
    ['Retry-After that is no time', { 'retry-after': 'soon', ...bucket(10, 0, second + 5) }, 500],
    ['an empty bucket', { date, ...bucket(10, 0, second + 5) }, 500],
    ['a bucket that is being filled', { date, ...bucket(10, 6, second + 2) }, 500],
    ['a bucket that says not what remains', { date, ...bucket(10, undefined, second + 5) }, 500],
    ['a third of a second', { date, ...bucket(3, 0, second + 1) }, 334],
    ['a bucket that takes hours', { date, ...bucket(1, 0, second + 7_200) }, 60_000],
    ['a bucket full in 2100', { date, ...bucket(1, 0, 4_102_444_800) }, 60_000],
    ['a bucket full in the past', { date, ...bucket(10, 0, second - 5) }, 1_000],
    ['a bucket full now', { date, ...bucket(10, 0, second) }, 1_000],
    ['a bucket that is full', { date, ...bucket(10, 10, second + 5) }, 1_000],
    ['a bucket with more than its limit', { date, ...bucket(10, 12, second + 5) }, 1_000],
    ['a reset that is no number', { date, ...bucket(10, 0, 'NaN') }, 1_000],
    ['a negative reset', { date, ...bucket(10, 0, -5) }, 1_000],
    ['a limit that is no number', { date, ...bucket('many', 0, second + 5) }, 1_000],
    ['a reset sent twice', { date, ...bucket(10, 0, 0), 'x-ratelimit-reset': ['5', '6'] }, 1_000],
    ['nothing', {}, 1_000],
  ])('follows %s', (_, headers, ms) => {
    expect(waitAfter429(headers, { clock, random: () => 1 / 3 })).toBe(ms);
  });

  it.each([
    [0, 500],
    [0.999, 1_999],
  ])('is left to chance where nothing is said: %f', (chance, ms) => {
    expect(waitAfter429({}, { random: () => chance })).toBe(ms);
  });

  it("goes by the server's clock, not by ours", () => {
    const wrong = () => clock() + 86_400_000;
    expect(waitAfter429({ date, ...bucket(10, 0, second + 5) }, { clock: wrong })).toBe(500);
    expect(waitAfter429({ date: 'today', ...bucket(10, 0, second + 5) }, { clock })).toBe(500);
  });

  it('is a whole number from 0 to 60,000, whatever is sent', () => {
    const value = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.integer({ min: -100, max: 100 }).map((offset) => String(second + offset)),
      fc.integer({ min: -3, max: 100 }).map(String),
      fc.bigInt().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      fc.constantFrom(date, 'Thu, 99 Jan 2026 00:00:00 GMT', '', ' 5', '1e3', '0x10'),
      fc.array(fc.string()),
      fc.constant(undefined),
    );
    const names = ['date', 'retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
    const headers = fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });
    fc.assert(
      fc.property(headers, (headers) => {
        const ms = waitAfter429(headers, { clock, random: () => 1 / 3 });
        expect(Number.isInteger(ms)).toBe(true);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(60_000);
      }),
      { numRuns: 2_000 },
    );
  });
});
