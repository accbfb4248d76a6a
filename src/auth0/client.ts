import { createPacing, type Pacing } from '../pacing/pacing.ts';
import type { Lane, Place } from '../pacing/place.ts';
import { bodyIfFound, bodyOf } from './answer.ts';
import { Circuit, type CircuitState } from './circuit.ts';
import { Auth0Fault, type FaultCode } from './errors.ts';
import {
  type ConnectionOptions,
  exchange,
  type HttpAnswer,
  type HttpRequest,
  openConnections,
} from './exchange.ts';
import { createPaced, type OnQueued } from './paced.ts';
import { withRetries } from './retry.ts';
import { RetryBudget } from './retry-budget.ts';
import { ManagementToken } from './token.ts';
import {
  parseIdpTokens,
  parseToken,
  parseUser,
  parseUserPage,
  parseUsers,
  type WireIdentity,
  type WirePatch,
  type WireUser,
} from './wire.ts';

export type Auth0Settings = {
  /** Scheme, host and port; no slash at the end. */
  readonly origin: string;
  /** The Management API's identifier: `https://<tenant>/api/v2/`, whatever host `origin` names. */
  readonly audience: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

/** What every call carries. */
export type CallOptions = {
  /** The operation's deadline (and, on reads, the client's departure). */
  readonly signal: AbortSignal;
  /** When that deadline passes, in the time of `performance.now()`; without it a 429 is the last word. */
  readonly endsAt?: number | undefined;
  /** Where it waits for the tenant's budget. Absent: among those that are nobody's, in the lane of its endpoint. */
  readonly place?: Place | undefined;
  /** Already validated; sent as X-Correlation-ID. */
  readonly correlationId?: string | undefined;
};

export type UserPage = {
  /** Auth0's search syntax, v3. Absent: everybody. */
  readonly q?: string;
  /** `field:1` or `field:-1`. */
  readonly sort?: string;
  /** From 0. */
  readonly page: number;
  readonly perPage: number;
};

export interface Auth0Client extends AsyncDisposable {
  /** `null`: no such user. */
  getUser(id: string, options: CallOptions): Promise<WireUser | null>;
  listUsers(page: UserPage, options: CallOptions): Promise<{ users: WireUser[]; total: number }>;
  /** Sends the address as it is given. */
  usersByEmail(email: string, options: CallOptions): Promise<WireUser[]>;
  /** The whole user after the update; `null`: no such user. */
  updateUser(id: string, patch: WirePatch, options: CallOptions): Promise<WireUser | null>;
  /** One user's identities with the provider tokens that every other call leaves out; `null`: no such user. */
  getIdpTokens(id: string, options: CallOptions): Promise<WireIdentity[] | null>;
  /** Obtains the first management token in the background, trying again with backoff until it has one or is disposed. */
  start(): void;
  /** A token is at hand that can still be used. */
  hasToken(): boolean;
}

type ApiEndpoint = 'users.get' | 'users.list' | 'users.by-email' | 'users.update';

export type Endpoint = ApiEndpoint | 'token';

/** One exchange with Auth0, for those who count: never an id, never a value. */
export type ExchangeEvent = {
  readonly method: HttpRequest['method'];
  readonly endpoint: Endpoint;
  /** `null`: no answer. */
  readonly status: number | null;
  /** `null`: an answer to believe, a refusal among them. */
  readonly fault: FaultCode | null;
  readonly durationMs: number;
};

/** Follows one exchange. */
export type ExchangeSpan = {
  /** Sent along with the request. */
  readonly headers: Readonly<Record<string, string>>;
  end(event: ExchangeEvent): void;
};

export type Auth0ClientOptions = ConnectionOptions & {
  /** What calls of the Management API wait for. Default: nothing but what the tenant itself asks for. */
  readonly pacing?: Pacing;
  readonly onQueued?: OnQueued;
  /** Told what an answer says that the tenant's bucket for these calls still holds. */
  readonly onRemaining?: (calls: number, bucket: 'read' | 'write') => void;
  /** Told of an exchange about to begin, where somebody follows them. The route is its path, without ids or values. */
  readonly beginExchange?: (begun: {
    readonly method: HttpRequest['method'];
    readonly route: string;
  }) => ExchangeSpan | null;
  readonly onExchange?: (event: ExchangeEvent) => void;
  /** Told when a call is made again because of the last attempt's fault. */
  readonly onRetry?: (event: { readonly endpoint: Endpoint; readonly fault: FaultCode }) => void;
  /** Told when the tenant is left in peace because it keeps failing (`open`), and when it is back. */
  readonly onCircuit?: (state: CircuitState) => void;
};

/** A client of one tenant. Nothing is sent before it is started or asked. */
export function createAuth0Client(settings: Auth0Settings, options: Auth0ClientOptions = {}): Auth0Client {
  const {
    beginExchange,
    onQueued,
    onRemaining = () => {},
    onExchange = () => {},
    onRetry = () => {},
    onCircuit = () => {},
    pacing = createPacing({ kind: 'none' }),
  } = options;
  const pool = openConnections(settings.origin, options);
  const circuit = new Circuit(onCircuit);
  const budget = new RetryBudget();

  /**
   * One exchange, unless the tenant is left in peace. That is decided by its API alone: tokens have a pause of their own.
   *
   * @param heed told of any answer, before it is read
   */
  const send = async <T>(
    endpoint: Endpoint,
    request: HttpRequest,
    signal: AbortSignal,
    read: (answer: HttpAnswer) => T,
    heed?: (answer: HttpAnswer) => void,
  ): Promise<T> => {
    const { method } = request;
    const judge = endpoint === 'token' ? null : circuit;
    judge?.admit();
    const span = beginExchange?.({ method, route: routes[endpoint] });
    const sent = span ? { ...request, headers: { ...request.headers, ...span.headers } } : request;
    const start = performance.now();
    let status: number | null = null;
    let fault: FaultCode | null = null;
    try {
      const answer = await exchange(pool, sent, signal);
      status = answer.status;
      heed?.(answer);
      const result = read(answer);
      judge?.succeeded();
      return result;
    } catch (error) {
      if (error instanceof Auth0Fault) fault = error.code;
      // A search may also fail because of what is searched for: that is no reason to leave the tenant in peace.
      judge?.failed(error, endpoint !== 'users.list');
      throw error;
    } finally {
      const event = { method, endpoint, status, fault, durationMs: performance.now() - start };
      span?.end(event);
      onExchange(event);
    }
  };

  const token = new ManagementToken((signal) =>
    withRetries(() => send('token', tokenRequest(settings), signal, (answer) => parseToken(bodyOf(answer))), {
      reads: true,
      signal,
      budget,
      onRetry: (fault) => onRetry({ endpoint: 'token', fault }),
    }),
  );
  const bucketOf = {
    GET: { pacer: pacing.read, onRemaining: (calls: number) => onRemaining(calls, 'read') },
    PATCH: { pacer: pacing.write, onRemaining: (calls: number) => onRemaining(calls, 'write') },
  };

  /** One call of the Management API, with a token and in its turn, as often as its faults allow. */
  const call = <T>(
    endpoint: ApiEndpoint,
    request: ApiRequest,
    { signal, endsAt, correlationId, place = { lane: laneOf[endpoint], caller: '' } }: CallOptions,
    read: (answer: HttpAnswer) => T,
  ): Promise<T> => {
    const { pacer, onRemaining } = bucketOf[request.method];
    const inTurn = createPaced(pacer, { place, signal, endsAt, onQueued, onRemaining });
    const attempt = (bearer: string) =>
      inTurn((heed) => {
        const headers = headersOf(request, bearer, correlationId);
        return send(endpoint, { ...request, headers }, signal, read, heed);
      });
    return withRetries(() => token.use(attempt, signal), {
      reads: request.method === 'GET',
      signal,
      endsAt,
      budget,
      onRetry: (fault) => onRetry({ endpoint, fault }),
    });
  };

  return {
    getUser: (id, callOptions) =>
      call('users.get', { method: 'GET', path: userPath(id) }, callOptions, (answer) => {
        const body = bodyIfFound(answer);
        return body === undefined ? null : parseUser(body, id);
      }),
    listUsers: (page, callOptions) =>
      call(
        'users.list',
        { method: 'GET', path: listPath(page), maxBytes: listBytes },
        callOptions,
        (answer) => parseUserPage(bodyOf(answer)),
      ),
    usersByEmail: (email, callOptions) =>
      call(
        'users.by-email',
        { method: 'GET', path: byEmailPath(email), maxBytes: listBytes },
        callOptions,
        (answer) => parseUsers(bodyOf(answer)),
      ),
    updateUser: (id, patch, callOptions) =>
      call(
        'users.update',
        { method: 'PATCH', path: userPath(id), body: JSON.stringify(patch) },
        callOptions,
        (answer) => {
          const body = bodyIfFound(answer);
          return body === undefined ? null : parseUser(body, id);
        },
      ),
    getIdpTokens: (id, callOptions) =>
      call('users.get', { method: 'GET', path: userPath(id) }, callOptions, (answer) => {
        const body = bodyIfFound(answer);
        return body === undefined ? null : parseIdpTokens(body, id);
      }),
    start: () => token.start(),
    hasToken: () => token.isAtHand(),
    async [Symbol.asyncDispose]() {
      token[Symbol.dispose]();
      pacing[Symbol.dispose]();
      await pool.destroy();
    },
  };
}

const laneOf: Record<ApiEndpoint, Lane> = {
  'users.get': 'interactive',
  'users.by-email': 'interactive',
  'users.update': 'interactive',
  'users.list': 'bulk',
};

const routes: Readonly<Record<Endpoint, string>> = {
  'users.get': '/api/v2/users/{id}',
  'users.list': '/api/v2/users',
  'users.by-email': '/api/v2/users-by-email',
  'users.update': '/api/v2/users/{id}',
  token: '/oauth/token',
};

type ApiRequest = Omit<HttpRequest, 'headers' | 'method'> & { readonly method: 'GET' | 'PATCH' };

/** A page of 100 users with 10 KB of each metadata has 2 MB, and profiles above that limit still exist. */
const listBytes = 16 * 1024 * 1024;

const userAgent = 'auth0-users-graphql';

function headersOf(
  { body }: ApiRequest,
  bearer: string,
  correlationId: string | undefined,
): HttpRequest['headers'] {
  const headers: Record<string, string> = {
    authorization: `Bearer ${bearer}`,
    accept: 'application/json',
    'user-agent': userAgent,
  };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (correlationId !== undefined) headers['x-correlation-id'] = correlationId;
  return headers;
}

function tokenRequest({ clientId, clientSecret, audience }: Auth0Settings): HttpRequest {
  return {
    method: 'POST',
    path: '/oauth/token',
    headers: { accept: 'application/json', 'content-type': 'application/json', 'user-agent': userAgent },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      audience,
    }),
  };
}

/** The id is one segment, whatever is in it. */
function userPath(id: string): string {
  // Encoding leaves these as they are, and a server takes them for another path.
  if (id === '' || id === '.' || id === '..') throw new RangeError('Expected an id that is a path segment.');
  return `/api/v2/users/${encodeURIComponent(id)}`;
}

function listPath({ q, sort, page, perPage }: UserPage): string {
  const query = new URLSearchParams({
    page: String(page),
    per_page: String(perPage),
    include_totals: 'true',
    search_engine: 'v3',
  });
  if (q !== undefined) query.set('q', q);
  if (sort !== undefined) query.set('sort', sort);
  return `/api/v2/users?${query}`;
}

function byEmailPath(email: string): string {
  return `/api/v2/users-by-email?${new URLSearchParams({ email })}`;
}
