/** The pages that the gateway serves itself: GraphiQL, and an example of what is built on it. */
import type { Asset } from './asset.ts';
import { icon } from './browser-files.ts';
import { file } from './files.ts';
import { graphiqlAssets } from './graphiql-page.ts';
import type { Visitors } from './people.ts';
import { profileAssets } from './profile-page.ts';

export type PagesOptions = {
  readonly graphiql: boolean;
  /** Where the tenant is the sandbox: whom one can become. */
  readonly visitors: Visitors | null;
  readonly metadataMaxBytes: number;
};

/** `null`: no page is asked for. */
export type Pages = (request: Request) => Promise<Response> | null;

export function createPages({ graphiql, visitors, metadataMaxBytes }: PagesOptions): Pages {
  const assets = new Map<string, Asset>([
    ...(graphiql || visitors ? ([['/pages/icon.svg', file('image/svg+xml', icon)]] as const) : []),
    ...(graphiql ? graphiqlAssets(visitors) : []),
    ...(visitors ? profileAssets({ visitors, graphiql, metadataMaxBytes }) : []),
  ]);
  return (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/graphql' && !isForBrowser(request)) return null;
    return assets.get(pathname)?.(request) ?? null;
  };
}

/** Somebody opens the address, rather than a program asking there. */
function isForBrowser({ method, headers }: Request): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && (headers.get('accept')?.includes('text/html') ?? false);
}
