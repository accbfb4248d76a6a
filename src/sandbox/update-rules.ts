/**
 * Why a well-formed update of a user is refused: fields that cannot be sent together, and what the user's connection
 * does not allow. One refusal at a time, the first that applies.
 * https://auth0.com/docs/api/management/v2/users/patch-users-by-id
 */
import type { Connection, ConnectionKind } from './connections.ts';
import { badRequest } from './errors.ts';
import { assertPassword } from './password-policy.ts';
import type { Store } from './store.ts';
import { type IdentityRecord, type JsonObject, textOf, type UserRecord } from './user-record.ts';

/** The account an update is about: its position among the user's identities, and where it comes from. */
export type UpdateTarget = { readonly position: number; readonly connection: Connection };

/** @throws ApiError 400 */
export function assertUpdatable(user: UserRecord, body: JsonObject, store: Store): UpdateTarget {
  assertNoForbiddenPair(body);
  const target = targetOf(user, textOf(body['connection']), store);
  assertProfileUpdatable(body, target);
  assertCredentialsUpdatable(body, target);
  assertUsername(user, body, target, store);
  assertEmailFree(user, body, target, store);
  if (typeof body['password'] === 'string') assertPassword(body['password']);
  return target;
}

const forbiddenPairs = [
  ['password', 'email'],
  ['password', 'email_verified'],
  ['username', 'email'],
  ['username', 'email_verified'],
  ['username', 'password'],
] as const;

function assertNoForbiddenPair(body: JsonObject): void {
  const pair = forbiddenPairs.find((fields) => fields.every((field) => Object.hasOwn(body, field)));
  if (pair) throw badRequest(`Cannot update ${pair[0]} and ${pair[1]} simultaneously.`);
}

function targetOf(user: UserRecord, connectionName: string | undefined, store: Store): UpdateTarget {
  if (connectionName !== undefined && !store.connections.has(connectionName)) {
    throw badRequest('Connection does not exist.');
  }
  const position =
    connectionName === undefined
      ? 0
      : user.identities.findIndex(({ connection }) => connection === connectionName);
  const identity: IdentityRecord | undefined = user.identities[position];
  const connection = identity && store.connectionOf(identity);
  if (!connection) throw badRequest('Connection is not supported for this operation.');
  return { position, connection };
}

/** In the order Auth0 lists them. */
const profileFields = ['family_name', 'given_name', 'name', 'nickname', 'picture'] as const;

function assertProfileUpdatable(body: JsonObject, { position, connection }: UpdateTarget): void {
  const updated = profileFields.filter((field) => Object.hasOwn(body, field));
  if (updated.length === 0) return;
  if (position > 0) {
    throw badRequest(
      `The following user attributes cannot be updated: ${updated.join(', ')}. The specified connection belongs to a secondary identity.`,
    );
  }
  if (connection.syncsAtLogin) {
    throw badRequest(
      `The following user attributes cannot be updated: ${updated.join(', ')}. The connection (${connection.name}) must either be a database connection (using the Auth0 store), a passwordless connection (email or sms) or has disabled 'Sync user profile attributes at each login'. For more information, see https://auth0.com/docs/dashboard/guides/connections/configure-connection-sync`,
      'operation_not_supported',
    );
  }
  const removed = updated.filter((field) => body[field] === null);
  if (removed.length > 0 && !removable.has(connection.kind)) {
    throw badRequest(
      `The following user attributes cannot be removed: ${removed.join(', ')}. The connection (${connection.name}) must either be a custom database connection with import mode disabled, a social or enterprise connection.`,
    );
  }
}

const removable: ReadonlySet<ConnectionKind> = new Set(['custom-database', 'social', 'enterprise']);

function assertCredentialsUpdatable(body: JsonObject, { connection }: UpdateTarget): void {
  const updates = (field: string) => Object.hasOwn(body, field);
  const isDatabase = connection.kind === 'database' || connection.kind === 'custom-database';
  if (updates('email') && !isDatabase) throw badRequest('Cannot update email for non-database user.');
  if ((updates('email') || updates('password')) && !connection.enabled) {
    throw badRequest('Cannot change email or password for users in a disabled connection.');
  }
  if (updates('email_verified') && (connection.kind === 'enterprise' || connection.strategy === 'sms')) {
    throw badRequest('Email verification is not supported for enterprise users.');
  }
  const isPhone = connection.strategy === 'sms' || isDatabase;
  if (
    ((updates('password') || updates('username')) && !isDatabase) ||
    ((updates('phone_number') || updates('phone_verified')) && !isPhone)
  ) {
    throw badRequest('Connection is not supported for this operation.');
  }
}

function assertUsername(user: UserRecord, body: JsonObject, target: UpdateTarget, store: Store): void {
  if (!Object.hasOwn(body, 'username')) return;
  if (textOf(attributesOfTarget(user, target)['username']) === undefined) {
    throw badRequest('Cannot update username for users without an username already set.');
  }
  const username = textOf(body['username']);
  if (username !== undefined && store.isTaken('username', username, target.connection.name, user.user_id)) {
    throw badRequest('The username provided is in use already.');
  }
}

function assertEmailFree(
  user: UserRecord,
  body: JsonObject,
  { connection }: UpdateTarget,
  store: Store,
): void {
  const email = textOf(body['email']);
  if (email !== undefined && store.isTaken('email', email, connection.name, user.user_id)) {
    throw badRequest('The specified new email already exists', 'auth0_idp_error');
  }
}

function attributesOfTarget(user: UserRecord, { position }: UpdateTarget): JsonObject {
  return position === 0 ? user : (user.identities[position]?.profileData ?? {});
}
