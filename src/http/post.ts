/** A POST as Node has it, and an answer as Node takes it: for who can do without the fetch API. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Body, readMessage } from './body.ts';

export type Post = {
  /** As it stands in the request: with a query, where there is one. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readBody(): Promise<Body>;
  /** Calls back where the client goes before it is answered. */
  onceGone(leave: () => void): void;
};

/** Names of headers are in lower case. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Its server says when the client is gone. */
export class IncomingPost implements Post {
  readonly #request: IncomingMessage;
  #leave = () => {};

  constructor(request: IncomingMessage) {
    this.#request = request;
  }

  get path(): string {
    return this.#request.url ?? '/';
  }

  get headers(): IncomingHttpHeaders {
    return this.#request.headers;
  }

  readBody(): Promise<Body> {
    return readMessage(this.#request);
  }

  onceGone(leave: () => void): void {
    this.#leave = leave;
  }

  clientGone(): void {
    this.#leave();
  }
}

export function sendAnswer({ status, headers, body }: Answer, response: ServerResponse): void {
  if (response.destroyed) return;
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...headers, 'content-length': length });
  // What has nothing beyond ASCII is the same in both, and not looked at once more.
  response.end(body, length === body.length ? 'latin1' : 'utf8');
}
