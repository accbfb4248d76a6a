/** Whether the process runs (`/livez`), and whether it should be sent requests (`/readyz`). */

import { Response } from '@whatwg-node/fetch';

/** Why a request would not be served. Empty: ready. */
export type Unreadiness = () => readonly string[];

/** `null`: the request asks for something else. */
export function answerHealth(request: Request, unreadiness: Unreadiness): Response | null {
  const { pathname } = new URL(request.url);
  if (pathname !== '/livez' && pathname !== '/readyz') return null;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response(null, { status: 405, headers: { ...headers, allow: 'GET, HEAD' } });
  }
  if (pathname === '/livez') return answer(request, 200, { status: 'alive' });
  const reasons = unreadiness();
  return reasons.length === 0
    ? answer(request, 200, { status: 'ready' })
    : answer(request, 503, { status: 'not ready', reasons });
}

const headers = { 'cache-control': 'no-store' };

function answer(request: Request, status: number, body: object): Response {
  const text = JSON.stringify(body);
  return new Response(request.method === 'HEAD' ? null : text, {
    status,
    headers: {
      ...headers,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
    },
  });
}
