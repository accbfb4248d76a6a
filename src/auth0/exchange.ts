import type { LookupFunction } from 'node:net';
import { type Dispatcher, Pool } from 'undici';
import { Auth0Fault, abortFault, type Outcome, saysTimeout } from './errors.ts';
import type { AnswerHeaders } from './rate-limit.ts';

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How much of an answer is read. Default: enough for any one user. */
  readonly maxBytes?: number;
};

export type HttpAnswer = {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** Empty where a refusal (4xx) came without a readable body: the refusal stands all the same. */
  readonly text: string;
};

export type ConnectionOptions = {
  /** At most so many at once. Default 50. */
  readonly connections?: number;
  /** How long a read may wait for the first line of its answer before it is given up, and repeated. Default 3,000. */
  readonly headersTimeoutMs?: number;
  /** How names are resolved, where not as usual. */
  readonly lookup?: LookupFunction;
};

/** Auth0 indexes users of up to 1 MB, and keeps larger ones. */
const userBytes = 4 * 1024 * 1024;

/** The connections to one origin. */
export function openConnections(
  origin: string,
  { connections = 50, headersTimeoutMs = 3_000, lookup }: ConnectionOptions = {},
): Pool {
  return new Pool(origin, {
    connections,
    connect: { timeout: 1_000, ...(lookup && { lookup }) },
    // Over HTTP/2 every request shares one connection. When that dies in silence, a request that times out only closes
    // its own stream, and the dead connection goes on being used for as long as the operating system hopes for it: minutes.
    allowH2: false,
    // A socket that the other side closes just as a request is written leaves the outcome of that request unknown.
    // So idle ones are closed from here: before a load balancer's usual minute, and before what `Keep-Alive` announces.
    keepAliveTimeout: 20_000,
    keepAliveMaxTimeout: 50_000,
    headersTimeout: headersTimeoutMs,
    // The signal bounds the whole exchange; this would only bound the silence between two chunks.
    bodyTimeout: 0,
  });
}

/**
 * Sends one request, once, and reads the whole answer, whatever its status: a redirect is an answer like any other.
 *
 * @throws {Auth0Fault} When there is no complete answer. Its outcome is `not-applied` only if no byte was written.
 */
export function exchange(
  dispatcher: Dispatcher,
  { method, path, headers, body = '', maxBytes = userBytes }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  if (signal.aborted) return Promise.reject(abortFault(signal.reason, 'not-applied'));
  const handler = new AnswerHandler(maxBytes, signal);
  // Not `request()`: it hides `onRequestStart`, and hears no signal while it waits for a connection.
  dispatcher.dispatch(
    {
      method,
      path,
      headers: { ...headers, 'accept-encoding': 'identity' },
      body: body || null,
      // Giving up a slow write early would only make it one of which nobody knows.
      ...(method !== 'GET' && { headersTimeout: 0 }),
    },
    handler,
  );
  return handler.answer;
}

class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #answer = Promise.withResolvers<HttpAnswer>();
  readonly #chunks: Buffer[] = [];
  readonly #maxBytes: number;
  readonly #signal: AbortSignal;
  #bytes = 0;
  #controller: Dispatcher.DispatchController | null = null;
  #sentAt = 0;
  #head: Omit<HttpAnswer, 'text'> | null = null;
  #givenUp = false;

  constructor(maxBytes: number, signal: AbortSignal) {
    this.#maxBytes = maxBytes;
    this.#signal = signal;
    signal.addEventListener('abort', this.#giveUp, { once: true });
  }

  get answer(): Promise<HttpAnswer> {
    return this.#answer.promise;
  }

  readonly #giveUp = (): void => {
    this.#givenUp = true;
    const waitedMs = this.#controller && performance.now() - this.#sentAt;
    this.#fail(abortFault(this.#signal.reason, this.#outcome, waitedMs));
    this.#controller?.abort(new Error('given up'));
  };

  /** Called with a live connection at hand, right before the first byte is written, and not before. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#givenUp) return controller.abort(new Error('given up'));
    this.#controller = controller;
    this.#sentAt = performance.now();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    if (status < 200) return;
    this.#head = { status, headers };
    if ((headers['content-encoding'] ?? 'identity') === 'identity') return;
    this.#refuse(controller, 'Auth0 answered in an encoding that was not asked for');
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#maxBytes) this.#chunks.push(chunk);
    else this.#refuse(controller, "Auth0's answer is too large");
  }

  onResponseEnd(): void {
    const text = decode(Buffer.concat(this.#chunks));
    if (this.#head && text !== null) this.#end({ ...this.#head, text });
    else this.#fail(badResponse('Auth0 answered in something else than UTF-8'));
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#fail(
      this.#head ? brokenOff(error, this.#head.status) : this.#controller ? unanswered(error) : unsent(error),
    );
  }

  get #outcome(): Outcome {
    return this.#controller ? 'unknown' : 'not-applied';
  }

  #refuse(controller: Dispatcher.DispatchController, message: string): void {
    const fault = new Auth0Fault('bad_response', message, { outcome: 'unknown' });
    this.#fail(fault);
    controller.abort(fault);
  }

  #fail(error: Error): void {
    if (this.#head && isRefusal(this.#head.status)) return this.#end({ ...this.#head, text: '' });
    this.#signal.removeEventListener('abort', this.#giveUp);
    this.#answer.reject(error);
  }

  #end(answer: HttpAnswer): void {
    this.#signal.removeEventListener('abort', this.#giveUp);
    this.#answer.resolve(answer);
  }
}

/** 408 is no refusal: proxies send it when they waited in vain for what stands behind them. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408;
}

function decode(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function unsent(error: Error): Error {
  const code = codeOf(error);
  // The request itself is malformed: a bug of ours, not a fault of theirs.
  if (code === 'UND_ERR_INVALID_ARG') return error;
  if (code === 'UND_ERR_CLOSED' || code === 'UND_ERR_DESTROYED') return closed('not-applied', error);
  return new Auth0Fault('unavailable', `Auth0 cannot be reached (${code})`, {
    outcome: 'not-applied',
    repeat: fleeting.has(code) ? 'anyone' : 'nobody',
    cause: error,
  });
}

/** Failures to connect that may be over in a moment. A certificate that is wrong is not among them. */
const fleeting = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);

function unanswered(error: Error): Error {
  const code = codeOf(error);
  if (code === 'UND_ERR_DESTROYED') return closed('unknown', error);
  if (code === 'UND_ERR_HEADERS_TIMEOUT')
    return new Auth0Fault('timeout', 'Auth0 did not begin to answer in time', {
      outcome: 'unknown',
      repeat: 'readers',
      mayStillArrive: true,
      cause: error,
    });
  return isMalformed(error)
    ? badResponse(`Auth0's answer is not HTTP (${code})`)
    : new Auth0Fault('unavailable', `Auth0 broke off before it answered (${code})`, {
        outcome: 'unknown',
        repeat: 'readers',
        cause: error,
      });
}

function brokenOff(error: Error, status: number): Error {
  const code = codeOf(error);
  if (code === 'UND_ERR_DESTROYED') return closed('unknown', error);
  return badResponse(`Auth0's answer is incomplete (${code})`, saysTimeout(status));
}

function closed(outcome: Outcome, cause: Error): Auth0Fault {
  return new Auth0Fault('aborted', 'The client is disposed of', { outcome, cause });
}

/** Without a cause: undici's parser errors carry what they could not parse. */
function badResponse(message: string, mayStillArrive = false): Auth0Fault {
  return new Auth0Fault('bad_response', message, { outcome: 'unknown', repeat: 'readers', mayStillArrive });
}

/** By its name: not every parser error has a code. */
function isMalformed(error: Error): boolean {
  return error.name === 'HTTPParserError' || codeOf(error) === 'UND_ERR_HEADERS_OVERFLOW';
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
