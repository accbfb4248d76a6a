import type { WireObject, WirePatch, WireUser } from '../auth0/wire.ts';
import { type Account, toAccounts } from './accounts.ts';
import { toJsonObject } from './narrow.ts';

/**
 * The user as Auth0 would answer after this patch, but for `updated_at`. Metadata is merged at its first level: a key's
 * null deletes it, `{}` clears all of it. Any other attribute is replaced, and unset by null.
 */
export function predict(user: WireUser, patch: WirePatch): WireUser {
  // What these ask for shows in no attribute of the user.
  const { connection, verify_email, verify_phone_number, password, client_id, ...visible } = patch;
  const { user_metadata, app_metadata, ...attributes } = visible;

  const accounts = toAccounts(user.user_id, user['identities']);
  const account = targetOf(accounts, connection);
  const stored = account?.provider === 'auth0' ? lowerCased(attributes) : attributes;
  const { email, email_verified, phone_number, phone_verified, username, ...profile } = stored;
  const credentials = defined({ email, email_verified, phone_number, phone_verified, username });

  return {
    ...withChanges(user, {
      ...profile,
      ...(account?.isPrimary === false
        ? {
            identities: accounts.map((each) =>
              each === account ? withProfile(each, credentials) : each.wire,
            ),
          }
        : credentials),
      ...(user_metadata && { user_metadata: merged(user['user_metadata'], user_metadata) }),
      ...(app_metadata && { app_metadata: merged(user['app_metadata'], app_metadata) }),
    }),
    user_id: user.user_id,
  };
}

/** The account whose credentials a patch changes: the primary, unless only another one is of the named connection. */
function targetOf(accounts: readonly Account[], connection: string | undefined): Account | undefined {
  return accounts.find((account) => account.connection === connection) ?? accounts[0];
}

function withProfile({ wire }: Account, changes: WireObject): WireObject {
  return { ...wire, profileData: withChanges(toJsonObject(wire['profileData']), changes) };
}

/** Auth0's own store keeps addresses and user names in lower case, however they are written. */
function lowerCased<Attributes extends Pick<WirePatch, 'email' | 'username'>>(
  attributes: Attributes,
): Attributes {
  return {
    ...attributes,
    ...(attributes.email && { email: attributes.email.toLowerCase() }),
    ...(attributes.username && { username: attributes.username.toLowerCase() }),
  };
}

function merged(metadata: unknown, changes: WireObject): WireObject {
  return Object.keys(changes).length === 0 ? {} : withChanges(toJsonObject(metadata), changes);
}

function withChanges(object: WireObject, changes: WireObject): WireObject {
  return Object.fromEntries(
    Object.entries({ ...object, ...changes }).filter(([key]) => changes[key] !== null),
  );
}

function defined(object: WireObject): WireObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
