/** A user after an update. */
import { mergeMetadata } from './metadata.ts';
import { type Account, instantAfter } from './store.ts';
import type { UpdateTarget } from './update-rules.ts';
import { isJsonObject, type JsonObject, textOf, type UserRecord } from './user-record.ts';

/** The account with the body's changes applied, as PATCH /api/v2/users/{id} leaves it. The body is valid. */
export function updated(account: Account, body: JsonObject, target: UpdateTarget): Account {
  const ofIdentity = identityChanges(body, target);
  const changes: JsonObject = {
    ...pick(body, ['blocked', ...profileFields]),
    ...(target.position === 0 ? ofIdentity : {}),
  };
  const hasNewPassword = typeof body['password'] === 'string';
  const user: UserRecord = {
    ...withAttributes(account.user, changes),
    ...(target.position === 0
      ? {}
      : { identities: withProfileData(account.user, target.position, ofIdentity) }),
    ...(hasNewPassword ? { last_password_reset: instantAfter(account.user['last_password_reset']) } : {}),
    updated_at: instantAfter(account.user['updated_at']),
  };
  const password = Object.hasOwn(body, 'password') ? textOf(body['password']) : account.password;
  return { ...account, user: withMetadata(user, body), password };
}

const profileFields = ['given_name', 'family_name', 'name', 'nickname', 'picture'] as const;

/** What belongs to the account that `connection` names: the user's own attributes, or a linked account's. */
function identityChanges(body: JsonObject, { connection }: UpdateTarget): JsonObject {
  const changes = pick(body, ['email', 'email_verified', 'phone_number', 'phone_verified', 'username']);
  const email = textOf(changes['email']);
  const username = textOf(changes['username']);
  return {
    ...changes,
    ...(email !== undefined && connection.kind === 'database' ? { email: email.toLowerCase() } : {}),
    ...(username !== undefined ? { username: username.toLowerCase() } : {}),
  };
}

function withProfileData(user: UserRecord, position: number, changes: JsonObject) {
  return user.identities.map((identity, each) =>
    each === position
      ? { ...identity, profileData: withAttributes(identity.profileData ?? {}, changes) }
      : identity,
  );
}

/** `user_metadata` stays as `{}` once it is empty, `app_metadata` is left out: so does Auth0. */
function withMetadata(user: UserRecord, body: JsonObject): UserRecord {
  const { user_metadata: userChange, app_metadata: appChange } = body;
  const after: { [attribute: string]: unknown } = {};
  if (isJsonObject(userChange))
    after['user_metadata'] = mergeMetadata(objectOf(user['user_metadata']), userChange);
  if (!isJsonObject(appChange)) return { ...user, ...after };
  const appMetadata = mergeMetadata(objectOf(user['app_metadata']), appChange);
  const { app_metadata: _, ...rest } = user;
  const isEmpty = Object.keys(appMetadata).length === 0;
  return { ...(rest as UserRecord), ...after, ...(isEmpty ? {} : { app_metadata: appMetadata }) };
}

/** With the attributes set, and those removed whose new value is null. */
function withAttributes<T extends JsonObject>(before: T, changes: JsonObject): T {
  const removed = (attribute: string) => changes[attribute] === null;
  const entries = Object.entries({ ...before, ...changes }).filter(([attribute]) => !removed(attribute));
  return Object.fromEntries(entries) as T;
}

function pick(from: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(from, key)).map((key) => [key, from[key]]));
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
