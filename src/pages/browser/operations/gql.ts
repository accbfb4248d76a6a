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
    "query Profile {\n  me {\n    ...Profile\n    identities {\n      id\n      provider\n      connection\n      isSocial\n      isPrimary\n      profile {\n        name\n        email\n        phoneNumber\n      }\n    }\n  }\n}\n\nfragment Profile on User {\n  id\n  email\n  name\n  nickname\n  givenName\n  familyName\n  picture\n  userMetadata\n  updatedAt\n}": typeof types.ProfileDocument,
    "mutation SaveProfile($id: ID!, $input: UpdateUserInput!, $ifUnmodifiedSince: DateTime) {\n  updateUser(id: $id, input: $input, ifUnmodifiedSince: $ifUnmodifiedSince) {\n    __typename\n    ... on UpdateUserSuccess {\n      changedFields\n      user {\n        ...Profile\n      }\n    }\n    ... on UserError {\n      message\n    }\n    ... on InvalidUserInput {\n      issues {\n        path\n        message\n      }\n    }\n    ... on UserConflict {\n      current {\n        ...Profile\n      }\n    }\n    ... on UpdateRejected {\n      fields\n    }\n  }\n}": typeof types.SaveProfileDocument,
};
const documents: Documents = {
    "query Profile {\n  me {\n    ...Profile\n    identities {\n      id\n      provider\n      connection\n      isSocial\n      isPrimary\n      profile {\n        name\n        email\n        phoneNumber\n      }\n    }\n  }\n}\n\nfragment Profile on User {\n  id\n  email\n  name\n  nickname\n  givenName\n  familyName\n  picture\n  userMetadata\n  updatedAt\n}": types.ProfileDocument,
    "mutation SaveProfile($id: ID!, $input: UpdateUserInput!, $ifUnmodifiedSince: DateTime) {\n  updateUser(id: $id, input: $input, ifUnmodifiedSince: $ifUnmodifiedSince) {\n    __typename\n    ... on UpdateUserSuccess {\n      changedFields\n      user {\n        ...Profile\n      }\n    }\n    ... on UserError {\n      message\n    }\n    ... on InvalidUserInput {\n      issues {\n        path\n        message\n      }\n    }\n    ... on UserConflict {\n      current {\n        ...Profile\n      }\n    }\n    ... on UpdateRejected {\n      fields\n    }\n  }\n}": types.SaveProfileDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Profile {\n  me {\n    ...Profile\n    identities {\n      id\n      provider\n      connection\n      isSocial\n      isPrimary\n      profile {\n        name\n        email\n        phoneNumber\n      }\n    }\n  }\n}\n\nfragment Profile on User {\n  id\n  email\n  name\n  nickname\n  givenName\n  familyName\n  picture\n  userMetadata\n  updatedAt\n}"): typeof import('./graphql.ts').ProfileDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation SaveProfile($id: ID!, $input: UpdateUserInput!, $ifUnmodifiedSince: DateTime) {\n  updateUser(id: $id, input: $input, ifUnmodifiedSince: $ifUnmodifiedSince) {\n    __typename\n    ... on UpdateUserSuccess {\n      changedFields\n      user {\n        ...Profile\n      }\n    }\n    ... on UserError {\n      message\n    }\n    ... on InvalidUserInput {\n      issues {\n        path\n        message\n      }\n    }\n    ... on UserConflict {\n      current {\n        ...Profile\n      }\n    }\n    ... on UpdateRejected {\n      fields\n    }\n  }\n}"): typeof import('./graphql.ts').SaveProfileDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
