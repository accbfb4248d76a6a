/** The one place where any thrown thing becomes what a client may see. */
import { GraphQLError } from 'graphql';
import { ClientError, type ErrorCode } from '../../schema/errors.ts';

/**
 * Only what was written for clients passes: a `ClientError`, or a request error of GraphQL or of the server itself,
 * which says nothing but what the client sent. Everything else is a bug, told as INTERNAL and given to `report`.
 */
export function toClientError(error: unknown, report: (error: unknown) => void): GraphQLError {
  const origin = originOf(error);
  if (origin instanceof ClientError) return at(error, origin.message, origin.extensions);
  const wasExecuted = error instanceof GraphQLError && error.path !== undefined;
  // An argument that turns out wrong only in execution: a variable that was not given, or null where it cannot be.
  if (origin instanceof GraphQLError && origin.message.startsWith('Argument "'))
    return at(error, withoutValue(origin.message), code('BAD_USER_INPUT'));
  if (error instanceof GraphQLError && origin === error && !wasExecuted)
    return error.message.startsWith('Syntax Error') ? withoutToken(error) : error;
  report(origin);
  // What was executed answers 200; what never got that far is told by the status as well.
  return at(error, 'Something went wrong in the gateway. The request id leads to the cause.', {
    ...code('INTERNAL'),
    ...(!wasExecuted && { http: { status: 500 } }),
  });
}

/** The innermost error: execution wraps what resolvers throw, at least once. */
function originOf(error: unknown): unknown {
  if (error instanceof ClientError) return error;
  return error instanceof GraphQLError && error.originalError ? originOf(error.originalError) : error;
}

function at(error: unknown, message: string, extensions: Readonly<Record<string, unknown>>): GraphQLError {
  const place = error instanceof GraphQLError ? error : null;
  return new GraphQLError(message, {
    nodes: place?.nodes ?? null,
    path: place?.path ?? null,
    extensions: { ...extensions },
  });
}

function code(code: ErrorCode): { readonly code: ErrorCode } {
  return { code };
}

/** The parser quotes what it stumbled over, a token or an escape sequence, which may be the value of a field. */
function withoutToken(error: GraphQLError): GraphQLError {
  const message = error.message
    .replace(/\b(String|BlockString|Name|Int|Float) "[\s\S]*"/, '$1')
    .replace(/\bvariable "[^"]*"/, 'variable')
    .replace(/(escape sequence): "[\s\S]*/, '$1.');
  return new GraphQLError(message, {
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: error.extensions,
  });
}

function withoutValue(message: string): string {
  return message.replace(/(has invalid value) [\s\S]*$/, '$1.');
}
