/** From the text of a setting to its value. Each parser throws `Misfit` for a text that does not mean one. */

import { isIP } from 'node:net';

export type Parser<T> = (text: string) => T;

/** Says what was expected; whoever catches it knows what arrived, and whether that may be shown. */
export class Misfit extends Error {
  readonly expected: string;
  readonly advice: string | null;

  constructor(expected: string, advice: string | null = null) {
    super(`expected ${expected}`);
    this.name = 'Misfit';
    this.expected = expected;
    this.advice = advice;
  }
}

export type RateLimit =
  | { readonly kind: 'tier'; readonly tier: 'free' | 'professional' | 'enterprise' }
  | { readonly kind: 'bucket'; readonly burst: number; readonly perSecond: number }
  | { readonly kind: 'none' };

export function integer(from: number, to: number): Parser<number> {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw new Misfit(`an integer from ${from} to ${to}`);
  };
}

export const port = integer(0, 65_535);

/** Node's timers hold 31 bits; a longer wait would end at once. */
export const milliseconds = integer(0, 2 ** 31 - 1);
/** Timers reach a little further than this, and have to. */
export const deadlineMs = integer(1, 24 * 60 * 60 * 1000);

export const boolean: Parser<boolean> = (text) => {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new Misfit('true or false');
};

export function oneOf<const T extends string>(options: readonly T[]): Parser<T> {
  return (text) => {
    const option = options.find((candidate) => candidate === text);
    if (option !== undefined) return option;
    throw new Misfit(`one of ${options.join(', ')}`);
  };
}

/** Comma-separated, without repetition; blanks around the commas mean nothing. */
export function listOf<T>(item: Parser<T>): Parser<readonly T[]> {
  return (text) => [
    ...new Set(
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .map(item),
    ),
  ];
}

export const listenHost: Parser<string> = (text) => {
  if (isIP(text) !== 0 || hostPattern.test(text)) return text;
  throw new Misfit('an IP address or a host name, without brackets, scheme or port');
};

export const tenantDomain: Parser<string> = (text) => {
  if (domainPattern.test(text)) return text.toLowerCase();
  const host = URL.canParse(text) ? new URL(text).hostname : '';
  throw new Misfit(
    'a bare host name such as my-tenant.eu.auth0.com, without https://, port or path',
    domainPattern.test(host) ? `set ${host}` : null,
  );
};

/** An origin, with one slash after it or none. */
export const tenantOrigin: Parser<string> = (text) => {
  const expected = 'an origin such as https://my-tenant.eu.auth0.com, plain http only on loopback';
  const url = safeUrl(text, expected);
  if (isBareOrigin(text, url)) return url.origin;
  throw new Misfit(expected, 'leave out everything after the host and port');
};

/** Kept to the letter: `iss` is compared as text (RFC 7519, section 4.1.1). */
export const issuer: Parser<string> = (text) => {
  const expected = 'an https URL without query or fragment, plain http only on loopback';
  safeUrl(text, expected);
  if (!/[?#]/.test(text)) return text;
  throw new Misfit(expected);
};

export const keysUri: Parser<string> = (text) =>
  safeUrl(text, 'an https URL, plain http only on loopback').href;

export const browserOrigin: Parser<string> = (text) => {
  const expected = 'origins such as https://app.example.com, separated by commas';
  if (text.includes('*')) throw new Misfit(expected, 'name each origin: there is no wildcard');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol) && isBareOrigin(text, url)) return url.origin;
  throw new Misfit(expected);
};

export const redisUrl: Parser<string> = (text) => {
  if (URL.canParse(text) && /^rediss?:\/\/[^/?#]/.test(text)) return text;
  throw new Misfit('a URL such as rediss://user:password@redis.example.com:6379/0');
};

export const collectorUrl: Parser<string> = (text) => {
  if (URL.canParse(text) && /^https?:\/\/[^/?#]/.test(text)) return text;
  throw new Misfit('an http or https URL such as http://127.0.0.1:4318');
};

/** `free`, `professional`, `enterprise`, `none`, or `<burst>:<per second>`: the bucket and what flows back into it. */
export const rateLimit: Parser<RateLimit> = (text) => {
  if (text === 'none') return { kind: 'none' };
  if (text === 'free' || text === 'professional' || text === 'enterprise')
    return { kind: 'tier', tier: text };
  const [, burst, perSecond] = /^(\d{1,9}):(\d{1,9}(?:\.\d{1,9})?)$/.exec(text) ?? [];
  if (Number(burst) >= 1 && Number(perSecond) > 0) {
    return { kind: 'bucket', burst: Number(burst), perSecond: Number(perSecond) };
  }
  throw new Misfit('free, professional, enterprise, none, or <burst>:<per second> such as 50:16');
};

const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const hostPattern = new RegExp(`^${label}(?:\\.${label})*$`);
const domainPattern = new RegExp(`^${label}(?:\\.${label})+$`);

/** What travels there is a secret or is trusted: it needs TLS, or must not leave the machine. */
function safeUrl(text: string, expected: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw new Misfit(expected);
  if (url.username !== '' || url.password !== '')
    throw new Misfit(expected, 'leave out the user information');
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw new Misfit(expected);
}

function isBareOrigin(text: string, url: URL): boolean {
  return url.pathname === '/' && url.username === '' && url.password === '' && !/[?#]/.test(text);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
