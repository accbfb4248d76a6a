/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query Me {\n  me {\n    id\n    name\n    nickname\n    givenName\n    familyName\n    email\n    emailVerified\n    picture\n    userMetadata\n    identities {\n      id\n      provider\n      connection\n      isSocial\n      isPrimary\n      profile {\n        name\n        email\n        phoneNumber\n        attributes\n      }\n    }\n    loginsCount\n    lastLogin\n    updatedAt\n  }\n}": typeof types.MeDocument,
    "mutation UpdateUser($id: ID!, $input: UpdateUserInput!, $ifUnmodifiedSince: DateTime, $dryRun: Boolean! = false, $idempotencyKey: String) {\n  updateUser(\n    id: $id\n    input: $input\n    ifUnmodifiedSince: $ifUnmodifiedSince\n    dryRun: $dryRun\n    idempotencyKey: $idempotencyKey\n  ) {\n    __typename\n    ... on UpdateUserSuccess {\n      applied\n      changedFields\n      user {\n        ...EditableUser\n      }\n    }\n    ... on UserError {\n      message\n    }\n    ... on InvalidUserInput {\n      issues {\n        path\n        code\n        message\n        limit\n      }\n    }\n    ... on UserNotFound {\n      id\n    }\n    ... on UserConflict {\n      current {\n        ...EditableUser\n      }\n    }\n    ... on UpdateRejected {\n      reason\n      fields\n    }\n  }\n}\n\nfragment EditableUser on User {\n  id\n  email\n  emailVerified\n  phoneNumber\n  phoneVerified\n  username\n  name\n  nickname\n  givenName\n  familyName\n  picture\n  blocked\n  userMetadata\n  appMetadata\n  updatedAt\n}": typeof types.UpdateUserDocument,
    "query User($id: ID!) {\n  user(id: $id) {\n    ...FullUser\n  }\n}\n\nfragment FullUser on User {\n  id\n  email\n  emailVerified\n  username\n  phoneNumber\n  phoneVerified\n  name\n  nickname\n  givenName\n  familyName\n  picture\n  blocked\n  identities {\n    id\n    provider\n    connection\n    userId\n    isSocial\n    isPrimary\n    profile {\n      email\n      emailVerified\n      name\n      username\n      givenName\n      familyName\n      nickname\n      picture\n      phoneNumber\n      phoneVerified\n      attributes\n    }\n  }\n  userMetadata\n  appMetadata\n  multifactor\n  lastIp\n  lastLogin\n  loginsCount\n  createdAt\n  updatedAt\n}": typeof types.UserDocument,
    "query UsersByEmail($email: String!) {\n  usersByEmail(email: $email) {\n    id\n    email\n    name\n    identities {\n      id\n      connection\n    }\n  }\n}": typeof types.UsersByEmailDocument,
    "query Users($query: String, $sort: UserSort, $first: Int = 25, $after: String) {\n  users(query: $query, sort: $sort, first: $first, after: $after) {\n    totalCount\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n    edges {\n      cursor\n      node {\n        id\n        email\n        name\n        blocked\n        lastLogin\n      }\n    }\n  }\n}": typeof types.UsersDocument,
};
const documents: Documents = {
    "query Me {\n  me {\n    id\n    name\n    nickname\n    givenName\n    familyName\n    email\n    emailVerified\n    picture\n    userMetadata\n    identities {\n      id\n      provider\n      connection\n      isSocial\n      isPrimary\n      profile {\n        name\n        email\n        phoneNumber\n        attributes\n      }\n    }\n    loginsCount\n    lastLogin\n    updatedAt\n  }\n}": types.MeDocument,
    "mutation UpdateUser($id: ID!, $input: UpdateUserInput!, $ifUnmodifiedSince: DateTime, $dryRun: Boolean! = false, $idempotencyKey: String) {\n  updateUser(\n    id: $id\n    input: $input\n    ifUnmodifiedSince: $ifUnmodifiedSince\n    dryRun: $dryRun\n    idempotencyKey: $idempotencyKey\n  ) {\n    __typename\n    ... on UpdateUserSuccess {\n      applied\n      changedFields\n      user {\n        ...EditableUser\n      }\n    }\n    ... on UserError {\n      message\n    }\n    ... on InvalidUserInput {\n      issues {\n        path\n        code\n        message\n        limit\n      }\n    }\n    ... on UserNotFound {\n      id\n    }\n    ... on UserConflict {\n      current {\n        ...EditableUser\n      }\n    }\n    ... on UpdateRejected {\n      reason\n      fields\n    }\n  }\n}\n\nfragment EditableUser on User {\n  id\n  email\n  emailVerified\n  phoneNumber\n  phoneVerified\n  username\n  name\n  nickname\n  givenName\n  familyName\n  picture\n  blocked\n  userMetadata\n  appMetadata\n  updatedAt\n}": types.UpdateUserDocument,
    "query User($id: ID!) {\n  user(id: $id) {\n    ...FullUser\n  }\n}\n\nfragment FullUser on User {\n  id\n  email\n  emailVerified\n  username\n  phoneNumber\n  phoneVerified\n  name\n  nickname\n  givenName\n  familyName\n  picture\n  blocked\n  identities {\n    id\n    provider\n    connection\n    userId\n    isSocial\n    isPrimary\n    profile {\n      email\n      emailVerified\n      name\n      username\n      givenName\n      familyName\n      nickname\n      picture\n      phoneNumber\n      phoneVerified\n      attributes\n    }\n  }\n  userMetadata\n  appMetadata\n  multifactor\n  lastIp\n  lastLogin\n  loginsCount\n  createdAt\n  updatedAt\n}": types.UserDocument,
    "query UsersByEmail($email: String!) {\n  usersByEmail(email: $email) {\n    id\n    email\n    name\n    identities {\n      id\n      connection\n    }\n  }\n}": types.UsersByEmailDocument,
    "query Users($query: String, $sort: UserSort, $first: Int = 25, $after: String) {\n  users(query: $query, sort: $sort, first: $first, after: $after) {\n    totalCount\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n    edges {\n      cursor\n      node {\n        id\n        email\n        name\n        blocked\n        lastLogin\n      }\n    }\n  }\n}": types.UsersDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Me {\n  me {\n    id\n    name\n    nickname\n    givenName\n    familyName\n    email\n    emailVerified\n    picture\n    userMetadata\n    identities {\n      id\n      provider\n      connection\n      isSocial\n      isPrimary\n      profile {\n        name\n        email\n        phoneNumber\n        attributes\n      }\n    }\n    loginsCount\n    lastLogin\n    updatedAt\n  }\n}"): typeof import('./graphql.ts').MeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation UpdateUser($id: ID!, $input: UpdateUserInput!, $ifUnmodifiedSince: DateTime, $dryRun: Boolean! = false, $idempotencyKey: String) {\n  updateUser(\n    id: $id\n    input: $input\n    ifUnmodifiedSince: $ifUnmodifiedSince\n    dryRun: $dryRun\n    idempotencyKey: $idempotencyKey\n  ) {\n    __typename\n    ... on UpdateUserSuccess {\n      applied\n      changedFields\n      user {\n        ...EditableUser\n      }\n    }\n    ... on UserError {\n      message\n    }\n    ... on InvalidUserInput {\n      issues {\n        path\n        code\n        message\n        limit\n      }\n    }\n    ... on UserNotFound {\n      id\n    }\n    ... on UserConflict {\n      current {\n        ...EditableUser\n      }\n    }\n    ... on UpdateRejected {\n      reason\n      fields\n    }\n  }\n}\n\nfragment EditableUser on User {\n  id\n  email\n  emailVerified\n  phoneNumber\n  phoneVerified\n  username\n  name\n  nickname\n  givenName\n  familyName\n  picture\n  blocked\n  userMetadata\n  appMetadata\n  updatedAt\n}"): typeof import('./graphql.ts').UpdateUserDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query User($id: ID!) {\n  user(id: $id) {\n    ...FullUser\n  }\n}\n\nfragment FullUser on User {\n  id\n  email\n  emailVerified\n  username\n  phoneNumber\n  phoneVerified\n  name\n  nickname\n  givenName\n  familyName\n  picture\n  blocked\n  identities {\n    id\n    provider\n    connection\n    userId\n    isSocial\n    isPrimary\n    profile {\n      email\n      emailVerified\n      name\n      username\n      givenName\n      familyName\n      nickname\n      picture\n      phoneNumber\n      phoneVerified\n      attributes\n    }\n  }\n  userMetadata\n  appMetadata\n  multifactor\n  lastIp\n  lastLogin\n  loginsCount\n  createdAt\n  updatedAt\n}"): typeof import('./graphql.ts').UserDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query UsersByEmail($email: String!) {\n  usersByEmail(email: $email) {\n    id\n    email\n    name\n    identities {\n      id\n      connection\n    }\n  }\n}"): typeof import('./graphql.ts').UsersByEmailDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Users($query: String, $sort: UserSort, $first: Int = 25, $after: String) {\n  users(query: $query, sort: $sort, first: $first, after: $after) {\n    totalCount\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n    edges {\n      cursor\n      node {\n        id\n        email\n        name\n        blocked\n        lastLogin\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').UsersDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
