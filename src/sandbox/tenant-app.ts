/** The tenant's HTTP surface: which path leads where, and what every answer carries. */
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { authenticate } from './access.ts';
import { readFields, readJson } from './bodies.ts';
import { ApiError, notFound } from './errors.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { Signing } from './signing.ts';
import { OAuthError, type TokenApi } from './token-api.ts';
import type { UsersApi } from './users-api.ts';

/** One answered request; `body` is what was sent, as far as it could be read, and never credentials. */
export type Exchange = { method: string; path: string; status: number; body?: unknown };

export type TenantParts = {
  readonly origin: string;
  readonly signing: Signing;
  readonly tokens: TokenApi;
  readonly users: UsersApi;
  readonly admit: RateLimiter;
  readonly onExchange: (exchange: Exchange) => void;
};

type Env = { Bindings: HttpBindings; Variables: { body: unknown } };
type Ctx = Context<Env>;

export function createTenantApp(parts: TenantParts): Hono<Env> {
  const { origin, signing, tokens, users, admit, onExchange } = parts;
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    await next();
    const { pathname, search } = new URL(c.req.url);
    const body = c.get('body');
    const exchange = { method: c.req.method, path: pathname + search, status: c.res.status };
    onExchange(body === undefined ? exchange : { ...exchange, body });
  });

  app.get('/.well-known/jwks.json', (c) => c.json(signing.jwks));
  app.get('/.well-known/openid-configuration', (c) => c.json(discovery(origin)));
  app.post('/oauth/token', async (c) => {
    c.header('cache-control', 'no-store');
    return c.json(
      await tokens.answer({
        fields: await readFields(c.req.raw),
        authorization: c.req.header('authorization'),
        ip: c.env.incoming.socket.remoteAddress ?? '127.0.0.1',
      }),
    );
  });

  app.use('/api/v2/*', async (c, next) => {
    const { headers, refusal } = admit(c.req.method, c.req.path);
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    if (refusal) throw new ApiError(429, refusal, 'too_many_requests');
    assertUrlLength(c);
    await next();
  });

  const accessOf = (c: Ctx) => authenticate(c.req.header('authorization'), signing, `${origin}/api/v2/`);
  const idOf = (c: Ctx) => c.req.param('id') ?? '';
  // Read early to be seen, judged late: who may not, is told so before what is wrong with the body.
  const bodyOf = async (c: Ctx): Promise<() => unknown> => {
    try {
      const body = await readJson(c.req.raw);
      c.set('body', body);
      return () => body;
    } catch (error) {
      return () => {
        throw error;
      };
    }
  };

  app.get('/api/v2/users', async (c) => c.json(users.list(await accessOf(c), new URL(c.req.url))));
  app.post('/api/v2/users', async (c) => c.json(users.create(await accessOf(c), await bodyOf(c)), 201));
  app.get('/api/v2/users-by-email', async (c) =>
    c.json(users.byEmail(await accessOf(c), new URL(c.req.url))),
  );
  app.get('/api/v2/users/:id', async (c) =>
    c.json(users.get(await accessOf(c), idOf(c), new URL(c.req.url))),
  );
  app.patch('/api/v2/users/:id', async (c) => {
    return c.json(users.update(await accessOf(c), idOf(c), await bodyOf(c)));
  });
  app.delete('/api/v2/users/:id', async (c) => {
    users.delete(await accessOf(c), idOf(c));
    return c.body(null, 204);
  });

  app.notFound((c) => refuse(c, notFound()));
  app.onError((error, c) => refuse(c, error));
  return app;
}

/** Auth0 does not publish its limit; this is a common one. */
const maxUrlLength = 8192;

function assertUrlLength(c: Ctx): void {
  if ((c.env.incoming.url ?? '').length > maxUrlLength) throw new ApiError(414, 'Request-URI Too Large');
}

function refuse(c: Ctx, error: Error): Response {
  if (error instanceof ApiError) return c.json(error.toJSON(), error.status as ContentfulStatusCode);
  if (error instanceof OAuthError) return c.json(error.toJSON(), error.status as ContentfulStatusCode);
  console.error('sandbox:', error);
  return c.json(new ApiError(500, 'An internal server error occurred').toJSON(), 500);
}

function discovery(origin: string) {
  return {
    issuer: `${origin}/`,
    token_endpoint: `${origin}/oauth/token`,
    jwks_uri: `${origin}/.well-known/jwks.json`,
    grant_types_supported: ['client_credentials', 'password'],
    response_types_supported: ['token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  };
}
