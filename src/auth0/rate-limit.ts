/** Header names in lower case, as undici and node:http give them. */
export type AnswerHeaders = { readonly [name: string]: string | readonly string[] | undefined };

/** When the answer does not say, or says nonsense: somewhere between these, so that not all come back together. */
const unknownWaitMs = { least: 500, most: 2_000 };
const longestWaitMs = 60_000;

/**
 * How long to wait after a 429 until a slot is likely to be free: whole milliseconds, 0 to 60,000.
 *
 * `Retry-After` is believed where it is sent. Otherwise the wait is estimated from Auth0's token bucket:
 * `x-ratelimit-reset` is the second at which the whole bucket is full again, which is `limit - remaining` slots away.
 * Time is the server's own, from the `Date` header, so that a wrong clock on either side does not matter.
 */
export function waitAfter429(
  headers: AnswerHeaders,
  { clock = Date.now, random = Math.random }: WaitOptions = {},
): number {
  const now = httpDate(headers['date']) ?? clock();
  const waitMs = retryAfter(headers['retry-after'], now) ?? nextSlot(headers, now) ?? unknownWait(random);
  return Math.ceil(Math.min(Math.max(waitMs, 0), longestWaitMs));
}

export type WaitOptions = {
  readonly clock?: () => number;
  /** From 0 to below 1. */
  readonly random?: () => number;
};

function unknownWait(random: () => number): number {
  const { least, most } = unknownWaitMs;
  return least + random() * (most - least);
}

function retryAfter(header: AnswerHeaders[string], now: number): number | null {
  const seconds = wholeNumber(header);
  if (seconds !== null) return seconds * 1_000;
  const date = httpDate(header);
  return date === null ? null : date - now;
}

/** What an answer tells of the bucket; `null`: nothing, or nothing that can be. Times as in `waitAfter429`. */
export function readBucket(headers: AnswerHeaders, clock: () => number = Date.now): BucketReading | null {
  return bucketOf(headers, httpDate(headers['date']) ?? clock());
}

/** Auth0's token bucket as its headers tell it. */
export type BucketReading = {
  readonly limit: number;
  readonly remaining: number;
  /** Till the whole bucket is full again, up to two seconds more than it takes. */
  readonly fullInMs: number;
};

function bucketOf(headers: AnswerHeaders, now: number): BucketReading | null {
  const limit = wholeNumber(headers['x-ratelimit-limit']);
  const remaining = wholeNumber(headers['x-ratelimit-remaining']) ?? 0;
  const reset = wholeNumber(headers['x-ratelimit-reset']);
  if (limit === null || limit === 0 || reset === null) return null;
  return { limit, remaining, fullInMs: reset * 1_000 - now };
}

function nextSlot(headers: AnswerHeaders, now: number): number | null {
  const bucket = bucketOf(headers, now);
  if (bucket === null) return null;
  const { limit, remaining, fullInMs } = bucket;
  const missing = limit - remaining;
  // A bucket that is full, or was full in the past, would not have refused.
  return fullInMs > 0 && missing > 0 ? fullInMs / missing : null;
}

function wholeNumber(header: AnswerHeaders[string]): number | null {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : null;
}

/** The last date that was read: answers of the same second say the same. */
let lastDate: { readonly text: string | null; readonly time: number } = { text: null, time: Number.NaN };

/** The one date format that RFC 9110 §5.6.7 lets servers send. */
function httpDate(header: AnswerHeaders[string]): number | null {
  if (header === lastDate.text) return lastDate.time;
  if (typeof header !== 'string' || !/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(header))
    return null;
  const time = Date.parse(header);
  if (Number.isNaN(time)) return null;
  lastDate = { text: header, time };
  return time;
}
