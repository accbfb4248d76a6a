/** Who a verified token speaks for, and what it grants. */

import type { Caller } from '../../schema/context.ts';
import type { Claims } from './verify.ts';

/** @param permissionsClaim the claim that grants; `null`: `permissions` when the token has it, else `scope` */
export function toCaller(claims: Claims, permissionsClaim: string | null): Caller {
  const grantingClaim = permissionsClaim ?? (Object.hasOwn(claims, 'permissions') ? 'permissions' : 'scope');
  return {
    subject: claims.sub,
    kind: isMachine(claims) ? 'machine' : 'user',
    grants: toGrants(claims[grantingClaim]),
    clientId: nonEmpty(claims['azp']) ?? nonEmpty(claims['client_id']),
  };
}

function isMachine(claims: Claims): boolean {
  return claims.sub.endsWith('@clients') || claims['gty'] === 'client-credentials';
}

/** A list (Auth0's `permissions`) or space-separated text (RFC 6749, section 3.3). Anything else grants nothing. */
function toGrants(claim: unknown): ReadonlySet<string> {
  const grants: readonly unknown[] =
    typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return new Set(grants.filter((grant) => typeof grant === 'string' && grant !== '').map(String));
}

function nonEmpty(claim: unknown): string | null {
  return typeof claim === 'string' && claim !== '' ? claim : null;
}
