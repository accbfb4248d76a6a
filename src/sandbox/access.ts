/** Who calls the Management API and what they may do there, from their bearer token. */
import { errors } from 'jose';
import { ApiError, forbidden } from './errors.ts';
import type { Signing } from './signing.ts';

export type Access = {
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
};

/** @throws ApiError 400 or 401 */
export async function authenticate(
  authorization: string | undefined,
  signing: Signing,
  audience: string,
): Promise<Access> {
  if (!authorization) throw new ApiError(401, 'Missing authentication');
  const [, token] = /^Bearer ([^\s]+)$/i.exec(authorization) ?? [];
  if (!token) throw new ApiError(400, 'Bad HTTP authentication header format', 'Bearer');
  try {
    const { sub = '', scope } = await signing.verify(token, audience);
    return { subject: sub, scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []) };
  } catch (error) {
    throw refusal(error);
  }
}

/** @throws ApiError 403 unless one of the scopes was granted. */
export function assertScope(access: Access, anyOf: readonly string[]): void {
  if (anyOf.some((scope) => access.scopes.has(scope))) return;
  throw forbidden(`Insufficient scope, expected any of: ${anyOf.join(',')}`, 'insufficient_scope');
}

/**
 * Grants of the form `…:current_user…` reach the token's own user and nobody else.
 *
 * @throws ApiError 403 for another user, unless one of the `tenantWide` scopes was granted.
 */
export function assertReach(access: Access, userId: string, tenantWide: readonly string[]): void {
  if (access.subject === userId || tenantWide.some((scope) => access.scopes.has(scope))) return;
  throw forbidden('User to be acted on does not match subject in bearer token.', 'unowned_resource');
}

function refusal(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) {
    const message = 'Expired token received for JSON Web Token validation';
    return new ApiError(401, message, undefined, { error: message });
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return new ApiError(401, 'Invalid signature received for JSON Web Token validation');
  }
  return error instanceof errors.JOSEError ? new ApiError(401, 'Invalid token') : error;
}
