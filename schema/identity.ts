import type { Builder } from './builder.ts';
import type { IdentityProfile, IdentityTokens } from './model.ts';
import { assertCaller, assertIdpTokensReadable } from './policy.ts';
import type { IdentityView } from './user-view.ts';

/** An account at an identity provider that a user can sign in with. */
export function defineIdentity(builder: Builder) {
  const IdentityProfile = builder.objectRef<IdentityProfile>('IdentityProfile').implement({
    description: 'What an identity provider says about the user. Null: it says nothing, or nothing readable.',
    fields: (t) => ({
      email: t.exposeString('email', { nullable: true, description: 'E-mail address.' }),
      emailVerified: t.exposeBoolean('emailVerified', {
        nullable: true,
        description:
          'Whether the e-mail address is verified; null also where the provider sent no truth value.',
      }),
      name: t.exposeString('name', { nullable: true, description: 'Full name.' }),
      username: t.exposeString('username', { nullable: true, description: 'User name.' }),
      givenName: t.exposeString('givenName', { nullable: true, description: 'Given name(s).' }),
      familyName: t.exposeString('familyName', { nullable: true, description: 'Family name(s).' }),
      nickname: t.exposeString('nickname', { nullable: true, description: 'Nickname or alias.' }),
      picture: t.exposeString('picture', {
        nullable: true,
        description: 'Address of a picture, as the provider gave it: not to be trusted.',
      }),
      phoneNumber: t.exposeString('phoneNumber', { nullable: true, description: 'Phone number.' }),
      phoneVerified: t.exposeBoolean('phoneVerified', {
        nullable: true,
        description:
          'Whether the phone number is verified; null also where the provider sent no truth value.',
      }),
      attributes: t.expose('attributes', {
        type: 'JSONObject',
        nullable: false,
        description:
          "What the provider sent beyond the fields above, under the provider's own names; {} when nothing. Of the primary identity, the user's own further attributes as well. Integers beyond 2^53 are texts.",
      }),
    }),
  });

  const IdentityTokens = builder.objectRef<IdentityTokens>('IdentityTokens').implement({
    description:
      "The identity provider's own tokens: credentials of the user there, to be kept from browsers.",
    fields: (t) => ({
      accessToken: t.exposeString('accessToken', {
        nullable: true,
        description: 'OAuth access token; null: none.',
      }),
      accessTokenSecret: t.exposeString('accessTokenSecret', {
        nullable: true,
        description: 'Secret of an OAuth 1.0a access token; null: none.',
      }),
      refreshToken: t.exposeString('refreshToken', {
        nullable: true,
        description: 'OAuth refresh token; null: none.',
      }),
      expiresIn: t.exposeInt('expiresIn', {
        nullable: true,
        description: 'Seconds the access token was valid for when it was issued; null: not told.',
      }),
    }),
  });

  return builder.objectRef<IdentityView>('Identity').implement({
    description: 'An account at an identity provider that the user can sign in with.',
    fields: (t) => ({
      id: t.id({
        nullable: false,
        description:
          'provider + "|" + userId: the id of the user that this account is, or would be, on its own.',
        resolve: ({ identity }) => identity.id,
      }),
      provider: t.string({
        nullable: false,
        description:
          "Auth0's name of the kind of provider, such as auth0, google-oauth2, samlp. The list is open.",
        resolve: ({ identity }) => identity.provider,
      }),
      connection: t.string({
        nullable: false,
        description: 'Name of the connection in the tenant.',
        resolve: ({ identity }) => identity.connection,
      }),
      userId: t.string({
        nullable: false,
        description: 'Id at the provider, always as text. May itself hold a pipe.',
        resolve: ({ identity }) => identity.userId,
      }),
      isSocial: t.boolean({
        nullable: false,
        description:
          'Whether this is a social provider; where Auth0 does not say, true for those known to be.',
        resolve: ({ identity }) => identity.isSocial,
      }),
      isPrimary: t.boolean({
        nullable: false,
        description:
          'Whether this is the identity that gives the user their id, else the first one. Exactly one is.',
        resolve: ({ identity }) => identity.isPrimary,
      }),
      profile: t.field({
        type: IdentityProfile,
        nullable: false,
        description: "What the provider says about the user. The primary's is filled from the user itself.",
        resolve: ({ identity }) => identity.profile,
      }),
      tokens: t.field({
        type: IdentityTokens,
        nullable: true,
        description:
          "The provider's tokens; null when there are none. Takes the permission read:user_idp_tokens and a right to read the user, and costs a read of its own.",
        resolve: async ({ identity, user, readable }, _, context) => {
          assertIdpTokensReadable(assertCaller(context.authentication), readable);
          return (await context.users.idpTokens(user.id)).get(identity.id) ?? null;
        },
      }),
    }),
  });
}
