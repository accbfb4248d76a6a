/**
 * What the endpoints accept, as JSON Schema in the dialect z-schema reads. The limits are those of Auth0's OpenAPI
 * document; closed properties and the refusal of an empty update are what the live API does beyond it.
 */

export type Schema = { readonly [keyword: string]: unknown };

const name = "The user's full name";
const nickname = "The user's nickname";
const givenName = "The user's given name(s)";
const familyName = "The user's family name(s)";
const picture = "A URI pointing to the user's picture";
const email = "The user's email";
const phoneNumber = "The user's phone number (following the E.164 recommendation)";
const phonePattern = '^\\+[0-9]{1,15}$';
const blocked = 'Whether this user was blocked by an administrator (true) or not (false)';
const phoneVerified = 'Whether this phone number has been verified (true) or not (false)';
const username = "The user's username. Only valid if the connection requires a username";
const userMetadata = 'User metadata to which this user has read/write access';
const appMetadata = 'User metadata to which this user has read-only access';

const updateProperties = {
  blocked: { type: 'boolean', description: blocked },
  email_verified: {
    type: 'boolean',
    description:
      'Whether this email address is verified (true) or unverified (false). If set to false the user will not receive a verification email unless `verify_email` is set to true',
  },
  email: { type: ['string', 'null'], format: 'email', description: email },
  verify_email: {
    type: 'boolean',
    description:
      'Whether this user will receive a verification email after creation (true) or no email (false). Overrides behavior of `email_verified` parameter',
  },
  phone_number: { type: ['string', 'null'], pattern: phonePattern, description: phoneNumber },
  phone_verified: { type: 'boolean', description: phoneVerified },
  verify_phone_number: {
    type: 'boolean',
    description:
      'Whether this user will receive a text after changing the phone number (true) or no text (false). Only valid when changing phone number for SMS connections',
  },
  password: {
    type: ['string', 'null'],
    minLength: 1,
    description: 'New password for this user. Only valid for database connections',
  },
  user_metadata: { type: 'object', description: userMetadata },
  app_metadata: { type: 'object', description: appMetadata },
  username: { type: ['string', 'null'], minLength: 1, maxLength: 128, description: username },
  client_id: {
    type: 'string',
    minLength: 1,
    description: 'Auth0 client ID. Only valid when updating email address',
  },
  given_name: { type: ['string', 'null'], minLength: 1, maxLength: 150, description: givenName },
  family_name: { type: ['string', 'null'], minLength: 1, maxLength: 150, description: familyName },
  name: { type: ['string', 'null'], minLength: 1, maxLength: 300, description: name },
  nickname: { type: ['string', 'null'], minLength: 1, maxLength: 300, description: nickname },
  picture: { type: ['string', 'null'], format: 'strict-uri', description: picture },
} as const;

/** The body of PATCH /api/v2/users/{id}: at least one property beside `connection`. */
export const updateUserSchema: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...updateProperties,
    connection: {
      type: 'string',
      minLength: 1,
      description: 'Name of the connection to target for this user update',
    },
  },
  anyOf: Object.keys(updateProperties).map((property) => ({ required: [property] })),
};

/** The body of POST /api/v2/users. */
export const createUserSchema: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['connection'],
  properties: {
    email: { type: 'string', format: 'email', description: email },
    phone_number: { type: 'string', pattern: phonePattern, description: phoneNumber },
    user_metadata: { type: 'object', description: userMetadata },
    app_metadata: { type: 'object', description: appMetadata },
    blocked: { type: 'boolean', description: blocked },
    email_verified: {
      type: 'boolean',
      description:
        'Whether this email address is verified (true) or unverified (false). User will receive a verification email after creation if `email_verified` is false or not specified',
    },
    phone_verified: { type: 'boolean', description: phoneVerified },
    given_name: { type: 'string', minLength: 1, maxLength: 150, description: givenName },
    family_name: { type: 'string', minLength: 1, maxLength: 150, description: familyName },
    name: { type: 'string', minLength: 1, maxLength: 300, description: name },
    nickname: { type: 'string', minLength: 1, maxLength: 300, description: nickname },
    picture: { type: 'string', format: 'strict-uri', description: picture },
    user_id: {
      type: 'string',
      maxLength: 255,
      pattern: '^\\S*$',
      description: "The external user's id provided by the identity provider",
    },
    connection: {
      type: 'string',
      minLength: 1,
      description: 'Name of the connection this user should be created in',
    },
    password: {
      type: 'string',
      minLength: 1,
      description: 'Initial password for this user. Only valid for auth0 connection strategy',
    },
    verify_email: {
      type: 'boolean',
      description:
        'Whether the user will receive a verification email after creation (true) or no email (false). Overrides behavior of `email_verified` parameter',
    },
    username: { type: 'string', minLength: 1, maxLength: 128, description: username },
  },
};

/** `{id}` in the path; what it is for differs by method. */
export function userIdSchema(purpose: 'retrieve' | 'update' | 'delete'): Schema {
  return {
    type: 'object',
    properties: {
      id: { type: 'string', pattern: '^.+\\|.+$', description: `The user_id of the user to ${purpose}` },
    },
  };
}

/** The attributes that `fields` may name. */
export const selectableFields: readonly string[] = [
  'phone_number',
  'email',
  'email_verified',
  'picture',
  'username',
  'user_id',
  'name',
  'nickname',
  'created_at',
  'identities',
  'app_metadata',
  'user_metadata',
  'last_ip',
  'last_login',
  'logins_count',
  'updated_at',
  'blocked',
  'family_name',
  'given_name',
];

const selection = {
  fields: {
    type: 'string',
    pattern: `^$|^(${selectableFields.join('|')})(,(${selectableFields.join('|')}))*$`,
    description:
      'Comma-separated list of fields to include or exclude (based on value provided for include_fields) in the result. Leave empty to retrieve all fields',
  },
  include_fields: {
    type: 'boolean',
    description: 'Whether specified fields are to be included (true) or excluded (false). Defaults to true',
  },
} as const;

/** The query of GET /api/v2/users/{id}. */
export const getUserQuerySchema: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: selection,
};

/** The query of GET /api/v2/users-by-email. */
export const usersByEmailQuerySchema: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['email'],
  properties: {
    ...selection,
    email: { type: 'string', minLength: 1, description: 'Email address to search for (case-sensitive)' },
  },
};

/** The query of GET /api/v2/users. */
export const listUsersQuerySchema: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...selection,
    page: {
      type: 'integer',
      minimum: 0,
      description: 'Page index of the results to return. First page is 0',
    },
    per_page: {
      type: 'integer',
      minimum: 0,
      maximum: 100,
      description: 'Number of results per page. Defaults to 50',
    },
    include_totals: {
      type: 'boolean',
      description:
        'Return results inside an object that contains the total result count (true) or as a direct array of results (false, default)',
    },
    sort: {
      type: 'string',
      pattern: '^(([a-zA-Z0-9_\\.]+))\\:(1|-1)$',
      description:
        'Field to sort by. Use `field:order` where order is `1` for ascending and `-1` for descending',
    },
    connection: { type: 'string', minLength: 1, description: 'Connection filter' },
    q: { type: 'string', description: 'Query in Lucene query string syntax' },
    search_engine: { type: 'string', enum: ['v3'], description: 'The version of the search engine' },
    primary_order: {
      type: 'boolean',
      description:
        'If true (default), results are returned in a deterministic order. If false, results may be returned in a non-deterministic order',
    },
  },
};
