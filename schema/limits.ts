/** Limits that are not about the shape of one field. The fields' own stand in `update-user-fields.ts`. */

/** Auth0 pages through the first 1,000 results of a search and no further. */
export const searchWindow = 1000;

/** `users(first:)`. The most is Auth0's own largest page. */
export const pageSize = { least: 1, most: 100, usual: 25 } as const;

/** `_entities(representations:)`, over all of an operation. */
export const representationsLimit = 100;

/** Of one operation, whatever it asks for. */
export const operationLimits = {
  /** Fields in its answer. A page of 100 whole users has 4,400. */
  fields: 20_000,
  /** Calls to Auth0: as many as it takes to read 100 users with the tokens of their identity providers. */
  calls: 200,
  /** Of its answer, as JSON. A page of 100 users with metadata at its usual limits has a tenth of it. */
  characters: 16 * 1024 * 1024,
} as const;

/** Of `userMetadata` and `appMetadata`, each, in one update. */
export const metadataLimits = {
  /** Bytes of its compact JSON in UTF-8, unless the operator says otherwise: the profile limit Auth0 has announced. */
  bytes: 10_240,
  /** Objects and arrays inside each other, the metadata object itself being the first. */
  depth: 10,
  /** Keys of objects and items of arrays, at all levels together. */
  values: 1000,
} as const;

/** In Unicode code points; Auth0 gives no user a longer `user_id`. */
export const longestUserId = 255;

/** `updateUser(idempotencyKey:)`, in Unicode code points. */
export const idempotencyKeyLength = { least: 1, most: 255 } as const;

/** First-level keys of `app_metadata` that Auth0 keeps to itself (Auth0 docs, "Metadata field names and data types"). */
export const reservedAppMetadataKeys: ReadonlySet<string> = new Set([
  '__tenant',
  '_id',
  'blocked',
  'clientID',
  'created_at',
  'email',
  'email_verified',
  'globalClientID',
  'global_client_id',
  'identities',
  'lastIP',
  'lastLogin',
  'loginsCount',
  'metadata',
  'multifactor',
  'multifactor_last_modified',
  'updated_at',
  'user_id',
]);

/** Keys that would reach an object's prototype in any program that merges metadata by plain assignment. */
export const prototypeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
