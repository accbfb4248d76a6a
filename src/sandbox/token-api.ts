/** POST /oauth/token: access tokens for applications that call as themselves, and for people who sign in. */
import type { JWTPayload } from 'jose';
import {
  type Api,
  type Application,
  applicationScopes,
  applications,
  currentUserScopes,
  type GrantType,
  narrow,
} from './grants.ts';
import { type Signing, tokenLifetimeSeconds } from './signing.ts';
import { type Account, instantAfter, type Store } from './store.ts';
import { textOf } from './user-record.ts';

export type TokenAnswer = {
  readonly access_token: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly token_type: 'Bearer';
};

/** A refusal of the Authentication API. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, description: string) {
    super(description);
    this.status = status;
    this.code = code;
  }

  toJSON() {
    return { error: this.code, error_description: this.message };
  }
}

export type TokenRequest = {
  readonly fields: ReadonlyMap<string, string>;
  readonly authorization: string | undefined;
  readonly ip: string;
};

export class TokenApi {
  readonly #store: Store;
  readonly #signing: Signing;
  readonly #audiences: { readonly [api in Api]: string };

  constructor(store: Store, signing: Signing, audiences: { readonly [api in Api]: string }) {
    this.#store = store;
    this.#signing = signing;
    this.#audiences = audiences;
  }

  /** @throws OAuthError */
  async answer(request: TokenRequest): Promise<TokenAnswer> {
    const { fields } = request;
    const grantType = grantTypeOf(fields);
    const application = authenticatedApplication(request);
    if (!application.grantTypes.includes(grantType)) {
      throw new OAuthError(
        403,
        'unauthorized_client',
        `Grant type '${grantType}' not allowed for the client.`,
      );
    }
    const api = this.#apiOf(fields.get('audience'));
    const scope = fields.get('scope');
    if (grantType === 'client_credentials') return this.#forApplication(application, api, scope);
    const account = this.#signIn(required(fields, 'username'), required(fields, 'password'), request.ip);
    return this.#forPerson(account, application.id, api, scope);
  }

  /** A token at the gateway's API with everything this person may do, without counting as a sign-in. */
  async issue(email: string): Promise<TokenAnswer | null> {
    const account = this.#withEmail(email).find(({ user }) => user['blocked'] !== true);
    return account ? this.#forPerson(account, 'console', 'gateway', undefined) : null;
  }

  #forApplication({ id, ownAccess }: Application, api: Api, requested: string | undefined) {
    const audience = this.#audiences[api];
    if (!ownAccess.includes(api)) {
      throw new OAuthError(
        403,
        'access_denied',
        `Client is not authorized to access "${audience}". You need to create a "client-grant" associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants`,
      );
    }
    const granted = narrow(applicationScopes[api], requested);
    return this.#token(granted, {
      sub: `${id}@clients`,
      aud: audience,
      azp: id,
      gty: 'client-credentials',
      ...(api === 'gateway' ? { permissions: granted } : {}),
    });
  }

  #forPerson({ user, permissions }: Account, client: string, api: Api, requested: string | undefined) {
    const grantable = api === 'gateway' ? permissions : currentUserScopes;
    return this.#token(narrow(grantable, requested), {
      sub: user.user_id,
      aud: this.#audiences[api],
      azp: client,
      gty: 'password',
      ...(api === 'gateway' ? { permissions } : {}),
    });
  }

  async #token(granted: readonly string[], claims: JWTPayload): Promise<TokenAnswer> {
    const scope = granted.join(' ');
    return {
      access_token: await this.#signing.sign({ ...claims, scope }),
      scope,
      expires_in: tokenLifetimeSeconds,
      token_type: 'Bearer',
    };
  }

  #apiOf(audience: string | undefined): Api {
    if (audience === undefined) {
      throw new OAuthError(
        403,
        'access_denied',
        'No audience parameter was provided, and no default audience is set.',
      );
    }
    const api = (['management', 'gateway'] as const).find((each) => this.#audiences[each] === audience);
    if (!api) throw new OAuthError(403, 'access_denied', `Service not found: ${audience}`);
    return api;
  }

  #signIn(email: string, password: string, ip: string): Account {
    const account = this.#withEmail(email).find((each) => each.password === password);
    if (!account) throw new OAuthError(403, 'invalid_grant', 'Wrong email or password.');
    const { user } = account;
    if (user['blocked'] === true) throw new OAuthError(401, 'unauthorized', 'user is blocked');
    const now = instantAfter(user['updated_at']);
    const loginsCount = Number(user['logins_count'] ?? 0) + 1;
    const signedIn = { ...user, last_ip: ip, last_login: now, logins_count: loginsCount, updated_at: now };
    this.#store.put({ ...account, user: signedIn });
    return account;
  }

  /** Whoever has this e-mail, in any case of letters; those of the tenant's databases first. */
  #withEmail(email: string): readonly Account[] {
    const isFederated = ({ user }: Account) => Number(!user.user_id.startsWith('auth0|'));
    return [...this.#store.all()]
      .filter(({ user }) => textOf(user['email'])?.toLowerCase() === email.toLowerCase())
      .toSorted((a, b) => isFederated(a) - isFederated(b));
  }
}

function grantTypeOf(fields: ReadonlyMap<string, string>): GrantType {
  const grantType = required(fields, 'grant_type');
  if (grantType === 'client_credentials' || grantType === 'password') return grantType;
  throw new OAuthError(403, 'unsupported_grant_type', `Unsupported grant type: ${grantType}`);
}

/** The application that proves itself in the body, or by HTTP Basic. */
function authenticatedApplication({ fields, authorization }: TokenRequest): Application {
  const [id, secret] = basicCredentials(authorization) ?? [
    fields.get('client_id'),
    fields.get('client_secret'),
  ];
  const application = applications.find((each) => each.id === id && each.secret === secret);
  if (!application) throw new OAuthError(401, 'access_denied', 'Unauthorized');
  return application;
}

function basicCredentials(authorization: string | undefined): readonly [string, string] | undefined {
  const [, encoded] = /^Basic (\S+)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [, id = '', secret = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return [decodeForm(id), decodeForm(secret)];
}

/** RFC 6749, 2.3.1: both parts are form-encoded before they are joined. */
function decodeForm(text: string): string {
  return new URLSearchParams(`value=${text.replaceAll('&', '%26')}`).get('value') ?? '';
}

function required(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name);
  if (!value) throw new OAuthError(400, 'invalid_request', `Missing required parameter: ${name}`);
  return value;
}
