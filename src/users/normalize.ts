import type { User } from '../../schema/model.ts';
import type { WireUser } from '../auth0/wire.ts';
import { toIdentities } from './identities.ts';
import { toCount, toDateTime, toFlag, toJsonObject, toText, toTexts } from './narrow.ts';

/** The user behind whatever Auth0 sent: a value of an unexpected type is read where it can be, else absent. */
export function toUser(wire: WireUser): User {
  return {
    id: wire.user_id,
    email: toText(wire['email']),
    emailVerified: toFlag(wire['email_verified']),
    username: toText(wire['username']),
    phoneNumber: toText(wire['phone_number']),
    phoneVerified: toFlag(wire['phone_verified']),
    name: toText(wire['name']),
    nickname: toText(wire['nickname']),
    givenName: toText(wire['given_name']),
    familyName: toText(wire['family_name']),
    picture: toText(wire['picture']),
    blocked: toFlag(wire['blocked']) ?? false,
    identities: toIdentities(wire),
    userMetadata: toJsonObject(wire['user_metadata']),
    appMetadata: toJsonObject(wire['app_metadata']),
    multifactor: toTexts(wire['multifactor']),
    lastIp: toText(wire['last_ip']),
    lastLogin: toDateTime(wire['last_login']),
    loginsCount: toCount(wire['logins_count']),
    createdAt: toDateTime(wire['created_at']),
    updatedAt: toDateTime(wire['updated_at']),
  };
}
