import type { Plugin } from 'graphql-yoga';
import { parseAccept } from 'hono/utils/accept';
import { requestError } from './request-error.ts';

/**
 * What the answer is written in is settled before anything is executed: who could not read it would send their
 * mutation again. No stream is among it, for nothing here comes in parts.
 */
export function useMediaType(): Plugin {
  return {
    onRequestParse({ request }) {
      const type = mediaTypeFor(request.headers.get('accept') ?? '');
      // Yoga looks at the header once more, after execution. This is also what a refusal is written in.
      request.headers.set('accept', type ?? 'application/json');
      if (type === null)
        throw requestError(406, `Expected Accept to allow ${offered.join(' or ')}, in UTF-8.`);
    },
  };
}

const offered = ['application/json', 'application/graphql-response+json'] as const;

/** The one that is wanted most; where anything will do, JSON. */
export function mediaTypeFor(accept: string): (typeof offered)[number] | null {
  if (accept === offered[0] || accept.trim() === '') return offered[0];
  for (const { type, params, q } of parseAccept(accept.toLowerCase())) {
    const found = offered.find((each) => type === each || type === 'application/*' || type === '*/*');
    if (found && q > 0 && (params['charset'] ?? 'utf-8') === 'utf-8') return found;
  }
  return null;
}
