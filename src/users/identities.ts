/** Folds every form in which Auth0 sends a user's accounts into one. */

import type { Identity, IdentityProfile, JsonObject, User } from '../../schema/model.ts';
import { providerTokens, type WireObject, type WireUser } from '../auth0/wire.ts';
import { type Account, toAccounts } from './accounts.ts';
import { toFlag, toJsonObject, toText } from './narrow.ts';

/** Primary first, and exactly one primary; `[]` where Auth0 sent no identity at all. */
export function toIdentities(user: WireUser): readonly Identity[] {
  return toAccounts(user.user_id, user['identities']).map((account) => new IdentityOf(user, account));
}

/** The user with all that is else found out when somebody asks for it: for who stores or compares it. */
export function inFull(user: User): User {
  const identities = user.identities.map((identity) => ({ ...identity, profile: identity.profile }));
  return { ...user, identities };
}

/**
 * Its profile is read when somebody asks for it, which few do and which takes longer than all the rest.
 *
 * A class, for an accessor that each object has of its own makes V8 keep its user (src/README.md).
 */
class IdentityOf implements Identity {
  readonly id: string;
  readonly provider: string;
  readonly connection: string;
  readonly userId: string;
  readonly isSocial: boolean;
  readonly isPrimary: boolean;
  readonly #user: WireUser;
  readonly #wire: WireObject;
  #profile: IdentityProfile | undefined;

  constructor(user: WireUser, { id, provider, connection, userId, isSocial, isPrimary, wire }: Account) {
    this.id = id;
    this.provider = provider;
    this.connection = connection;
    this.userId = userId;
    this.isSocial = isSocial;
    this.isPrimary = isPrimary;
    this.#user = user;
    this.#wire = wire;
  }

  get profile(): IdentityProfile {
    return (this.#profile ??= toProfile(
      this,
      toJsonObject(this.#wire['profileData']),
      toJsonObject(this.#user),
    ));
  }
}

/**
 * Auth0 tells the profile of the primary account at the root of the user, and that of the others in `profileData`.
 * The answers to linking and unlinking hold `profileData` for the primary as well.
 */
function toProfile(
  { isPrimary }: Pick<Account, 'isPrimary'>,
  profileData: JsonObject,
  user: JsonObject,
): IdentityProfile {
  return isPrimary
    ? readProfile([user, profileData], {
        ...without(profileData, notAttributes),
        ...without(user, notAttributesOfUser),
      })
    : readProfile([profileData], without(profileData, notAttributes));
}

/** Each field from the first source that has a readable value for it. */
function readProfile(sources: readonly JsonObject[], attributes: JsonObject): IdentityProfile {
  const text = (name: string) => firstOf(sources, name, toText);
  const flag = (name: string) => firstOf(sources, name, toFlag);
  return {
    email: text('email'),
    emailVerified: flag('email_verified'),
    name: text('name'),
    username: text('username'),
    givenName: text('given_name'),
    familyName: text('family_name'),
    nickname: text('nickname'),
    picture: text('picture'),
    phoneNumber: text('phone_number'),
    phoneVerified: flag('phone_verified'),
    attributes,
  };
}

function firstOf<Value>(
  sources: readonly JsonObject[],
  name: string,
  read: (value: unknown) => Value | null,
): Value | null {
  for (const source of sources) {
    const value = read(source[name]);
    if (value !== null) return value;
  }
  return null;
}

/** A copy in which even `__proto__` is a key like any other. */
function without(object: JsonObject, names: ReadonlySet<string>): JsonObject {
  const left = Object.keys(object).filter((name) => !names.has(name));
  return Object.fromEntries(left.map((name) => [name, object[name] ?? null]));
}

/** They have fields of their own, or are the provider's tokens, which are no part of a profile. */
const notAttributes: ReadonlySet<string> = new Set([
  ...providerTokens,
  'email',
  'email_verified',
  'name',
  'username',
  'given_name',
  'family_name',
  'nickname',
  'picture',
  'phone_number',
  'phone_verified',
]);

/** What Auth0 itself keeps at the root of a user (Auth0 docs, "User Profile Structure"): no provider sent it. */
const userFields: ReadonlySet<string> = new Set([
  'app_metadata',
  'blocked',
  'blocked_for',
  'clientID',
  'created_at',
  'global_client_id',
  'guardian_authenticators',
  'identities',
  'last_ip',
  'last_login',
  'last_password_reset',
  'logins_count',
  'multifactor',
  'multifactor_last_modified',
  'passkeys',
  'tenant',
  'updated_at',
  'user_id',
  'user_metadata',
]);

const notAttributesOfUser: ReadonlySet<string> = new Set([...notAttributes, ...userFields]);
