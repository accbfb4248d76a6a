/** What Auth0 sends and takes, in its own words. */

import { Auth0Fault } from './errors.ts';

/**
 * A user as the Management API sends it: only the id is sure, everything else may be absent or of another type.
 * `identities` is an array of objects where it is there. No provider token is in it.
 */
export type WireUser = { readonly user_id: string; readonly [attribute: string]: unknown };

/** One account of a user. A `user_id` that was sent as a number is the string of its digits. */
export type WireIdentity = WireObject;

/** The body of PATCH /api/v2/users/{id}. */
export type WirePatch = {
  readonly blocked?: boolean;
  readonly email_verified?: boolean;
  readonly email?: string | null;
  readonly phone_number?: string | null;
  readonly phone_verified?: boolean;
  readonly user_metadata?: WireObject;
  readonly app_metadata?: WireObject;
  readonly given_name?: string | null;
  readonly family_name?: string | null;
  readonly name?: string | null;
  readonly nickname?: string | null;
  readonly picture?: string | null;
  readonly verify_email?: boolean;
  readonly verify_phone_number?: boolean;
  readonly password?: string | null;
  readonly connection?: string;
  readonly client_id?: string;
  readonly username?: string | null;
};

export type WireObject = { readonly [key: string]: unknown };

export type WireToken = {
  readonly accessToken: string;
  /** Counted from when it was asked for. */
  readonly lifetimeMs: number;
};

/** The one user that was asked for. */
export function parseUser(value: unknown, id: string): WireUser {
  return withoutTokens(userOf(value, id));
}

export function parseUsers(value: unknown): WireUser[] {
  if (!Array.isArray(value)) throw unexpected('an array of users');
  return value.map((user: unknown) => withoutTokens(userOf(user)));
}

/** The answer of GET /api/v2/users with `include_totals=true`. */
export function parseUserPage(value: unknown): { users: WireUser[]; total: number } {
  if (!isObject(value)) throw unexpected('a page of users');
  const { users, total } = value;
  if (typeof total !== 'number' || !Number.isSafeInteger(total) || total < 0) throw unexpected('a total');
  return { users: parseUsers(users), total };
}

/** The identities of the one user that was asked for, with what their providers entrusted to Auth0. */
export function parseIdpTokens(value: unknown, id: string): WireIdentity[] {
  return identitiesOf(userOf(value, id));
}

/** The answer of POST /oauth/token. */
export function parseToken(value: unknown): WireToken {
  if (!isObject(value)) throw unexpected('a token');
  const { access_token: accessToken, expires_in: seconds, token_type: type } = value;
  // RFC 6750 §2.1: nothing else fits into an Authorization header.
  if (typeof accessToken !== 'string' || !/^[\w.~+/-]+=*$/.test(accessToken))
    throw unexpected('an access_token');
  if (typeof seconds !== 'number' || !(seconds >= 1)) throw unexpected('an expires_in of a second or more');
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') throw unexpected('the token_type Bearer');
  return { accessToken, lifetimeMs: seconds * 1_000 };
}

export function isObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What identity providers entrust to Auth0, as the Management API names it. */
export const providerTokens: ReadonlySet<string> = new Set([
  'access_token',
  'access_token_secret',
  'refresh_token',
  'id_token',
  'expires_in',
]);

function userOf(value: unknown, id?: string): WireUser {
  if (!isUser(value)) throw unexpected('a user with a user_id');
  if (id !== undefined && value.user_id !== id) throw unexpected('the user that was asked for');
  return value;
}

function isUser(value: unknown): value is WireUser {
  return isObject(value) && typeof value['user_id'] === 'string' && value['user_id'] !== '';
}

/** The user itself, where there is nothing to leave out or to put in order. */
function withoutTokens(user: WireUser): WireUser {
  const attributes = omitTokens(user);
  const sent: unknown = user['identities'];
  if (Array.isArray(sent)) {
    const identities = identitiesOf(user).map(omitTokens);
    const isAsSent = identities.length === sent.length && identities.every((one, at) => one === sent[at]);
    return attributes === user && isAsSent ? user : { ...attributes, user_id: user.user_id, identities };
  }
  const { identities: _, ...others } = attributes;
  return { ...others, user_id: user.user_id };
}

/** Provider tokens stay where they are expected, in the identity itself, and nowhere beside. */
function identitiesOf({ identities }: WireUser): WireIdentity[] {
  if (!Array.isArray(identities)) return [];
  return identities.filter(isObject).map((identity) => {
    const { user_id: id, profileData } = identity;
    const isNumeric = typeof id === 'number';
    const profile = isObject(profileData) ? omitTokens(profileData) : profileData;
    if (!isNumeric && profile === profileData) return identity;
    return {
      ...identity,
      ...(isNumeric && { user_id: String(id) }),
      ...(isObject(profile) && { profileData: profile }),
    };
  });
}

/** The object itself, where it holds none. */
function omitTokens(object: WireObject): WireObject {
  for (const key in object)
    if (providerTokens.has(key))
      return Object.fromEntries(Object.entries(object).filter(([name]) => !providerTokens.has(name)));
  return object;
}

/** `expected` says what was looked for; what arrived stays out, for it may hold anything. */
function unexpected(expected: string): Auth0Fault {
  return new Auth0Fault('bad_response', `Auth0's answer is not ${expected}`, { outcome: 'unknown' });
}
