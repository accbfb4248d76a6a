/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What to change. An omitted field is left alone, and no field has a default. Never together: password and email, password and emailVerified, username and email, username and emailVerified, username and password. */
export type UpdateUserInput = {
  /** What applications keep about the user. Merged at the first level: a key's null deletes it, nested objects and arrays are replaced whole. null clears all of it; {} is refused; names that Auth0 keeps to itself, such as "identities", are refused at the first level. At most 10240 bytes of compact JSON (UTF-8), 10 levels and 1000 values; no first-level key with "." or "$"; integers beyond 2^53 are refused. Omitted: left alone. */
  appMetadata?: { [key: string]: unknown } | null | undefined;
  /** Whether the user is barred from signing in. Does not lift brute-force blocks. Omitted: left alone; null is refused. */
  blocked?: boolean | null | undefined;
  /** The application in whose name mails and text messages about a new e-mail or phone number are sent. At least 1 character (Unicode code point). Omitted: left alone; null is refused. */
  clientId?: string | null | undefined;
  /** The connection whose identity is meant, where it is not the primary. Changes nothing on its own. At least 1 character (Unicode code point). Omitted: left alone; null is refused. */
  connection?: string | null | undefined;
  /** The e-mail address, forwarded as given; Auth0 saves it in lower case in its own store. Format email. Omitted: left alone; null: unset. */
  email?: string | null | undefined;
  /** Whether the e-mail address counts as verified. `false` sends no mail by itself. Omitted: left alone; null is refused. */
  emailVerified?: boolean | null | undefined;
  /** The family name(s). 1 to 150 characters (Unicode code points). Omitted: left alone; null: unset. */
  familyName?: string | null | undefined;
  /** The given name(s). 1 to 150 characters (Unicode code points). Omitted: left alone; null: unset. */
  givenName?: string | null | undefined;
  /** The full name. 1 to 300 characters (Unicode code points). Omitted: left alone; null: unset. */
  name?: string | null | undefined;
  /** The preferred nickname or alias. 1 to 300 characters (Unicode code points). Omitted: left alone; null: unset. */
  nickname?: string | null | undefined;
  /** The new password; the connection's password policy decides whether it is strong enough. At least 1 character (Unicode code point). Omitted: left alone; null: unset. */
  password?: string | null | undefined;
  /** The phone number, as E.164 recommends. For users of SMS connections. Matches `^\+[0-9]{1,15}$`. Omitted: left alone; null: unset. */
  phoneNumber?: string | null | undefined;
  /** Whether the phone number counts as verified. Omitted: left alone; null is refused. */
  phoneVerified?: boolean | null | undefined;
  /** Address of the picture. The gateway never fetches it: whoever shows it must not trust it. Format strict-uri. Omitted: left alone; null: unset. */
  picture?: string | null | undefined;
  /** What the user may change about themselves. Merged at the first level: a key's null deletes it, nested objects and arrays are replaced whole. null clears all of it; {} is refused. At most 10240 bytes of compact JSON (UTF-8), 10 levels and 1000 values; no first-level key with "." or "$"; integers beyond 2^53 are refused. Omitted: left alone. */
  userMetadata?: { [key: string]: unknown } | null | undefined;
  /** The user name, where the connection uses them; the connection may set closer limits. 1 to 128 characters (Unicode code points). Omitted: left alone; null: unset. */
  username?: string | null | undefined;
  /** Whether to send a verification mail; overrides what `emailVerified` implies. Omitted: left alone; null is refused. */
  verifyEmail?: boolean | null | undefined;
  /** Whether to send a verification text message. SMS connections only. Omitted: left alone; null is refused. */
  verifyPhoneNumber?: boolean | null | undefined;
};

export type ProfileQueryVariables = Exact<{ [key: string]: never; }>;


export type ProfileQuery = { me: { id: string, email: string | null, name: string | null, nickname: string | null, givenName: string | null, familyName: string | null, picture: string | null, userMetadata: { [key: string]: unknown }, updatedAt: string | null, identities: Array<{ id: string, provider: string, connection: string, isSocial: boolean, isPrimary: boolean, profile: { name: string | null, email: string | null, phoneNumber: string | null } }> } | null };

export type ProfileFragment = { id: string, email: string | null, name: string | null, nickname: string | null, givenName: string | null, familyName: string | null, picture: string | null, userMetadata: { [key: string]: unknown }, updatedAt: string | null };

export type SaveProfileMutationVariables = Exact<{
  id: string | number;
  input: UpdateUserInput;
  ifUnmodifiedSince?: string | null | undefined;
}>;


export type SaveProfileMutation = { updateUser:
    | { __typename: 'InvalidUserInput', message: string, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'UpdateRejected', message: string, fields: Array<string> }
    | { __typename: 'UpdateUserSuccess', changedFields: Array<string>, user: { id: string, email: string | null, name: string | null, nickname: string | null, givenName: string | null, familyName: string | null, picture: string | null, userMetadata: { [key: string]: unknown }, updatedAt: string | null } }
    | { __typename: 'UserConflict', message: string, current: { id: string, email: string | null, name: string | null, nickname: string | null, givenName: string | null, familyName: string | null, picture: string | null, userMetadata: { [key: string]: unknown }, updatedAt: string | null } }
    | { __typename: 'UserNotFound', message: string }
   | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ProfileFragmentDoc = new TypedDocumentString(`
    fragment Profile on User {
  id
  email
  name
  nickname
  givenName
  familyName
  picture
  userMetadata
  updatedAt
}
    `, {"fragmentName":"Profile"}) as unknown as TypedDocumentString<ProfileFragment, unknown>;
export const ProfileDocument = new TypedDocumentString(`
    query Profile {
  me {
    ...Profile
    identities {
      id
      provider
      connection
      isSocial
      isPrimary
      profile {
        name
        email
        phoneNumber
      }
    }
  }
}
    fragment Profile on User {
  id
  email
  name
  nickname
  givenName
  familyName
  picture
  userMetadata
  updatedAt
}`) as unknown as TypedDocumentString<ProfileQuery, ProfileQueryVariables>;
export const SaveProfileDocument = new TypedDocumentString(`
    mutation SaveProfile($id: ID!, $input: UpdateUserInput!, $ifUnmodifiedSince: DateTime) {
  updateUser(id: $id, input: $input, ifUnmodifiedSince: $ifUnmodifiedSince) {
    __typename
    ... on UpdateUserSuccess {
      changedFields
      user {
        ...Profile
      }
    }
    ... on UserError {
      message
    }
    ... on InvalidUserInput {
      issues {
        path
        message
      }
    }
    ... on UserConflict {
      current {
        ...Profile
      }
    }
    ... on UpdateRejected {
      fields
    }
  }
}
    fragment Profile on User {
  id
  email
  name
  nickname
  givenName
  familyName
  picture
  userMetadata
  updatedAt
}`) as unknown as TypedDocumentString<SaveProfileMutation, SaveProfileMutationVariables>;