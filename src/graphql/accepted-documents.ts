import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { createDocumentCache } from './document-cache.ts';

/** Documents that were parsed, within the limits, and validated without an error. */
export type AcceptedDocuments = Plugin & {
  /** `null`: it was not, or was forgotten since. */
  find(text: string): DocumentNode | null;
};

/** Remembers what Yoga accepts, as long as the cache does. */
export function createAcceptedDocuments({
  documentCache,
}: ReturnType<typeof createDocumentCache>): AcceptedDocuments {
  const accepted = new WeakSet<DocumentNode>();
  return {
    onValidate({ params: { documentAST } }) {
      return ({ valid }) => {
        if (valid) accepted.add(documentAST as DocumentNode);
      };
    },
    find(text) {
      const document = documentCache.get(text);
      return document && accepted.has(document) ? document : null;
    },
  };
}
