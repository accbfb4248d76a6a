/** A user as GET /api/v2/users/{id} returns it, and what the tenant knows of a person beside it. */

export type UserRecord = {
  readonly user_id: string;
  readonly identities: readonly IdentityRecord[];
  readonly [attribute: string]: unknown;
};

/** One account of the user. The first is the primary one: the user's id is made of its provider and user_id. */
export type IdentityRecord = {
  readonly provider: string;
  readonly connection: string;
  /** A string, save where the provider sends a number (GitHub); beyond 2^53 that is a `JSON.rawJSON` value. */
  readonly user_id: unknown;
  readonly profileData?: { readonly [attribute: string]: unknown };
  readonly [attribute: string]: unknown;
};

export type Person = UserRecord & {
  /** What signs the person in; `sandbox` where it is not given. */
  readonly password?: string;
  /** What the person may do at the gateway's API. */
  readonly permissions?: readonly string[];
};

export type JsonObject = { readonly [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
