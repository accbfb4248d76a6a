/**
 * The shapes the graph speaks of, free of GraphQL and of the wire. Every property is always there: `null` is "none".
 */

import type { Moment } from './moment.ts';

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

export type User = {
  readonly id: string;
  readonly email: string | null;
  readonly emailVerified: boolean | null;
  readonly username: string | null;
  readonly phoneNumber: string | null;
  readonly phoneVerified: boolean | null;
  readonly name: string | null;
  readonly nickname: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly picture: string | null;
  readonly blocked: boolean;
  /** Primary first. */
  readonly identities: readonly Identity[];
  readonly userMetadata: JsonObject;
  readonly appMetadata: JsonObject;
  readonly multifactor: readonly string[];
  readonly lastIp: string | null;
  readonly lastLogin: Moment | null;
  readonly loginsCount: number;
  readonly createdAt: Moment | null;
  readonly updatedAt: Moment | null;
};

export type Identity = {
  /** provider + "|" + userId. */
  readonly id: string;
  readonly provider: string;
  readonly connection: string;
  readonly userId: string;
  readonly isSocial: boolean;
  readonly isPrimary: boolean;
  readonly profile: IdentityProfile;
};

export type IdentityProfile = {
  readonly email: string | null;
  readonly emailVerified: boolean | null;
  readonly name: string | null;
  readonly username: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly nickname: string | null;
  readonly picture: string | null;
  readonly phoneNumber: string | null;
  readonly phoneVerified: boolean | null;
  /** What the provider sent beyond the fields above. */
  readonly attributes: JsonObject;
};

/** An identity provider's own tokens. They are never part of a `User`: only `Users.idpTokens` hands them out. */
export type IdentityTokens = {
  readonly accessToken: string | null;
  readonly accessTokenSecret: string | null;
  readonly refreshToken: string | null;
  /** Seconds. */
  readonly expiresIn: number | null;
};
