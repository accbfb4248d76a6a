/**
 * Whether a token is an access token for us, from our issuer, now (RFC 8725, RFC 9068).
 * Headers that bring or point to a key (`jwk`, `jku`, `x5c`, `x5u`) are never looked at.
 */

import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from './clock.ts';
import { KeysUnavailable, type SigningKeys } from './signing-keys.ts';

export type TokenVerifierOptions = {
  /** `iss`, to the letter. */
  readonly issuer: string;
  /** What `aud` must be or hold. */
  readonly audience: string;
  readonly keys: Pick<SigningKeys, 'find'>;
  /** How far the issuer's clock may be off; at most 60. */
  readonly leewaySeconds: number;
  readonly clock: Clock;
};

export type TokenVerifier = (token: string) => Promise<Verdict>;

type Verdict =
  /** `until`: when it stops being valid by itself, in milliseconds since 1970. */
  | { readonly kind: 'valid'; readonly claims: Claims; readonly until: number }
  /** The description holds nothing of the token. */
  | { readonly kind: 'invalid'; readonly description: string }
  | { readonly kind: 'unavailable' };

export type Claims = JWTPayload & { readonly sub: string; readonly exp: number; readonly iat: number };

/** None of them lets a published key serve as the secret that signs. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Auth0 gives no access token a longer life: one that claims to live on was not meant to. */
const longestLifeSeconds = 30 * 24 * 60 * 60;

export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { issuer, audience, keys, leewaySeconds, clock } = options;
  if (!(leewaySeconds >= 0 && leewaySeconds <= 60)) {
    throw new RangeError(`expected a leeway of 0 to 60 seconds, got ${leewaySeconds}`);
  }
  return async (token) => {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, (header) => keys.find(header), {
        algorithms,
        issuer,
        audience,
        requiredClaims: ['exp', 'sub'],
        maxTokenAge: longestLifeSeconds,
        clockTolerance: leewaySeconds,
        currentDate: clock.date(),
      });
      if (!isAccessTokenType(protectedHeader.typ)) return invalid('the token is not an access token');
      if (!hasSubject(payload)) return invalid('the sub claim is malformed');
      const end = Math.min(payload.exp, payload.iat + longestLifeSeconds);
      return { kind: 'valid', claims: payload, until: (end + leewaySeconds) * 1000 };
    } catch (error) {
      if (error instanceof KeysUnavailable) return { kind: 'unavailable' };
      return invalid(describe(error));
    }
  };
}

/** `JWT` and nothing are what most issuers say; other types, such as `logout+jwt`, are tokens of another purpose. */
function isAccessTokenType(typ: unknown): boolean {
  if (typ === undefined) return true;
  return typeof typ === 'string' && /^(application\/)?(at\+)?jwt$/i.test(typ);
}

function hasSubject(payload: JWTPayload): payload is Claims {
  return typeof payload.sub === 'string' && payload.sub !== '';
}

function invalid(description: string): Verdict {
  return { kind: 'invalid', description };
}

/** In our own words: jose's messages and causes may quote the token. Rethrows what is no verdict on a token. */
function describe(error: unknown): string {
  if (error instanceof errors.JWTExpired)
    return error.claim === 'iat' ? 'the token was issued too long ago' : 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return `the token has no ${error.claim} claim`;
    if (error.claim === 'aud') return 'the token is for another audience';
    if (error.claim === 'iss') return 'the token is from another issuer';
    if (error.reason === 'check_failed') return 'the token is not valid yet';
    return `the ${error.claim} claim is malformed`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the algorithm of the token is not accepted';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the token is signed with an unknown key';
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return 'the token does not say which key it is signed with';
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return 'the signature of the token does not fit';
  if (error instanceof errors.JOSEError) return 'the token is malformed';
  throw error;
}
