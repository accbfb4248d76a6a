/** The tenant's key: what it signs access tokens with, and what tells its own tokens from others. */
import {
  type CryptoKey,
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';

export type Signing = {
  readonly jwks: JSONWebKeySet;
  sign(claims: JWTPayload): Promise<string>;
  /** @throws an error of jose that says what is wrong with the token. */
  verify(token: string, audience: string): Promise<JWTPayload>;
};

export const tokenLifetimeSeconds = 86_400;

/** Made once at start. */
export type SigningKey = {
  readonly privateKey: CryptoKey;
  readonly kid: string;
  readonly jwks: JSONWebKeySet;
};

export async function generateSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { privateKey, kid, jwks: { keys: [{ ...jwk, kid, use: 'sig', alg: 'RS256' }] } };
}

export function createSigning({ privateKey, kid, jwks }: SigningKey, issuer: string): Signing {
  const keySet = createLocalJWKSet(jwks);
  return {
    jwks,
    sign(claims) {
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
        .setIssuer(issuer)
        .setIssuedAt()
        .setExpirationTime(`${tokenLifetimeSeconds}s`)
        .sign(privateKey);
    },
    async verify(token, audience) {
      const { payload } = await jwtVerify(token, keySet, { issuer, audience, algorithms: ['RS256'] });
      return payload;
    },
  };
}
