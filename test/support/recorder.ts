/** Passes every call on to a tenant as it came, answers and accidents back as well, and keeps what was sent. */
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer, text } from 'node:stream/consumers';

export type RecordedCall = {
  readonly path: string;
  readonly authorization: string;
  /** The request line and every other header. */
  readonly head: string;
  readonly body: string;
};

export type Recorder = AsyncDisposable & {
  readonly origin: string;
  readonly calls: readonly RecordedCall[];
  /** What the token endpoint answered. */
  readonly tokenAnswers: readonly string[];
};

export async function startRecorder(tenant: string): Promise<Recorder> {
  const calls: RecordedCall[] = [];
  const tokenAnswers: string[] = [];
  const server = createServer((incoming, response) => {
    void (async () => {
      const body = await text(incoming);
      calls.push(recorded(incoming, body));
      const { host: _, ...headers } = incoming.headers;
      const outgoing = httpRequest(`${tenant}${incoming.url}`, { method: incoming.method ?? '', headers });
      const cut = () => response.socket?.resetAndDestroy();
      outgoing.on('error', cut).on('response', (answer) => {
        const whole = async () => {
          const bytes = await buffer(answer);
          if (incoming.url === '/oauth/token') tokenAnswers.push(bytes.toString());
          response.writeHead(answer.statusCode ?? 0, answer.headers).end(bytes);
        };
        whole().catch(cut);
      });
      response.on('close', () => outgoing.destroy());
      outgoing.end(body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Expected a port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    calls,
    tokenAnswers,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function recorded({ method, url = '', headers }: IncomingMessage, body: string): RecordedCall {
  const { authorization = '', ...others } = headers;
  return { path: url, authorization, head: `${method} ${url} ${JSON.stringify(others)}`, body };
}
