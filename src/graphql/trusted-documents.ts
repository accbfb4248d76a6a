/** Only documents that were known at the start are executed, and clients ask for them by id. */
import {
  defaultExtractPersistedOperationId as apolloId,
  type ExtractPersistedOperationId,
  usePersistedOperations,
} from '@graphql-yoga/plugin-persisted-operations';
import { type GraphQLSchema, specifiedRules, validate } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { parseWithinLimits } from './document-limits.ts';
import { OneUpdateRule } from './one-update-rule.ts';

/** The parameter of "Persisted Documents" in GraphQL over HTTP. */
export const documentIdParameter = 'documentId';

/** The document that parameters ask for by its id; `null` where they do not, or not by the id alone. */
export function trustedDocumentFor(documents: ReadonlyMap<string, string>) {
  const find = finderIn(documents);
  return (parameters: GraphQLParams): string | null => {
    const id: unknown = Reflect.get(parameters, documentIdParameter);
    return typeof id === 'string' && !parameters.query ? find(id) : null;
  };
}

export function useTrustedDocuments(documents: ReadonlyMap<string, string>): Plugin {
  return usePersistedOperations({
    extractPersistedOperationId: idOf,
    getPersistedOperation: finderIn(documents),
    customErrors: {
      persistedQueryOnly: refusal(
        'PERSISTED_QUERY_ID_REQUIRED',
        'Expected the id of a trusted document, but got a document: no other is executed.',
      ),
      keyNotFound: refusal(
        'PERSISTED_QUERY_ID_REQUIRED',
        'Expected the id of a trusted document in documentId.',
      ),
      notFound: refusal(
        'PERSISTED_QUERY_NOT_IN_LIST',
        'Expected the id of a trusted document, but got another.',
      ),
    },
  });
}

/** Why a document could not be executed, whoever asked for it; `null`: it can. */
export function documentFault(schema: GraphQLSchema, document: string): string | null {
  try {
    const [error] = validate(schema, parseWithinLimits(document), [...specifiedRules, OneUpdateRule]);
    return error?.message ?? null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** As GraphQL over HTTP has it, or Apollo's clients. */
const idOf: ExtractPersistedOperationId = (params, request, context) => {
  const id: unknown = Reflect.get(params, documentIdParameter);
  return typeof id === 'string' ? id : apolloId(params, request, context);
};

function finderIn(documents: ReadonlyMap<string, string>): (id: string) => string | null {
  const byHash = new Map([...documents].map(([id, document]) => [withoutPrefix(id), document]));
  return (id) => byHash.get(withoutPrefix(id)) ?? null;
}

function withoutPrefix(id: string): string {
  return id.replace(/^sha256:/, '');
}

function refusal(code: string, message: string) {
  return { message, extensions: { code, http: { status: 400, spec: true } } };
}
