/**
 * Who may do what: the one place that decides it. Nothing is allowed that is not allowed here.
 *
 * Every path to a user passes through these functions before anything is read or written, so that whoever may not
 * know learns nothing, not even whether the user exists.
 */
import type { Authentication, Caller } from './context.ts';
import { ClientError } from './errors.ts';
import type { UpdateUserField } from './update-user-input.ts';

/** Which fields of a user may be read: all of them, or those named. */
export type Readable = 'everything' | ReadonlySet<string>;

/** @throws UNAUTHENTICATED, or IDP_UNAVAILABLE where the caller's token cannot be judged. */
export function assertCaller(authentication: Authentication): Caller {
  if (authentication.kind === 'caller') return authentication.caller;
  if (authentication.kind === 'unavailable')
    throw new ClientError(
      'IDP_UNAVAILABLE',
      'The keys to verify your access token with cannot be had at the moment.',
    );
  throw new ClientError(
    'UNAUTHENTICATED',
    'Expected an access token: send the header "Authorization: Bearer <token>".',
  );
}

/** The caller's own user, where the caller has one. */
export function ownUserId(caller: Caller): string | null {
  return caller.kind === 'user' ? caller.subject : null;
}

/** @throws FORBIDDEN where the caller may read nothing of that user. */
export function assertReadable(caller: Caller, id: string, publicFields: ReadonlySet<string>): Readable {
  if (caller.grants.has('read:users') || id === ownUserId(caller)) return 'everything';
  // Where some fields are public, so is who exists.
  if (publicFields.size > 0) return new Set([...publicFields, 'id']);
  throw new ClientError('FORBIDDEN', 'You may not read this user.');
}

/** @throws FORBIDDEN where the caller may not find users by anything but their id. */
export function assertMaySearch(caller: Caller): void {
  if (!caller.grants.has('read:users'))
    throw new ClientError('FORBIDDEN', 'You may not search users: that takes the permission read:users.');
}

/** @throws FORBIDDEN where the field is not among those readable. */
export function assertFieldReadable(readable: Readable, field: string): void {
  if (readable !== 'everything' && !readable.has(field))
    throw new ClientError('FORBIDDEN', `You may not read ${field} of this user.`);
}

/** @throws FORBIDDEN unless the caller may see what identity providers entrusted to this user's identities. */
export function assertIdpTokensReadable(caller: Caller, readable: Readable): void {
  if (readable !== 'everything' || !caller.grants.has('read:user_idp_tokens'))
    throw new ClientError(
      'FORBIDDEN',
      'You may not read tokens: that takes the permission read:user_idp_tokens.',
    );
}

/**
 * One input field that is not allowed refuses the whole update, and every such field is named.
 *
 * @throws FORBIDDEN with the extension `inputFields`.
 */
export function assertMayUpdate(
  caller: Caller,
  id: string,
  input: { readonly [Field in UpdateUserField]?: unknown },
): void {
  const grants = grantsOn(caller, id);
  const inputFields = (Object.keys(input) as UpdateUserField[]).filter(
    (field) => !grantsThatUpdate[field].some((grant) => grants.has(grant)),
  );
  if (grants.size === 0 || inputFields.length > 0)
    throw new ClientError('FORBIDDEN', 'You may not update this user in this way.', { inputFields });
}

/** Any of them allows some update of some user. */
export const updateGrants = [
  'update:users',
  'update:users_app_metadata',
  'update:current_user',
  'update:current_user_metadata',
] as const;
type UpdateGrant = (typeof updateGrants)[number];

const admin: readonly UpdateGrant[] = ['update:users'];
const profile: readonly UpdateGrant[] = ['update:users', 'update:current_user'];

/** Any one of the grants suffices. A new input field does not compile before it stands here. */
const grantsThatUpdate: { readonly [Field in UpdateUserField]-?: readonly UpdateGrant[] } = {
  blocked: admin,
  emailVerified: admin,
  email: admin,
  phoneNumber: admin,
  phoneVerified: admin,
  userMetadata: ['update:users', 'update:current_user', 'update:current_user_metadata'],
  appMetadata: ['update:users', 'update:users_app_metadata'],
  givenName: profile,
  familyName: profile,
  name: profile,
  nickname: profile,
  picture: profile,
  verifyEmail: admin,
  verifyPhoneNumber: admin,
  password: admin,
  connection: admin,
  clientId: admin,
  username: admin,
};

/** The update grants that hold for this user: those for every user, and on one's own those for oneself. */
function grantsOn(caller: Caller, id: string): ReadonlySet<string> {
  const own = id === ownUserId(caller);
  const held: UpdateGrant[] = [];
  for (const grant of ['update:users', 'update:users_app_metadata'] as const)
    if (caller.grants.has(grant)) held.push(grant);
  for (const grant of ['update:current_user', 'update:current_user_metadata'] as const)
    if (own && caller.grants.has(grant)) held.push(grant);
  return new Set(held);
}
