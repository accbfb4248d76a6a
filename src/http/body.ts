/** The body of a request as text, read no further than anybody may send. */
import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly text: string }
  /** Nothing to go on: the client broke off, or sent something else than UTF-8. */
  | { readonly problem: 'too-large' | 'broken' };

/** In bytes: an update with both kinds of metadata at their usual limits has a quarter of it. */
export const bodyLimit = 100_000;

const tooLarge: Body = { problem: 'too-large' };
const broken: Body = { problem: 'broken' };

export async function readBody(request: Request, limit = bodyLimit): Promise<Body> {
  const chunks = new Chunks(limit);
  if (!chunks.mayTake(request.headers.get('content-length'))) return tooLarge;
  try {
    // What is left unread is the server's to throw away: cancelling would cut the connection before the answer.
    for await (const chunk of request.body?.values({ preventCancel: true }) ?? [])
      if (!chunks.take(chunk)) return tooLarge;
    return chunks.toBody();
  } catch {
    return broken;
  }
}

/** As `readBody`, of a request that is still Node's. */
export function readMessage(request: IncomingMessage, limit = bodyLimit): Promise<Body> {
  const chunks = new Chunks(limit);
  if (!chunks.mayTake(request.headers['content-length'] ?? null)) return Promise.resolve(tooLarge);
  return new Promise((resolve) => {
    request.on('data', (chunk: Uint8Array) => {
      if (!chunks.take(chunk)) resolve(tooLarge);
    });
    request.on('end', () => resolve(chunks.toBody()));
    request.on('error', () => resolve(broken));
    request.on('close', () => resolve(broken));
  });
}

class Chunks {
  readonly #limit: number;
  #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  mayTake(contentLength: string | null): boolean {
    return Number(contentLength ?? 0) <= this.#limit;
  }

  /** Whether it is still within the limit. Beyond, nothing is kept. */
  take(chunk: Uint8Array): boolean {
    this.#size += chunk.byteLength;
    if (this.#size <= this.#limit) this.#chunks.push(chunk);
    else this.#chunks = [];
    return this.#size <= this.#limit;
  }

  toBody(): Body {
    const chunks = this.#chunks;
    // Not kept: the request, which knows of this, is there for as long as its answer takes.
    this.#chunks = [];
    const [first = new Uint8Array(), ...more] = chunks;
    try {
      return { text: utf8.decode(more.length === 0 ? first : Buffer.concat(chunks)) };
    } catch {
      return broken;
    }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
