/** One file of a page: made when it is first asked for, and kept compressed. */

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Headers, Response } from '@whatwg-node/fetch';

export type Asset = (request: Request) => Promise<Response>;

export type AssetOptions = {
  readonly type: string;
  /** The content security policy it comes with. */
  readonly policy: string;
  readonly make: () => string | Promise<string>;
};

export function asset({ type, policy, make }: AssetOptions): Asset {
  let made: ReturnType<typeof prepared> | undefined;
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
    made ??= prepared(make);
    const { zipped, etag } = await made.catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    const headers = new Headers({
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': policy,
      'cache-control': 'no-cache',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      // Of /graphql, only a browser that asks for a page gets one.
      vary: 'Accept, Accept-Encoding',
      etag,
    });
    if (request.headers.get('if-none-match')?.includes(etag))
      return new Response(null, { status: 304, headers });
    const isZipped = takesGzip(request.headers.get('accept-encoding') ?? '');
    if (isZipped) headers.set('content-encoding', 'gzip');
    if (request.method === 'HEAD') return new Response(null, { headers });
    return new Response(isZipped ? zipped : await unzip(zipped), { headers });
  };
}

const zip = promisify(gzip);
const unzip = promisify(gunzip);

async function prepared(make: AssetOptions['make']) {
  const content = await make();
  const etag = `"${createHash('sha256').update(content).digest('base64url')}"`;
  return { zipped: await zip(content), etag };
}

function takesGzip(acceptEncoding: string): boolean {
  return acceptEncoding.split(',').some((coding) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));
}
