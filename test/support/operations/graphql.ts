/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What kind of rule was broken. */
export type InputIssueCode =
  /** Auth0 does not update these two fields together; one issue stands at each of them. */
  | 'CONFLICTING_FIELDS'
  /** Nothing to update, or a metadata object without keys. */
  | 'EMPTY'
  /** The text is not of the format of the field. */
  | 'FORMAT'
  /** A value that cannot be taken for another reason, which the message says. */
  | 'INVALID'
  /** The field cannot be null. */
  | 'NOT_NULLABLE'
  /** The text does not match the pattern of the field. */
  | 'PATTERN'
  /** A metadata key that is not the caller's to write. */
  | 'RESERVED_KEY'
  /** Metadata over the limit in bytes, levels or values. */
  | 'TOO_LARGE'
  /** More Unicode code points than `limit`. */
  | 'TOO_LONG'
  /** Fewer Unicode code points than `limit`. */
  | 'TOO_SHORT';

/** Which end comes first. */
export type SortDirection =
  /** Smallest or oldest first. */
  | 'ASC'
  /** Largest or newest first. */
  | 'DESC';

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

/** The order of users. */
export type UserSort = {
  /** Which end comes first. */
  direction?: SortDirection;
  /** What to sort by. */
  field: UserSortField;
};

/** What users can be sorted by. */
export type UserSortField =
  /** When the user was created. */
  | 'CREATED_AT'
  /** E-mail address. */
  | 'EMAIL'
  /** Family name(s). */
  | 'FAMILY_NAME'
  /** When the user last signed in. */
  | 'LAST_LOGIN'
  /** How often the user has signed in. */
  | 'LOGINS_COUNT'
  /** Full name. */
  | 'NAME'
  /** When the user last changed. */
  | 'UPDATED_AT';

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { id: string, name: string | null, nickname: string | null, givenName: string | null, familyName: string | null, email: string | null, emailVerified: boolean | null, picture: string | null, userMetadata: { [key: string]: unknown }, loginsCount: number, lastLogin: string | null, updatedAt: string | null, identities: Array<{ id: string, provider: string, connection: string, isSocial: boolean, isPrimary: boolean, profile: { name: string | null, email: string | null, phoneNumber: string | null, attributes: { [key: string]: unknown } } }> } | null };

export type UpdateUserMutationVariables = Exact<{
  id: string | number;
  input: UpdateUserInput;
  ifUnmodifiedSince?: string | null | undefined;
  dryRun?: boolean;
  idempotencyKey?: string | null | undefined;
}>;


export type UpdateUserMutation = { updateUser:
    | { __typename: 'InvalidUserInput', message: string, issues: Array<{ path: Array<string>, code: InputIssueCode, message: string, limit: number | null }> }
    | { __typename: 'UpdateRejected', message: string, reason: string | null, fields: Array<string> }
    | { __typename: 'UpdateUserSuccess', applied: boolean, changedFields: Array<string>, user: { id: string, email: string | null, emailVerified: boolean | null, phoneNumber: string | null, phoneVerified: boolean | null, username: string | null, name: string | null, nickname: string | null, givenName: string | null, familyName: string | null, picture: string | null, blocked: boolean, userMetadata: { [key: string]: unknown }, appMetadata: { [key: string]: unknown } | null, updatedAt: string | null } }
    | { __typename: 'UserConflict', message: string, current: { id: string, email: string | null, emailVerified: boolean | null, phoneNumber: string | null, phoneVerified: boolean | null, username: string | null, name: string | null, nickname: string | null, givenName: string | null, familyName: string | null, picture: string | null, blocked: boolean, userMetadata: { [key: string]: unknown }, appMetadata: { [key: string]: unknown } | null, updatedAt: string | null } }
    | { __typename: 'UserNotFound', message: string, id: string }
   | null };

export type EditableUserFragment = { id: string, email: string | null, emailVerified: boolean | null, phoneNumber: string | null, phoneVerified: boolean | null, username: string | null, name: string | null, nickname: string | null, givenName: string | null, familyName: string | null, picture: string | null, blocked: boolean, userMetadata: { [key: string]: unknown }, appMetadata: { [key: string]: unknown } | null, updatedAt: string | null };

export type UserQueryVariables = Exact<{
  id: string | number;
}>;


export type UserQuery = { user: { id: string, email: string | null, emailVerified: boolean | null, username: string | null, phoneNumber: string | null, phoneVerified: boolean | null, name: string | null, nickname: string | null, givenName: string | null, familyName: string | null, picture: string | null, blocked: boolean, userMetadata: { [key: string]: unknown }, appMetadata: { [key: string]: unknown } | null, multifactor: Array<string>, lastIp: string | null, lastLogin: string | null, loginsCount: number, createdAt: string | null, updatedAt: string | null, identities: Array<{ id: string, provider: string, connection: string, userId: string, isSocial: boolean, isPrimary: boolean, profile: { email: string | null, emailVerified: boolean | null, name: string | null, username: string | null, givenName: string | null, familyName: string | null, nickname: string | null, picture: string | null, phoneNumber: string | null, phoneVerified: boolean | null, attributes: { [key: string]: unknown } } }> } | null };

export type FullUserFragment = { id: string, email: string | null, emailVerified: boolean | null, username: string | null, phoneNumber: string | null, phoneVerified: boolean | null, name: string | null, nickname: string | null, givenName: string | null, familyName: string | null, picture: string | null, blocked: boolean, userMetadata: { [key: string]: unknown }, appMetadata: { [key: string]: unknown } | null, multifactor: Array<string>, lastIp: string | null, lastLogin: string | null, loginsCount: number, createdAt: string | null, updatedAt: string | null, identities: Array<{ id: string, provider: string, connection: string, userId: string, isSocial: boolean, isPrimary: boolean, profile: { email: string | null, emailVerified: boolean | null, name: string | null, username: string | null, givenName: string | null, familyName: string | null, nickname: string | null, picture: string | null, phoneNumber: string | null, phoneVerified: boolean | null, attributes: { [key: string]: unknown } } }> };

export type UsersByEmailQueryVariables = Exact<{
  email: string;
}>;


export type UsersByEmailQuery = { usersByEmail: Array<{ id: string, email: string | null, name: string | null, identities: Array<{ id: string, connection: string }> }> | null };

export type UsersQueryVariables = Exact<{
  query?: string | null | undefined;
  sort?: UserSort | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type UsersQuery = { users: { totalCount: number, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, edges: Array<{ cursor: string, node: { id: string, email: string | null, name: string | null, blocked: boolean, lastLogin: string | null } }> } | null };

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
export const EditableUserFragmentDoc = new TypedDocumentString(`
    fragment EditableUser on User {
  id
  email
  emailVerified
  phoneNumber
  phoneVerified
  username
  name
  nickname
  givenName
  familyName
  picture
  blocked
  userMetadata
  appMetadata
  updatedAt
}
    `, {"fragmentName":"EditableUser"}) as unknown as TypedDocumentString<EditableUserFragment, unknown>;
export const FullUserFragmentDoc = new TypedDocumentString(`
    fragment FullUser on User {
  id
  email
  emailVerified
  username
  phoneNumber
  phoneVerified
  name
  nickname
  givenName
  familyName
  picture
  blocked
  identities {
    id
    provider
    connection
    userId
    isSocial
    isPrimary
    profile {
      email
      emailVerified
      name
      username
      givenName
      familyName
      nickname
      picture
      phoneNumber
      phoneVerified
      attributes
    }
  }
  userMetadata
  appMetadata
  multifactor
  lastIp
  lastLogin
  loginsCount
  createdAt
  updatedAt
}
    `, {"fragmentName":"FullUser"}) as unknown as TypedDocumentString<FullUserFragment, unknown>;
export const MeDocument = new TypedDocumentString(`
    query Me {
  me {
    id
    name
    nickname
    givenName
    familyName
    email
    emailVerified
    picture
    userMetadata
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
        attributes
      }
    }
    loginsCount
    lastLogin
    updatedAt
  }
}
    `, {"hash":"sha256:a8b8a8b5d8193958a79109bbb523e7b638e4638db1a78e686b20d29fac357007"}) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const UpdateUserDocument = new TypedDocumentString(`
    mutation UpdateUser($id: ID!, $input: UpdateUserInput!, $ifUnmodifiedSince: DateTime, $dryRun: Boolean! = false, $idempotencyKey: String) {
  updateUser(
    id: $id
    input: $input
    ifUnmodifiedSince: $ifUnmodifiedSince
    dryRun: $dryRun
    idempotencyKey: $idempotencyKey
  ) {
    __typename
    ... on UpdateUserSuccess {
      applied
      changedFields
      user {
        ...EditableUser
      }
    }
    ... on UserError {
      message
    }
    ... on InvalidUserInput {
      issues {
        path
        code
        message
        limit
      }
    }
    ... on UserNotFound {
      id
    }
    ... on UserConflict {
      current {
        ...EditableUser
      }
    }
    ... on UpdateRejected {
      reason
      fields
    }
  }
}
    fragment EditableUser on User {
  id
  email
  emailVerified
  phoneNumber
  phoneVerified
  username
  name
  nickname
  givenName
  familyName
  picture
  blocked
  userMetadata
  appMetadata
  updatedAt
}`, {"hash":"sha256:4fde2eaf07effbc472017749c7069f22d501892806cb27659af8cdc04fac0c8b"}) as unknown as TypedDocumentString<UpdateUserMutation, UpdateUserMutationVariables>;
export const UserDocument = new TypedDocumentString(`
    query User($id: ID!) {
  user(id: $id) {
    ...FullUser
  }
}
    fragment FullUser on User {
  id
  email
  emailVerified
  username
  phoneNumber
  phoneVerified
  name
  nickname
  givenName
  familyName
  picture
  blocked
  identities {
    id
    provider
    connection
    userId
    isSocial
    isPrimary
    profile {
      email
      emailVerified
      name
      username
      givenName
      familyName
      nickname
      picture
      phoneNumber
      phoneVerified
      attributes
    }
  }
  userMetadata
  appMetadata
  multifactor
  lastIp
  lastLogin
  loginsCount
  createdAt
  updatedAt
}`, {"hash":"sha256:8f75a593a56b37288d6e85d54fe66337ffe8b865924ac647676450ac80f0b9db"}) as unknown as TypedDocumentString<UserQuery, UserQueryVariables>;
export const UsersByEmailDocument = new TypedDocumentString(`
    query UsersByEmail($email: String!) {
  usersByEmail(email: $email) {
    id
    email
    name
    identities {
      id
      connection
    }
  }
}
    `, {"hash":"sha256:b9b5c555bca1d33bb91dbd46694ae8991d8d8d617dcea4cc502e3d49e8816ba1"}) as unknown as TypedDocumentString<UsersByEmailQuery, UsersByEmailQueryVariables>;
export const UsersDocument = new TypedDocumentString(`
    query Users($query: String, $sort: UserSort, $first: Int = 25, $after: String) {
  users(query: $query, sort: $sort, first: $first, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
    edges {
      cursor
      node {
        id
        email
        name
        blocked
        lastLogin
      }
    }
  }
}
    `, {"hash":"sha256:a29273358b5baa893915994d6d8e086766ece0eef7589f7abc350d33059b30d0"}) as unknown as TypedDocumentString<UsersQuery, UsersQueryVariables>;