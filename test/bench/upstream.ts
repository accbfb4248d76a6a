/**
 * The tenant of the bench, a process of its own: just enough of the Management API to be asked quickly, with a latency
 * and a rate limit that can be set. It also publishes the keys that the callers' tokens are signed with.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { userCount, userIdOf, wireUserOf } from './people.ts';

/** What the process is told. */
export type UpstreamCommand =
  | { readonly kind: 'behave'; readonly latencyMs: number; readonly callsPerSecond: number | null }
  | { readonly kind: 'count' };

/** What it tells: first where it is, then how many calls of the Management API there were. */
export type UpstreamReport =
  | {
      readonly kind: 'listening';
      readonly origin: string;
      /** Tokens of callers: one that may do everything, and those of the first users. */
      readonly admin: string;
      readonly people: readonly string[];
    }
  | { readonly kind: 'counted'; readonly calls: number };

export const callersAudience = 'https://users.gateway.example/';

const bodies = new Map(
  Array.from({ length: userCount }, (_, index) => [userIdOf(index), JSON.stringify(wireUserOf(index))]),
);
let behaviour = { latencyMs: 0, callsPerSecond: null as number | null };
let calls = 0;
let bucket = { tokens: 0, at: 0 };

const server = createServer((request, response) => {
  const { url = '' } = request;
  if (url.startsWith('/api/v2/users')) {
    calls++;
    if (behaviour.latencyMs > 0) setTimeout(answerApi, behaviour.latencyMs, request, response);
    else answerApi(request, response);
  } else if (url === '/oauth/token') {
    send(
      response,
      200,
      JSON.stringify({ access_token: 'management', expires_in: 86_400, token_type: 'Bearer' }),
    );
  } else if (url === '/.well-known/jwks.json') send(response, 200, jwks);
  else refuse(response, 404, 'Not Found');
});

function answerApi(request: IncomingMessage, response: ServerResponse): void {
  const limits = takeToken();
  if (limits === null) {
    refuse(response, 429, 'Too Many Requests', {
      'x-ratelimit-limit': String(behaviour.callsPerSecond),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + 1),
    });
    return;
  }
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://upstream');
  if (pathname === '/api/v2/users') {
    const ids = [...(searchParams.get('q') ?? '').matchAll(/"([^"]+)"/g)].map(([, id = '']) => id);
    const users = ids.flatMap((id) => bodies.get(id) ?? []);
    const page = `{"start":0,"limit":${ids.length},"length":${users.length},"total":${users.length}`;
    send(response, 200, `${page},"users":[${users.join(',')}]}`, limits);
    return;
  }
  const body = bodies.get(decodeURIComponent(pathname.slice('/api/v2/users/'.length)));
  if (body === undefined) refuse(response, 404, 'The user does not exist.');
  else if (request.method === 'PATCH') void update(body, request, response, limits);
  else send(response, 200, body, limits);
}

/** Answers as though it were kept: every run finds the same users. */
async function update(body: string, request: IncomingMessage, response: ServerResponse, limits: Headers) {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const patch = JSON.parse(Buffer.concat(chunks).toString()) as { readonly name?: string };
  if ((patch.name?.length ?? 0) > 300) refuse(response, 400, 'Payload validation error');
  else send(response, 200, JSON.stringify({ ...JSON.parse(body), ...patch }), limits);
}

type Headers = { readonly [name: string]: string };

/** The headers of an answer within the rate limit; `null`: there is no more of it. */
function takeToken(): Headers | null {
  const { callsPerSecond: rate } = behaviour;
  if (rate === null)
    return { 'x-ratelimit-limit': '1000000', 'x-ratelimit-remaining': '999999', 'x-ratelimit-reset': '0' };
  const now = performance.now();
  bucket = { tokens: Math.min(rate, bucket.tokens + ((now - bucket.at) / 1_000) * rate), at: now };
  if (bucket.tokens < 1) return null;
  bucket.tokens--;
  return {
    'x-ratelimit-limit': String(rate),
    'x-ratelimit-remaining': String(Math.floor(bucket.tokens)),
    'x-ratelimit-reset': String(Math.ceil((Date.now() + ((rate - bucket.tokens) / rate) * 1_000) / 1_000)),
  };
}

function send(response: ServerResponse, status: number, body: string, headers: Headers = {}): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

function refuse(response: ServerResponse, statusCode: number, message: string, headers: Headers = {}): void {
  const error = { statusCode, error: message, message };
  send(response, statusCode, JSON.stringify(error), headers);
}

const { privateKey, publicKey } = await generateKeyPair('RS256');
const jwks = JSON.stringify({
  keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' }],
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function sign(subject: string, permissions: readonly string[]): Promise<string> {
  return new SignJWT({ permissions, azp: 'bench', scope: 'openid profile email' })
    .setProtectedHeader({ alg: 'RS256', kid: 'bench', typ: 'at+jwt' })
    .setSubject(subject)
    .setIssuer(`${origin}/`)
    .setAudience([callersAudience, `${origin}/userinfo`])
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
}

function tell(report: UpstreamReport): void {
  process.send?.(report);
}

process.on('message', (command: UpstreamCommand) => {
  if (command.kind === 'count') tell({ kind: 'counted', calls });
  else {
    behaviour = command;
    bucket = { tokens: command.callsPerSecond ?? 0, at: performance.now() };
  }
});
// Its parent is gone.
process.on('disconnect', () => process.exit());

tell({
  kind: 'listening',
  origin,
  admin: await sign('auth0|admin', ['read:users', 'update:users']),
  people: await Promise.all(Array.from({ length: 100 }, (_, index) => sign(userIdOf(index), []))),
});
