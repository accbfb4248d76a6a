import { type JWTHeaderParameters, SignJWT } from 'jose';
import {
  type Authenticator,
  type AuthenticatorOptions,
  createAuthenticator,
} from '../../src/auth/authenticate.ts';
import type { Clock } from '../../src/auth/clock.ts';
import { createKey, type Issuer, type Key, startIssuer } from '../support/issuer.ts';

export const audience = 'https://users.acme.example/';

type MovableClock = Clock & {
  pass(ms: number): void;
  /** The date alone, as an operator or NTP sets it. */
  setDate(byMs: number): void;
};

function movableClock(): MovableClock {
  let passed = 0;
  let set = 0;
  return {
    date: () => new Date(Date.now() + passed + set),
    uptimeMs: () => performance.now() + passed,
    pass(ms) {
      passed += ms;
    },
    setDate(byMs) {
      set += byMs;
    },
  };
}

type TokenOverrides = {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly key?: Key;
};

export const now = () => Math.floor(Date.now() / 1000);

/** An issuer with one key, the gateway's authenticator, and tokens that are fine unless overridden. */
export type Scene = AsyncDisposable & {
  readonly issuer: Issuer;
  readonly clock: MovableClock;
  readonly key: Key;
  readonly authenticator: Authenticator;
  readonly keysFailures: readonly unknown[];
  /** `undefined` among the claims leaves that claim out. */
  sign(overrides?: TokenOverrides): Promise<string>;
  /** Authenticates by the token. */
  present(token: string): Promise<Verdict>;
  /** Signs and authenticates. */
  try(overrides?: TokenOverrides): Promise<Verdict>;
};

type Verdict = Awaited<ReturnType<Authenticator['authenticate']>>;

export async function startScene(
  options: Partial<AuthenticatorOptions> & { readonly key?: Key; readonly isDown?: boolean } = {},
): Promise<Scene> {
  const key = options.key ?? (await defaultKey);
  const issuer = await startIssuer(key);
  if (options.isDown) await issuer.stop();
  const clock = movableClock();
  const keysFailures: unknown[] = [];
  const authenticator = createAuthenticator({
    issuer: issuer.url,
    jwksUri: issuer.jwksUri,
    audience,
    permissionsClaim: null,
    clock,
    onKeysFailure: (error) => void keysFailures.push(error),
    ...options,
  });
  const sign = (overrides: TokenOverrides = {}) => signToken(issuer.url, overrides.key ?? key, overrides);
  const present = async (token: string) => authenticator.authenticate(`Bearer ${token}`);
  return {
    issuer,
    clock,
    key,
    authenticator,
    keysFailures,
    sign,
    present,
    try: async (overrides) => present(await sign(overrides)),
    async [Symbol.asyncDispose]() {
      await authenticator[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

/** Generating RSA keys is slow, and no test changes one. */
const defaultKey = createKey('first');

function signToken(iss: string, key: Key, { claims, header }: TokenOverrides): Promise<string> {
  const standard = { iss, aud: audience, sub: 'auth0|1', iat: now(), exp: now() + 3600 };
  return new SignJWT({ ...standard, ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header })
    .sign(key.privateKey);
}

/** A token as an attacker would write it by hand. */
export function forge(header: object, payload: object, signature: Uint8Array = new Uint8Array()): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(payload)}.${Buffer.from(signature).toString('base64url')}`;
}
