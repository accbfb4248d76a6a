import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import {
  type Auth0Client,
  type Auth0ClientOptions,
  type CallOptions,
  createAuth0Client,
  type ExchangeEvent,
} from '../../src/auth0/client.ts';
import { Auth0Fault } from '../../src/auth0/errors.ts';
import type { WireUser } from '../../src/auth0/wire.ts';

export const john: WireUser = {
  user_id: 'auth0|507f1f77bcf86cd799439020',
  email: 'john.doe@example.com',
  name: 'John Doe',
  identities: [
    {
      connection: 'Username-Password-Authentication',
      user_id: '507f1f77bcf86cd799439020',
      provider: 'auth0',
      isSocial: false,
    },
  ],
};

/** One request as it arrived. */
export type Received = {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** What the tenant does with a request that it has read to the end. */
export type Answer = (response: ServerResponse, request: Received) => void;

/** A tenant on loopback that does what it is told, and a client of it. */
export type Scene = AsyncDisposable & {
  readonly origin: string;
  readonly client: Auth0Client;
  /** What reached the Management API. */
  readonly requests: readonly Received[];
  /** What reached the token endpoint. */
  readonly tokenRequests: readonly Received[];
  readonly events: readonly ExchangeEvent[];
  /** Connections that were opened, and that are open. */
  readonly connections: { readonly opened: number; readonly open: number };
  /** One answer after the other; the last for all that follow. */
  answer(...answers: [Answer, ...Answer[]]): void;
  answerToken(...answers: [Answer, ...Answer[]]): void;
  stop(): Promise<void>;
  restart(): Promise<void>;
};

const secret = 'canary-secret';

export type SceneOptions = Auth0ClientOptions & {
  readonly origin?: string;
  /** The host that the client knows the tenant by. */
  readonly isNamed?: string;
};

/** By default it issues `canary-token-1`, `-2` and so on, and answers every request with John. */
export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const requests: Received[] = [];
  const tokenRequests: Received[] = [];
  const events: ExchangeEvent[] = [];
  const connections = { opened: 0, open: 0 };
  let next = inTurn(json(john));
  let nextToken = inTurn(token());

  const listen = async (port: number): Promise<Server> => {
    const server = createServer((incoming, response) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      incoming.once('end', () => {
        const { method = '', url: path = '', headers } = incoming;
        const isToken = path === '/oauth/token';
        const request = { method, path, headers, body };
        (isToken ? tokenRequests : requests).push(request);
        (isToken ? nextToken : next)()(response, request);
      });
    });
    server.on('connection', (socket) => {
      connections.opened++;
      connections.open++;
      socket.once('close', () => connections.open--);
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };

  const client = createAuth0Client(
    {
      origin:
        options.isNamed === undefined ? (options.origin ?? origin) : `http://${options.isNamed}:${port}`,
      audience: 'https://acme.example/api/v2/',
      clientId: 'gateway',
      clientSecret: secret,
    },
    {
      ...options,
      onExchange(event) {
        events.push(event);
        options.onExchange?.(event);
      },
    },
  );
  return {
    origin,
    client,
    requests,
    tokenRequests,
    events,
    connections,
    answer(...answers) {
      next = inTurn(...answers);
    },
    answerToken(...answers) {
      nextToken = inTurn(...answers);
    },
    stop,
    async restart() {
      server = await listen(port);
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await stop();
    },
  };
}

/** As `startScene`, with a token at hand and no connection open: what follows is sent upon a new one. */
export async function startSceneWithToken(options: SceneOptions = {}): Promise<Scene> {
  const scene = await startScene(options);
  scene.answerToken(token({ headers: { connection: 'close' } }), token());
  scene.client.start();
  await vi.waitFor(() => {
    if (!scene.client.hasToken() || scene.connections.open > 0) throw new Error('not yet');
  });
  return scene;
}

function inTurn(...answers: [Answer, ...Answer[]]): () => Answer {
  let turn = 0;
  return () => answers[Math.min(turn++, answers.length - 1)] ?? answers[0];
}

type Head = { readonly status?: number; readonly headers?: Readonly<Record<string, string | number>> };

export function json(body: unknown, { status = 200, headers = {} }: Head = {}): Answer {
  return text(JSON.stringify(body), { status, headers });
}

/** A body of any kind, announced as JSON unless the headers say otherwise. */
export function text(body: string | Uint8Array, { status = 200, headers = {} }: Head = {}): Answer {
  return (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

/** An error as Auth0 words it. */
export function refusal(status: number, errorCode?: string, head: Head = {}): Answer {
  return json(
    { statusCode: status, error: 'Error', message: 'canary-upstream', errorCode },
    { status, ...head },
  );
}

/** A new token with each answer. */
export function token({
  headers = {},
  ...fields
}: { headers?: Head['headers'] } & Record<string, unknown> = {}): Answer {
  let issued = 0;
  return (response, request) => {
    issued++;
    const body = {
      access_token: `canary-token-${issued}`,
      expires_in: 86_400,
      token_type: 'Bearer',
      ...fields,
    };
    json(body, { headers })(response, request);
  };
}

/** Not a word; the connection stays open. */
export const silence: Answer = () => {};

/** The request was read, and the connection is gone. */
export const reset: Answer = ({ socket }) => void socket?.resetAndDestroy();

/** The head and so much of the body, which then goes on for ever, is cut off, or never comes. */
export function broken(body: string, then: 'drip' | 'cut' | 'silence', head: Head = {}): Answer {
  return (response) => {
    const { status = 200, headers = { 'content-length': 1_000 } } = head;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.write(body, () => {
      if (then === 'cut') response.destroy();
    });
    if (then !== 'drip') return;
    const timer = setInterval(() => response.write(' '), 10);
    response.once('close', () => clearInterval(timer));
  };
}

/** These bytes instead of an answer, after which the connection is closed. */
export function raw(bytes: string): Answer {
  return ({ socket }) => void socket?.end(bytes);
}

/** A megabyte more than is read of any answer. */
export const tooLarge = Buffer.alloc(17 * 1024 * 1024, 'canary-upstream ');

/** Time enough. */
export function patiently(): CallOptions {
  return { signal: AbortSignal.timeout(10_000) };
}

export function within(ms: number): CallOptions {
  return { signal: AbortSignal.timeout(ms) };
}

/** A deadline that passes when the test says so. */
export function deadline(): CallOptions & { pass(): void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    pass: () => controller.abort(new DOMException('', 'TimeoutError')),
  };
}

/** What a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('Expected a failure.');
}

export async function fault(promise: Promise<unknown>): Promise<Auth0Fault> {
  const error = await failure(promise);
  if (!(error instanceof Auth0Fault)) throw new Error('Expected an Auth0Fault.', { cause: error });
  return error;
}
