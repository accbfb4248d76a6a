/** A user as it is sent: without the identity providers' tokens unless those were granted, and only the wanted fields. */
import type { Access } from './access.ts';
import type { IdentityRecord, JsonObject, UserRecord } from './user-record.ts';

export type Selection = { readonly fields?: string; readonly include_fields?: boolean };

export function viewOf(user: UserRecord, access: Access, selection: Selection = {}): JsonObject {
  const identities = access.scopes.has('read:user_idp_tokens')
    ? user.identities
    : user.identities.map(withoutTokens);
  return select({ ...user, identities }, selection);
}

function withoutTokens(identity: IdentityRecord): JsonObject {
  const {
    access_token: _,
    access_token_secret: __,
    refresh_token: ___,
    expires_in: ____,
    ...rest
  } = identity;
  return rest;
}

function select(user: JsonObject, { fields, include_fields: isIncluded = true }: Selection): JsonObject {
  if (!fields) return user;
  const named = new Set(fields.split(','));
  return Object.fromEntries(
    Object.entries(user).filter(([attribute]) => named.has(attribute) === isIncluded),
  );
}
