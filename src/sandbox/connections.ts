/**
 * Where users come from. What may be changed on a user depends on the kind of connection: the tenant owns the
 * profiles in its own store, and only borrows those of identity providers.
 */
import type { IdentityRecord } from './user-record.ts';

export type Connection = {
  readonly name: string;
  /** Auth0's strategy: the `provider` of the identities that come from here. */
  readonly strategy: string;
  readonly kind: ConnectionKind;
  /** "Sync user profile attributes at each login": the provider's values overwrite the root attributes. */
  readonly syncsAtLogin: boolean;
  readonly enabled: boolean;
};

export type ConnectionKind = 'database' | 'custom-database' | 'social' | 'enterprise' | 'passwordless';

export const connections: readonly Connection[] = [
  connection('Username-Password-Authentication', 'auth0', 'database'),
  connection('legacy-customers', 'auth0', 'custom-database'),
  { ...connection('retired-customers', 'auth0', 'database'), enabled: false },
  connection('google-oauth2', 'google-oauth2', 'social'),
  connection('github', 'github', 'social'),
  connection('facebook', 'facebook', 'social'),
  connection('twitter', 'twitter', 'social'),
  connection('windowslive', 'windowslive', 'social'),
  { ...connection('linkedin', 'linkedin', 'social'), syncsAtLogin: false },
  connection('hobbyclub', 'oauth2', 'social'),
  connection('acme-saml', 'samlp', 'enterprise'),
  connection('harbour-saml', 'samlp', 'enterprise'),
  connection('Example-LDAP', 'ad', 'enterprise'),
  connection('login.example.com', 'adfs', 'enterprise'),
  connection('example-onmicrosoft', 'office365', 'enterprise'),
  connection('example-workforce', 'waad', 'enterprise'),
  { ...connection('partner-saml', 'samlp', 'enterprise'), syncsAtLogin: false },
  connection('email', 'email', 'passwordless'),
  connection('sms', 'sms', 'passwordless'),
];

/** The connections above, and one for each that the given users' identities name beside them. */
export function connectionsOf(identities: Iterable<IdentityRecord>): ReadonlyMap<string, Connection> {
  const known = new Map(connections.map((each) => [each.name, each]));
  for (const identity of identities) {
    if (!known.has(identity.connection)) {
      known.set(
        identity.connection,
        connection(identity.connection, identity.provider, kindOf(identity.provider, identity['isSocial'])),
      );
    }
  }
  return known;
}

function connection(name: string, strategy: string, kind: ConnectionKind): Connection {
  const syncsAtLogin = kind === 'social' || kind === 'enterprise';
  return { name, strategy, kind, syncsAtLogin, enabled: true };
}

function kindOf(strategy: string, isSocial: unknown): ConnectionKind {
  if (strategy === 'auth0') return 'database';
  if (strategy === 'email' || strategy === 'sms') return 'passwordless';
  return isSocial === true || socialStrategies.has(strategy) ? 'social' : 'enterprise';
}

const socialStrategies: ReadonlySet<string> = new Set(
  connections.filter(({ kind }) => kind === 'social').map(({ strategy }) => strategy),
);
