import { type ExecutionResult, GraphQLError, OperationTypeNode } from 'graphql';
import { toClientError } from './client-error.ts';
import type { Applied, ServerContext } from './server-context.ts';

/** Told of errors that no client may see. */
export type Report = (error: unknown, requestId: string) => void;

/** Gives every error its code and the facts a client needs beside it. */
export function withErrorFacts(
  result: ExecutionResult,
  context: ServerContext,
  report: Report,
): ExecutionResult {
  if (!result.errors?.length) return result;
  const errors = result.errors
    .map((error) => toClientError(error, (cause) => report(cause, context.requestId)))
    .map((error) => withFacts(error, context));
  const { facts } = context;
  facts.errorCodes = errors.map((error) => String(error.extensions['code']));
  if (isMutation(context)) facts.applied = errors[0]?.extensions['applied'] as Applied;
  return { ...result, errors };
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
