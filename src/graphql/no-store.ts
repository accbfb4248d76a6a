import type { Plugin } from 'graphql-yoga';

/** No answer about users may be kept by a cache, and none looks the same to every origin. */
export function useNoStore(): Plugin {
  return {
    onResponse({ response }) {
      response.headers.set('cache-control', 'no-store');
      response.headers.append('vary', 'Origin');
    },
  };
}
