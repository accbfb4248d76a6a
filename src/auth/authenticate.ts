/** From the `Authorization` header of a request to who is calling. */

import { hash } from 'node:crypto';
import type { Authentication, Caller } from '../../schema/context.ts';
import { parseBearer } from './bearer.ts';
import { toCaller } from './caller.ts';
import { type Clock, systemClock } from './clock.ts';
import { ExpiringCache } from './expiring-cache.ts';
import { SigningKeys } from './signing-keys.ts';
import { createTokenVerifier } from './verify.ts';

export type AuthenticatorOptions = {
  /** `iss` of callers' tokens, to the letter. */
  readonly issuer: string;
  readonly jwksUri: string;
  /** This API's identifier: what `aud` must be or hold. */
  readonly audience: string;
  /** `null`: `permissions` when the token has it, else `scope`. */
  readonly permissionsClaim: string | null;
  /** At most 60. */
  readonly leewaySeconds?: number;
  readonly clock?: Clock;
  /** Hears of every failed fetch of the issuer's keys. */
  readonly onKeysFailure?: (error: unknown) => void;
};

/** A token came and is not accepted. The description is fit for the client and holds nothing of the token. */
export type InvalidToken = { readonly kind: 'invalid-token'; readonly description: string };

export type Authenticator = AsyncDisposable & {
  /**
   * @param authorization the header's value; `null` where there is none
   * @param deadline when to stop waiting for the issuer's keys
   * @returns at once where the token was seen before, or is none
   */
  authenticate(
    authorization: string | null,
    deadline?: AbortSignal,
  ): Promise<Authentication | InvalidToken> | Authentication | InvalidToken;
  /** Whether the issuer's keys were ever had. */
  ready(): boolean;
};

const scheme = 'Bearer ';

/** Some 5 MB at most: a digest, a caller and a dozen grants each. */
const rememberedTokens = 10_000;

/** Begins to fetch the issuer's keys at once; dispose of it to end that. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { issuer, audience, jwksUri, permissionsClaim, leewaySeconds = 30, clock = systemClock } = options;
  const keys = new SigningKeys({ jwksUri, clock, onFailure: options.onKeysFailure ?? (() => {}) });
  const verify = createTokenVerifier({ issuer, audience, keys, leewaySeconds, clock });
  let remembered = { version: keys.version, callers: new ExpiringCache<Caller>(rememberedTokens) };

  /** Of these keys only. Who still verifies by older ones writes into a cache that nobody reads any more. */
  const rememberedCallers = (): ExpiringCache<Caller> => {
    const { version } = keys;
    if (version !== remembered.version) {
      remembered = { version, callers: new ExpiringCache<Caller>(rememberedTokens) };
    }
    return remembered.callers;
  };

  const judge = async (token: string, callers: ExpiringCache<Caller>, digest: string) => {
    const verdict = await verify(token);
    if (verdict.kind === 'unavailable') return { kind: 'unavailable' } as const;
    if (verdict.kind === 'invalid')
      return { kind: 'invalid-token', description: verdict.description } as const;
    const caller = toCaller(verdict.claims, permissionsClaim);
    callers.set(digest, caller, verdict.until);
    return { kind: 'caller', caller } as const;
  };

  return {
    authenticate(authorization, deadline) {
      const callers = rememberedCallers();
      const knownBy = (digest: string) => callers.get(digest, clock.date().getTime());
      // What is remembered is one bearer token, which need not be found out of a header that is written as usual.
      if (authorization?.startsWith(scheme)) {
        const known = knownBy(digestOf(authorization.slice(scheme.length)));
        if (known !== undefined) return { kind: 'caller', caller: known };
      }
      const bearer = parseBearer(authorization);
      if (bearer.kind === 'none') return { kind: 'anonymous' };
      if (bearer.kind === 'malformed') return { kind: 'invalid-token', description: bearer.description };
      const digest = digestOf(bearer.token);
      const known = knownBy(digest);
      if (known !== undefined) return { kind: 'caller', caller: known };
      const verdict = judge(bearer.token, callers, digest);
      return deadline ? Promise.race([verdict, unavailableAt(deadline)]) : verdict;
    },
    ready: () => keys.loaded,
    [Symbol.asyncDispose]: () => keys[Symbol.asyncDispose](),
  };
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}

function unavailableAt(deadline: AbortSignal): Promise<Authentication> {
  return new Promise((resolve) => {
    const giveUp = () => resolve({ kind: 'unavailable' });
    if (deadline.aborted) giveUp();
    else deadline.addEventListener('abort', giveUp);
  });
}
