/** A POST as Node has it, and an answer as Node takes it: for who can do without the fetch API. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Body, readMessage } from './body.ts';

export type Post = {
  /** As it stands in the request: with a query, where there is one. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly readBody: () => Promise<Body>;
  /** Calls back where the client goes before it is answered. */
  readonly onceGone: (leave: () => void) => void;
};

/** Names of headers are in lower case. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export function toPost(request: IncomingMessage, response: ServerResponse): Post {
  return {
    path: request.url ?? '/',
    headers: request.headers,
    readBody: () => readMessage(request),
    onceGone: (leave) =>
      void response.on('close', () => {
        if (!response.writableFinished) leave();
      }),
  };
}

export function sendAnswer({ status, headers, body }: Answer, response: ServerResponse): void {
  if (response.destroyed) return;
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...headers, 'content-length': length });
  // What has nothing beyond ASCII is the same in both, and not looked at once more.
  response.end(body, length === body.length ? 'latin1' : 'utf8');
}
