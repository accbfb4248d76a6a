import { GraphQLError, getOperationAST, OperationTypeNode } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { toClientError } from './client-error.ts';
import { variableErrors } from './coercion-errors.ts';
import type { Applied, ServerContext } from './server-context.ts';

export type ErrorFactsOptions = {
  /** Told of errors that no client may see. */
  readonly report: (error: unknown, requestId: string) => void;
  readonly introspection: boolean;
};

/** Gives every error its code and the facts a client needs beside it. */
export function useErrorFacts({
  report,
  introspection,
}: ErrorFactsOptions): Plugin<ServerContext, ServerContext> {
  return {
    onParse() {
      return ({ result, context }) => {
        if (!(result instanceof Error))
          context.facts.operation = getOperationAST(result, context.params.operationName) ?? null;
      };
    },
    onExecute({ args }) {
      return {
        onExecuteDone({ result, setResult }) {
          if (isAsyncIterable(result) || !result.errors) return;
          const errors =
            result.data === undefined && result.errors.every((error) => error.path === undefined)
              ? variableErrors(args, { hideSuggestions: !introspection })
              : [];
          if (errors.length > 0) setResult({ errors });
        },
      };
    },
    onResultProcess({ result, setResult, serverContext }) {
      if (isAsyncIterable(result) || Array.isArray(result) || !result.errors?.length) return;
      const errors = result.errors
        .map((error) => toClientError(error, (cause) => report(cause, serverContext.requestId)))
        .map((error) => withFacts(error, serverContext));
      const { facts } = serverContext;
      facts.errorCodes = errors.map((error) => String(error.extensions['code']));
      if (isMutation(serverContext)) facts.applied = errors[0]?.extensions['applied'] as Applied;
      setResult({ ...result, errors });
    },
  };
}

/** A new error each time: those of parsing and validation are kept and come again with other requests. */
function withFacts(error: GraphQLError, context: ServerContext): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions: {
      ...error.extensions,
      code: error.extensions['code'] ?? 'BAD_REQUEST',
      requestId: context.requestId,
      ...(isMutation(context) && {
        applied: error.extensions['applied'] ?? context.facts.applied ?? 'NO',
      }),
    },
  });
}

function isMutation({ facts }: ServerContext): boolean {
  return facts.operation?.operation === OperationTypeNode.MUTATION;
}
