/** A tenant of one's own for a test, and short words to call it with. */
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { JsonObject, Person } from '../../src/sandbox/user-record.ts';

type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: JsonObject;
  /** The body where it is a list. */
  readonly list: readonly JsonObject[];
};

type Call = {
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
  /** Instead of one with every scope; null for none. */
  readonly token?: string | null;
};

export type Tenant = Sandbox & {
  /** A Management API call; the path begins after /api/v2. */
  call(method: string, path: string, call?: Call): Promise<Answer>;
  /** A token for the Management API with these scopes, or all of them. */
  managementToken(scope?: string): Promise<string>;
  requestToken(fields: { readonly [name: string]: string }): Promise<Answer>;
  search(q: string): Promise<readonly string[]>;
};

export const john = 'auth0|507f1f77bcf86cd799439020';

/** Without rate limit and search lag unless they are asked for. */
export async function startTenant(options: SandboxOptions = {}): Promise<Tenant> {
  const sandbox = await startSandbox({ port: 0, rateLimit: { kind: 'none' }, searchLagMs: 0, ...options });
  const { origin } = sandbox;

  const requestToken = (fields: { readonly [name: string]: string }) =>
    answerOf(
      fetch(`${origin}/oauth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fields),
      }),
    );

  const managementToken = async (scope?: string) => {
    const { body } = await requestToken({
      grant_type: 'client_credentials',
      client_id: 'gateway',
      client_secret: 'gateway-secret',
      audience: `${origin}/api/v2/`,
      ...(scope === undefined ? {} : { scope }),
    });
    return String(body['access_token']);
  };

  const everything = await managementToken();

  const call = (method: string, path: string, { body, headers, token = everything }: Call = {}) =>
    answerOf(
      fetch(`${origin}/api/v2${path}`, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );

  const search = async (q: string) => {
    const { status, text, list } = await call('GET', `/users?per_page=100&q=${encodeURIComponent(q)}`);
    if (status !== 200) throw new Error(text);
    return list.map((user) => String(user['user_id']));
  };

  return Object.assign(sandbox, { call, managementToken, requestToken, search });
}

async function answerOf(pending: Promise<Response>): Promise<Answer> {
  const response = await pending;
  const text = await response.text();
  const body = (text === '' ? {} : JSON.parse(text)) as JsonObject & readonly JsonObject[];
  return {
    status: response.status,
    headers: response.headers,
    text,
    body,
    list: Array.isArray(body) ? body : [],
  };
}

export function userPath(userId: string): string {
  return `/users/${encodeURIComponent(userId)}`;
}

/** A database user with these attributes. */
export function person(id: string, attributes: { readonly [attribute: string]: unknown } = {}): Person {
  return {
    user_id: `auth0|${id}`,
    email: `${id}@example.com`,
    email_verified: true,
    name: id,
    created_at: '2024-01-01T00:00:00.000Z',
    updated_at: '2024-01-01T00:00:00.000Z',
    identities: [
      { connection: 'Username-Password-Authentication', user_id: id, provider: 'auth0', isSocial: false },
    ],
    ...attributes,
  };
}
