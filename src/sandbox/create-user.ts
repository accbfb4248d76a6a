/** A new user: what may be created where, and what Auth0 fills in by itself. */
import { createHash, randomBytes } from 'node:crypto';
import type { Connection } from './connections.ts';
import { ApiError, badRequest } from './errors.ts';
import { assertPassword } from './password-policy.ts';
import type { Account, Store } from './store.ts';
import { type JsonObject, textOf, type UserRecord } from './user-record.ts';
import { invalid, payload } from './validation.ts';

/**
 * The account that POST /api/v2/users makes of a valid body.
 *
 * @throws ApiError 400, 409
 */
export function created(body: JsonObject, store: Store): Account {
  const connection = store.connections.get(textOf(body['connection']) ?? '');
  if (!connection) throw badRequest('The connection does not exist.', 'inexistent_connection');
  assertComplete(body, connection);
  const password = textOf(body['password']);
  if (password !== undefined) assertPassword(password);
  const user = newUser(body, connection);
  assertFree(user, connection, store);
  return { user, password, permissions: [] };
}

/** What each kind of connection needs to know of a user. */
function assertComplete(body: JsonObject, connection: Connection): void {
  const isDatabase = connection.kind === 'database' || connection.kind === 'custom-database';
  if (!isDatabase && connection.kind !== 'passwordless') {
    throw badRequest('Connection is not supported for this operation.');
  }
  const required = isDatabase
    ? ['email', 'password']
    : [connection.strategy === 'sms' ? 'phone_number' : 'email'];
  const missing = required.filter((property) => !Object.hasOwn(body, property));
  if (missing.length > 0) {
    const texts = missing.map((property) => `${payload.title}: 'Missing required property: ${property}'.`);
    throw invalid(payload, ...texts);
  }
}

function newUser(body: JsonObject, connection: Connection): UserRecord {
  const { connection: _, password: __, verify_email: ___, user_id: givenId, ...given } = body;
  const bareId = textOf(givenId) || randomBytes(12).toString('hex');
  const email = emailOf(body, connection);
  const username = textOf(body['username'])?.toLowerCase();
  const phoneNumber = textOf(body['phone_number']);
  const now = new Date().toISOString();
  const name = textOf(body['name']) ?? email ?? phoneNumber ?? '';
  return {
    created_at: now,
    ...(email === undefined ? {} : { email_verified: false }),
    name,
    ...nicknameOf(email),
    ...pictureOf(email, name, connection),
    ...withoutEmptyAppMetadata(given),
    ...(email === undefined ? {} : { email }),
    ...(username === undefined ? {} : { username }),
    identities: [
      {
        connection: connection.name,
        user_id: bareId,
        provider: connection.strategy,
        isSocial: connection.kind === 'social',
      },
    ],
    updated_at: now,
    user_id: `${connection.strategy}|${bareId}`,
  };
}

/** Auth0's own store keeps e-mail addresses in lower case. */
function emailOf(body: JsonObject, connection: Connection): string | undefined {
  const email = textOf(body['email']);
  return connection.kind === 'database' ? email?.toLowerCase() : email;
}

function nicknameOf(email: string | undefined): JsonObject {
  return email === undefined ? {} : { nickname: email.slice(0, email.lastIndexOf('@')) };
}

function pictureOf(email: string | undefined, name: string, connection: Connection): JsonObject {
  if (connection.strategy === 'email') return {};
  if (email === undefined) return { picture: 'https://cdn.auth0.com/avatars/default.png' };
  const hash = createHash('md5').update(email.toLowerCase()).digest('hex');
  const letters = encodeURIComponent(name.slice(0, 2).toLowerCase());
  const fallback = encodeURIComponent(`https://cdn.auth0.com/avatars/${letters}.png`);
  return { picture: `https://s.gravatar.com/avatar/${hash}?s=480&r=pg&d=${fallback}` };
}

/** Of the two kinds of metadata only `user_metadata` is kept when it is empty. */
function withoutEmptyAppMetadata(given: JsonObject): JsonObject {
  const { app_metadata: appMetadata, ...rest } = given;
  return appMetadata && Object.keys(appMetadata).length > 0 ? given : rest;
}

function assertFree(user: UserRecord, connection: Connection, store: Store): void {
  const email = textOf(user['email']);
  const username = textOf(user['username']);
  if (
    store.get(user.user_id) ||
    (email !== undefined && store.isTaken('email', email, connection.name)) ||
    (connection.strategy === 'sms' &&
      store.isTaken('phone_number', textOf(user['phone_number']) ?? '', connection.name))
  ) {
    throw new ApiError(409, 'The user already exists.', 'auth0_idp_error');
  }
  if (username !== undefined && store.isTaken('username', username, connection.name)) {
    throw badRequest('The username provided is in use already.');
  }
}
