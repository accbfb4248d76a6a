/** Serves a fetch-style handler over HTTP/1.1, and stops without losing what was asked of it. */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Response } from '@whatwg-node/fetch';
import { createServerAdapter } from '@whatwg-node/server';
import { mostConnections, openFilesLimit } from './descriptors.ts';
import { type Answer, IncomingPost, type Post, sendAnswer } from './post.ts';

/** To import it would load Node's own `fetch`, too (src/README.md). */
const { createServer } = process.getBuiltinModule('node:http');

export type Handler = (request: Request) => Response | Promise<Response>;

/** Answers some of the POSTs before they become a `Request`; `null`: not this one, and nothing of it was read. */
export type Shortcut = (post: Post) => Promise<Answer> | null;

export type ListenOptions = {
  /** An IP address or a host name. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Hears of what the handler throws; the client gets a bare 500. */
  readonly onError: (error: unknown) => void;
  /** Connections open at once; those beyond are closed as they come. Default: as the limit of open files allows. */
  readonly maxConnections?: number;
  readonly shortcut?: Shortcut;
  /** How long a client may take. */
  readonly patience?: Patience;
};

export type Patience = {
  /** To send the head of a request. */
  readonly headMs: number;
  /** To send all of it. */
  readonly requestMs: number;
  /** To take the answer, from when it is made. */
  readonly answerMs: number;
};

export type Listener = AsyncDisposable & {
  /** Where it can be reached from this machine, without a slash at the end. */
  readonly url: string;
  /** From here on each answer ends its connection, so that clients open the next one elsewhere. Still accepts. */
  drain(): void;
  /**
   * Accepts nothing more, and resolves when nothing is open: as soon as every request is answered and every handler
   * done (also those whose client is gone), or after `graceMs`, when the connections left are cut. Asked again, the grace that ends first holds.
   */
  close(graceMs: number): Promise<void>;
};

/** For whoever just disposes of a listener. */
const defaultGraceMs = 10_000;

/** A head is small and comes at once; a body is at most some 100 KB, an answer 16 MB. */
const usualPatience: Patience = { headMs: 10_000, requestMs: 30_000, answerMs: 60_000 };

const serverOptions = {
  /** Longer than the 60 s that load balancers usually keep an idle connection, or they would write to a closed one. */
  keepAliveTimeout: 75_000,
  /** Access tokens of several KB are common. */
  maxHeaderSize: 16_384,
};

/** Rejects with Node's own error where it cannot listen, such as EADDRINUSE. */
export async function listen(
  handler: Handler,
  {
    host,
    port,
    onError,
    shortcut = () => null,
    maxConnections = mostConnections(openFilesLimit()),
    patience = usualPatience,
  }: ListenOptions,
): Promise<Listener> {
  // Counted, not kept: what short-lived things pass through a `Set` outlives them (src/README.md).
  let unanswered = 0;
  let working = 0;
  const idle = Promise.withResolvers<void>();
  let isDraining = false;
  let isClosing = false;
  let stopped: Promise<void> | null = null;

  const settle = () => {
    if (isClosing && unanswered === 0 && working === 0) idle.resolve();
  };
  const isMade = (response: ServerResponse) => {
    working--;
    endsUnlessTaken(response, patience.answerMs);
    settle();
  };
  const adapter = createServerAdapter<{ readonly res: ServerResponse }>(async (request, { res }) => {
    if (!isProper(request)) return new Response(null, { status: 400 });
    working++;
    try {
      return await handler(request);
    } catch (error) {
      onError(error);
      return new Response(null, { status: 500 });
    } finally {
      if (isDraining) endsConnection(res);
      isMade(res);
    }
  });
  const take = async (response: ServerResponse, answer: Promise<Answer>) => {
    working++;
    try {
      const made = await answer;
      if (isDraining) endsConnection(response);
      sendAnswer(made, response);
    } catch (error) {
      onError(error);
      sendAnswer(failed, response);
    } finally {
      isMade(response);
    }
  };
  const timeouts = {
    headersTimeout: patience.headMs,
    requestTimeout: patience.requestMs,
    connectionsCheckingInterval: patience.headMs / 2,
  };
  const isProperPost = createIsProperPost();
  const server = createServer({ ...serverOptions, ...timeouts }, (request, response) => {
    unanswered++;
    if (isDraining) endsConnection(response);
    const asked = isProperPost(request) ? new IncomingPost(request) : null;
    response.on('close', () => {
      unanswered--;
      settle();
      if (!response.writableFinished) asked?.clientGone();
    });
    const answer = asked && shortcut(asked);
    if (answer) void take(response, answer);
    else adapter.requestListener(request, response);
  });

  server.maxConnections = maxConnections;

  const drain = () => {
    isDraining = true;
  };
  const close = async (graceMs: number) => {
    isClosing = true;
    drain();
    stopped ??= new Promise((resolve) => server.close(() => resolve()));
    const grace = setTimeout(idle.resolve, graceMs);
    settle();
    await idle.promise;
    clearTimeout(grace);
    server.closeAllConnections();
    await stopped;
  };

  await bind(server, host, port);
  return { url: urlOf(server), drain, close, [Symbol.asyncDispose]: () => close(defaultGraceMs) };
}

const failed: Answer = { status: 500, headers: {}, body: '' };

/**
 * What Node's parser lets through: a Host that is none, a body in a coding that nobody here undoes, and TRACE, which
 * no fetch-style request can be.
 */
function isProper(request: Request): boolean {
  const coding = request.headers.get('transfer-encoding');
  const host = request.headers.get('host') ?? '';
  return isHost(host) && URL.canParse(request.url) && isTransferable(coding) && request.method !== 'TRACE';
}

/** Else what stands in it would count as the path, to some. */
function isHost(host: string): boolean {
  return !/[/?#@\\\s]/.test(host);
}

/** As `isProper`. Hosts are few: the last one is not looked at again, which takes longer than all the rest. */
function createIsProperPost(): (request: IncomingMessage) => boolean {
  let properHost: string | undefined;
  return ({ method, headers, url }) => {
    const { host } = headers;
    if (method !== 'POST' || !url?.startsWith('/') || !host) return false;
    if (!isTransferable(headers['transfer-encoding'] ?? null)) return false;
    if (host === properHost) return true;
    if (!isHost(host) || !URL.canParse(`http://${host}/`)) return false;
    properHost = host;
    return true;
  };
}

function isTransferable(coding: string | null): boolean {
  return (coding ?? 'chunked').toLowerCase() === 'chunked';
}

/**
 * What is made and never taken would be kept for ever. The time counts once it is this answer's turn: before, what is
 * asked for first is still under way. No handler is ended by it, nor what another request of the connection began.
 */
function endsUnlessTaken(response: ServerResponse, ms: number): void {
  const begin = () => {
    // A mere end would wait for the client as well, with what the system holds.
    const timer = setTimeout(() => response.socket?.resetAndDestroy(), ms).unref();
    response.once('close', () => clearTimeout(timer));
  };
  if (response.closed) return;
  // All of it is the system's: nothing here is kept any longer than that takes.
  if (response.writableEnded && response.socket?.writableLength === 0) return;
  if (response.socket) begin();
  else response.once('socket', begin);
}

function endsConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function urlOf(server: Server): string {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new TypeError('expected a server bound to a port');
  const { address, family, port } = bound;
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (address === '::') return `http://[::1]:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
