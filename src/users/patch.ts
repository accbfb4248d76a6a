import type { UpdateUserField, UpdateUserInput } from '../../schema/update-user-input.ts';
import type { WirePatch } from '../auth0/wire.ts';

/** Auth0's name for each field of an update. What is not named here is never sent. */
export const wireNames = {
  blocked: 'blocked',
  emailVerified: 'email_verified',
  email: 'email',
  phoneNumber: 'phone_number',
  phoneVerified: 'phone_verified',
  userMetadata: 'user_metadata',
  appMetadata: 'app_metadata',
  givenName: 'given_name',
  familyName: 'family_name',
  name: 'name',
  nickname: 'nickname',
  picture: 'picture',
  verifyEmail: 'verify_email',
  verifyPhoneNumber: 'verify_phone_number',
  password: 'password',
  connection: 'connection',
  clientId: 'client_id',
  username: 'username',
} as const satisfies Record<UpdateUserField, keyof WirePatch>;

/** In the order of the contract. */
const allFields = Object.keys(wireNames) as readonly UpdateUserField[];

/** The fields an update speaks of; `undefined` is as good as not being there. */
export function fieldsOf(input: UpdateUserInput): readonly UpdateUserField[] {
  return allFields.filter((field) => input[field] !== undefined);
}

/** Auth0 takes no null for metadata: there, `{}` is what clears all of it. */
export function toWirePatch(input: UpdateUserInput): WirePatch {
  const patch: { -readonly [Attribute in keyof WirePatch]: unknown } = {};
  for (const field of fieldsOf(input)) patch[wireNames[field]] = input[field];
  if (patch.user_metadata === null) patch.user_metadata = {};
  if (patch.app_metadata === null) patch.app_metadata = {};
  return patch as Renamed;
}

/** The input under Auth0's names, and metadata never null: with this, a name given to a field of another type does not compile. */
type Renamed = {
  [Field in UpdateUserField as (typeof wireNames)[Field]]?: Exclude<
    UpdateUserInput[Field],
    undefined | (Field extends 'userMetadata' | 'appMetadata' ? null : never)
  >;
};
