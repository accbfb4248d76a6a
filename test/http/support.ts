import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Handler, type Listener, listen, type Patience, type Shortcut } from '../../src/http/listen.ts';

export type Served = Listener & { readonly errors: readonly unknown[]; readonly calls: () => number };

/** The handler on a free port of loopback, and what came of it. */
export async function serve(handler: Handler, patience?: Patience, shortcut?: Shortcut): Promise<Served> {
  const errors: unknown[] = [];
  let calls = 0;
  const counted: Handler = (request) => {
    calls += 1;
    return handler(request);
  };
  const listener = await listen(counted, {
    host: '127.0.0.1',
    port: 0,
    onError: (error) => void errors.push(error),
    ...(patience && { patience }),
    ...(shortcut && { shortcut }),
  });
  return { ...listener, errors, calls: () => calls };
}

/** A handler that answers when told to. */
export function gate() {
  const entered = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  return {
    entered: entered.promise,
    open: () => opened.resolve(),
    async handler() {
      entered.resolve();
      await opened.promise;
      return new Response('done');
    },
  };
}

export type Answer = {
  readonly status: number;
  readonly connection: string | undefined;
  readonly body: string;
};

/** A client that keeps its connections open, as browsers and routers do. */
export function keepAliveClient(): Disposable & { get(url: string): Promise<Answer> } {
  const agent = new Agent({ keepAlive: true });
  return {
    async get(url) {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        httpRequest(url, { agent }, resolve).on('error', reject).end();
      });
      return {
        status: response.statusCode ?? 0,
        connection: response.headers.connection,
        body: await text(response),
      };
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** Writes the bytes as they are and returns all that comes back until the server hangs up. */
export function exchangeRaw(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes, 'latin1'));
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += String(chunk);
    });
    socket.on('close', () => resolve(received)).on('error', reject);
  });
}
