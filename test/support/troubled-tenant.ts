/** A tenant in trouble: passes everything on to a healthy one, but for the calls that were told to go wrong. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export type Trouble = {
  /** Whether the healthy tenant gets the call before things go wrong. */
  readonly applied?: boolean;
  /** What happens instead of its answer. */
  readonly instead: (response: ServerResponse) => void;
};

export type TroubledTenant = AsyncDisposable & {
  readonly origin: string;
  /** What happens to the next call of the Management API, and to those after it. */
  trouble(...troubles: Trouble[]): void;
  /** Method and path of every call of the Management API since the last look. */
  takeCalls(): string[];
};

export async function startTroubledTenant(healthy: string): Promise<TroubledTenant> {
  const troubles: Trouble[] = [];
  const calls: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const isManagement = request.url?.startsWith('/api/v2/') ?? false;
      if (isManagement) calls.push(`${request.method} ${request.url}`);
      const trouble = isManagement ? troubles.shift() : undefined;
      const body = await text(request);
      if (trouble === undefined) return passOn(await forward(healthy, request, body), response);
      if (trouble.applied) await (await forward(healthy, request, body)).text();
      return trouble.instead(response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Expected a port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    trouble: (...added) => void troubles.push(...added),
    takeCalls: () => calls.splice(0),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const reset: Trouble['instead'] = (response) => response.socket?.resetAndDestroy();
export const hang: Trouble['instead'] = () => {};

export function answer(
  status: number,
  body: string | object,
  headers: Record<string, string> = {},
): Trouble['instead'] {
  return (response) => {
    const type = typeof body === 'string' ? 'text/html' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

async function forward(healthy: string, request: IncomingMessage, body: string): Promise<Response> {
  const { authorization, 'content-type': type } = request.headers;
  return fetch(`${healthy}${request.url}`, {
    method: request.method ?? 'GET',
    headers: { ...(authorization && { authorization }), ...(type && { 'content-type': type }) },
    ...(body !== '' && { body }),
  });
}

async function passOn(answered: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answered.status, {
    'content-type': answered.headers.get('content-type') ?? 'text/plain',
  });
  response.end(await answered.text());
}
