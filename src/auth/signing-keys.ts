/**
 * The keys that callers' tokens are signed with, as the issuer publishes them (RFC 7517): fetched from the start,
 * refreshed in the background, and kept while the issuer cannot be reached.
 */

import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type CryptoKey, createLocalJWKSet, errors, type JWSHeaderParameters, type LocalJWKSet } from 'jose';
import type { Clock } from './clock.ts';

export type SigningKeysOptions = {
  readonly jwksUri: string;
  readonly clock: Clock;
  /** Hears of every failed fetch. */
  readonly onFailure: (error: unknown) => void;
};

/** No key can be had to judge a token by, which says nothing about the token. */
export class KeysUnavailable extends Error {
  constructor(options?: ErrorOptions) {
    super('the keys that tokens are signed with cannot be had', options);
    this.name = 'KeysUnavailable';
  }
}

/** A key published after the last fetch is accepted this long after it, and no flood of tokens fetches more often. */
const cooldownMs = 10_000;
/** A key that is no longer published is refused this long after, at the latest. */
const refreshMs = 5 * 60_000;
/** How long an outage of the issuer is bridged. */
const keepMs = 24 * 60 * 60_000;
const timeoutMs = 5_000;
/** Some hundred times what issuers publish. */
const longestAnswer = 512 * 1024;
const firstRetryMs = 250;
const lastRetryMs = 30_000;

export class SigningKeys implements AsyncDisposable {
  readonly #options: SigningKeysOptions;
  readonly #disposal = new AbortController();
  #keys: LocalJWKSet | null = null;
  #published = '';
  #version = 0;
  #loadedAt = Number.NEGATIVE_INFINITY;
  #attemptedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #pending: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SigningKeysOptions) {
    this.#options = options;
    void this.#refresh();
  }

  /** Whether keys were ever had. */
  get loaded(): boolean {
    return this.#keys !== null;
  }

  /** Moves when other keys are published: what was verified before no longer counts. `null`: no keys to go by. */
  get version(): number | null {
    return this.#usable() === null ? null : this.#version;
  }

  /**
   * The key for a token's header.
   * @throws {KeysUnavailable} if it cannot be told which keys there are
   * @throws {errors.JWKSNoMatchingKey} if the issuer publishes no such key
   * @throws {errors.JWKSMultipleMatchingKeys} if the header leaves open which one it is
   */
  async find(header: JWSHeaderParameters): Promise<CryptoKey> {
    if (this.#usable() === null) await this.#refreshIfDue();
    try {
      return await this.#select(header);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    await this.#refreshIfDue();
    try {
      return await this.#select(header);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey && this.#failures > 0) {
        throw new KeysUnavailable({ cause: error });
      }
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposal.abort();
    clearTimeout(this.#timer);
    await this.#pending;
  }

  #usable(): LocalJWKSet | null {
    return this.#options.clock.uptimeMs() - this.#loadedAt < keepMs ? this.#keys : null;
  }

  async #select(header: JWSHeaderParameters): Promise<CryptoKey> {
    const keys = this.#usable();
    if (keys === null) throw new KeysUnavailable();
    try {
      return assertStrong(await keys(header));
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw error;
      // A key was found and cannot be used: what the issuer publishes is broken, not the token.
      throw new KeysUnavailable({ cause: error });
    }
  }

  /** Joins the fetch under way; else starts one, unless the last one is too recent. */
  #refreshIfDue(): Promise<void> {
    if (this.#pending !== null) return this.#pending;
    const isDue = this.#options.clock.uptimeMs() - this.#attemptedAt >= cooldownMs;
    return isDue ? this.#refresh() : Promise.resolve();
  }

  #refresh(): Promise<void> {
    clearTimeout(this.#timer);
    this.#attemptedAt = this.#options.clock.uptimeMs();
    this.#pending = this.#load().finally(() => {
      this.#pending = null;
      if (this.#disposal.signal.aborted) return;
      this.#timer = setTimeout(() => void this.#refresh(), this.#pauseMs()).unref();
    });
    return this.#pending;
  }

  /** Never rejects: a failure is reported, counted and tried again. */
  async #load(): Promise<void> {
    try {
      const text = await fetchKeys(this.#options.jwksUri, this.#disposal.signal);
      const keys = toKeySet(text);
      if (text !== this.#published) this.#version += 1;
      this.#keys = keys;
      this.#published = text;
      this.#loadedAt = this.#options.clock.uptimeMs();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      if (!this.#disposal.signal.aborted) this.#options.onFailure(error);
    }
  }

  #pauseMs(): number {
    if (this.#failures === 0) return refreshMs;
    const ceiling = Math.min(firstRetryMs * 2 ** (this.#failures - 1), lastRetryMs);
    return ceiling * (0.5 + Math.random() / 2);
  }
}

/** Settles in time, whatever becomes of the request. */
async function fetchKeys(jwksUri: string, disposal: AbortSignal): Promise<string> {
  const signal = AbortSignal.any([disposal, AbortSignal.timeout(timeoutMs)]);
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return Promise.race([requestKeys(jwksUri, signal), givenUp]);
}

/** Without `fetch`, which Node would load for this alone (src/README.md). */
async function requestKeys(jwksUri: string, signal: AbortSignal): Promise<string> {
  const { get } = process.getBuiltinModule(jwksUri.startsWith('https:') ? 'node:https' : 'node:http');
  const headers = { accept: 'application/json, application/jwk-set+json', 'accept-encoding': 'gzip' };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(jwksUri, { headers, signal, agent: false }, resolve)
      .on('error', reject)
      .on('upgrade', (_, socket) => {
        socket.destroy();
        reject(new Error('expected keys from the JWKS endpoint, got another protocol'));
      });
  });
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Error(`expected HTTP 200 from the JWKS endpoint, got ${response.statusCode}`);
  }
  const bytes = await readBytes(response);
  return /^(x-)?gzip$/i.test(response.headers['content-encoding'] ?? '')
    ? inflate(bytes)
    : bytes.toString('utf8');
}

async function readBytes(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > longestAnswer) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function inflate(bytes: Buffer): Promise<string> {
  try {
    return (await promisify(gunzip)(bytes, { maxOutputLength: longestAnswer })).toString('utf8');
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLong() : error;
  }
}

function tooLong(): Error {
  return new Error(`expected at most ${longestAnswer} bytes of keys, got more`);
}

/** RFC 7518, section 3.3. */
function assertStrong(key: CryptoKey): CryptoKey {
  const { modulusLength } = key.algorithm as { readonly modulusLength?: number };
  if (modulusLength === undefined || modulusLength >= 2048) return key;
  throw new Error(`expected RSA keys of at least 2048 bits, got ${modulusLength}`);
}

/** One without a key of a type that signs is refused as well: no issuer has such a one, and to take it throws good keys away. */
function toKeySet(text: string): LocalJWKSet {
  const keys = createLocalJWKSet(JSON.parse(text));
  if (keys.jwks().keys.some(({ kty }) => signingTypes.has(kty))) return keys;
  throw new Error('expected keys in the JSON Web Key Set, got none');
}

const signingTypes: ReadonlySet<unknown> = new Set(['RSA', 'EC', 'OKP']);
