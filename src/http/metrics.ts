/** What Prometheus asks for, on a port of its own. */

import { Response } from '@whatwg-node/fetch';

export type Exposition = {
  text(): Promise<string>;
  readonly contentType: string;
};

export async function answerMetrics(request: Request, { text, contentType }: Exposition): Promise<Response> {
  if (new URL(request.url).pathname !== '/metrics') return new Response('Not found\n', { status: 404 });
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
  const body = request.method === 'HEAD' ? null : await text();
  return new Response(body, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } });
}
