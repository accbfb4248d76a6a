/** Who may have a token, for what: the tenant's two applications, its two APIs, and their scopes. */

export type GrantType = 'client_credentials' | 'password';

export type Application = {
  readonly id: string;
  readonly secret: string;
  readonly grantTypes: readonly GrantType[];
  /** The APIs it may call as itself. */
  readonly ownAccess: readonly Api[];
};

export type Api = 'management' | 'gateway';

export const applications: readonly Application[] = [
  {
    id: 'gateway',
    secret: 'gateway-secret',
    grantTypes: ['client_credentials'],
    ownAccess: ['management'],
  },
  {
    id: 'console',
    secret: 'console-secret',
    grantTypes: ['client_credentials', 'password'],
    ownAccess: ['gateway'],
  },
];

/** What an application may be granted on an API when it calls as itself. */
export const applicationScopes: { readonly [api in Api]: readonly string[] } = {
  management: [
    'read:users',
    'create:users',
    'update:users',
    'delete:users',
    'read:users_app_metadata',
    'create:users_app_metadata',
    'update:users_app_metadata',
    'delete:users_app_metadata',
    'read:user_idp_tokens',
  ],
  gateway: [
    'read:users',
    'update:users',
    'update:users_app_metadata',
    'update:current_user',
    'update:current_user_metadata',
    'read:user_idp_tokens',
  ],
};

/** What every user may be granted on the Management API: their own user, and of it the metadata. */
export const currentUserScopes: readonly string[] = [
  'read:current_user',
  'update:current_user_metadata',
  'create:current_user_metadata',
  'delete:current_user_metadata',
];

/** Of what may be granted, what was asked for; all of it where nothing was asked for in particular. */
export function narrow(granted: readonly string[], requested: string | undefined): readonly string[] {
  const wanted = requested?.split(' ').filter(Boolean) ?? [];
  return wanted.length === 0 ? granted : granted.filter((scope) => wanted.includes(scope));
}
