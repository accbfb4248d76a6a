import { Request } from '@whatwg-node/fetch';
import type { Answer, Post } from './post.ts';

/**
 * Without the client's departure: a server that hears of it gives up, and a write must be seen through. Without the
 * body, which is read through the context.
 */
export function detached({ url, method, headers }: Request): Request {
  return new Request(url, { method, headers });
}

/** The same of a POST that Node has. Whoever routes by the address looks at its path only. */
export function withoutBody({ path, headers }: Post): Request {
  const texts = Object.entries(headers).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return new Request(new URL(path, 'http://gateway'), { method: 'POST', headers: texts });
}

export async function toAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response;
  return { status, headers: Object.fromEntries(headers), body: await response.text() };
}

/** The signal of a request is the HTTP adapter's own, which Node does not combine with others. */
export function onceAborted(signal: AbortSignal, leave: () => void): void {
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
}
