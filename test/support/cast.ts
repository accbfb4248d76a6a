/** Everybody who may come to the gateway, with tokens of the test's own issuer; a user of theirs and another's. */
import { type JWTPayload, SignJWT } from 'jose';
import { startGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts';
import { createKey, startIssuer } from './issuer.ts';

export const users = { own: 'auth0|own', another: 'auth0|another' } as const;
export type Whose = keyof typeof users;

/** What the identity providers of both users entrusted to Auth0. */
export const providerSecret = 'canary-of-a-provider';

const everyGrant = [
  'read:users',
  'read:user_idp_tokens',
  'update:users',
  'update:users_app_metadata',
  'update:current_user',
  'update:current_user_metadata',
];

/** The claims of each caller's token. All but the applications are the same person, with other grants. */
const claimsOf = {
  none: null,
  expd: { sub: users.own, permissions: everyGrant, iat: -7200, exp: -3600 },
  self: { sub: users.own, permissions: [] },
  prof: { sub: users.own, permissions: ['update:current_user'] },
  meta: { sub: users.own, permissions: ['update:current_user_metadata'] },
  idp: { sub: users.own, permissions: ['read:user_idp_tokens'] },
  read: { sub: users.own, permissions: ['read:users'] },
  upd: { sub: users.own, permissions: ['update:users'] },
  app: { sub: users.own, permissions: ['update:users_app_metadata'] },
  supp: { sub: users.own, permissions: ['read:users', 'update:users_app_metadata'] },
  admn: { sub: users.own, permissions: everyGrant },
  mach: { sub: 'console@clients', permissions: everyGrant },
  // Applications whose id reads like the person's: it makes them nobody's user.
  mcur: { sub: users.own, gty: 'client-credentials', permissions: everyGrant.filter(isForOneself) },
  mnon: { sub: users.own, gty: 'client-credentials', permissions: [] },
} satisfies Record<string, JWTPayload | null>;

export type CallerName = keyof typeof claimsOf;
export const callerNames = Object.keys(claimsOf) as CallerName[];

export type Reply = {
  readonly status: number;
  /** As it came, save that every request has the same id. */
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly [fact: string]: unknown };
  }[];
};

export type Cast = AsyncDisposable & {
  ask(as: CallerName, query: string, variables?: object): Promise<Reply>;
  takeUpstreamCalls: TestGateway['takeUpstreamCalls'];
};

export async function startCast(options: TestGatewayOptions['gateway'] = {}): Promise<Cast> {
  await using started = new AsyncDisposableStack();
  const key = await createKey('cast', 'ES256');
  const issuer = started.use(await startIssuer(key));
  const audience = 'https://users.gateway.example/';
  const gateway = started.use(
    await startGateway({
      sandbox: { people: [person(users.own), person(users.another)] },
      gateway: {
        callers: { issuer: issuer.url, jwksUri: issuer.jwksUri, audience, permissionsClaim: null },
        ...options,
      },
    }),
  );
  const now = Math.floor(Date.now() / 1000);
  const tokens = new Map<CallerName, string>();
  for (const name of callerNames) {
    const claims: JWTPayload | null = claimsOf[name];
    if (claims === null) continue;
    const { iat = 0, exp = 3600 } = claims;
    const token = new SignJWT({
      iss: issuer.url,
      aud: audience,
      ...claims,
      iat: now + iat,
      exp: now + exp,
    }).setProtectedHeader({ alg: key.alg, kid: key.kid });
    tokens.set(name, await token.sign(key.privateKey));
  }

  const owned = started.move();
  return {
    takeUpstreamCalls: gateway.takeUpstreamCalls,
    async ask(as, query, variables = {}) {
      const token = tokens.get(as);
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-request-id': 'always-the-same',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables }),
      });
      const text = await response.text();
      const { data, errors = [] } = JSON.parse(text) as Partial<Reply>;
      return { status: response.status, text, data, errors };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function isForOneself(grant: string): boolean {
  return grant.startsWith('update:current_user');
}

/** With a value in every attribute that Auth0 knows. */
function person(id: string) {
  const [provider = '', userId = ''] = id.split('|');
  return {
    user_id: id,
    email: `${userId}@example.com`,
    email_verified: true,
    username: userId,
    phone_number: '+15550100',
    phone_verified: true,
    name: userId,
    nickname: userId,
    given_name: userId,
    family_name: userId,
    picture: `https://images.example.com/${userId}.png`,
    blocked: false,
    user_metadata: { theme: 'dark' },
    app_metadata: { plan: 'gold' },
    multifactor: ['guardian'],
    last_ip: '203.0.113.1',
    last_login: '2026-01-01T00:00:00.000Z',
    logins_count: 1,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    identities: [
      {
        provider,
        user_id: userId,
        connection: 'Username-Password-Authentication',
        isSocial: false,
        access_token: providerSecret,
        access_token_secret: providerSecret,
        refresh_token: providerSecret,
        expires_in: 3600,
      },
    ],
  };
}
