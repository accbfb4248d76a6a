/** What is asked of every GraphQL request beside executing it, one Yoga plugin each. */
import {
  GraphQLError,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  ValuesOfCorrectTypeRule,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Authentication } from '../../schema/context.ts';
import { toClientError } from './client-error.ts';
import { ValuesOfCorrectTypeWithoutEchoRule, variableErrors } from './coercion-errors.ts';
import { parseWithinLimits } from './document-limits.ts';
import { OneUpdateRule } from './one-update-rule.ts';
import type { ServerContext } from './server-context.ts';

type YogaPlugin = Plugin<ServerContext, ServerContext>;

export type InvalidToken = { readonly kind: 'invalid-token'; readonly description: string };
export type Authenticate = (
  authorization: string | null,
  deadline: AbortSignal,
) => Promise<Authentication | InvalidToken>;
export type Unauthorized = (
  request: Request,
  refusal: { readonly description: string; readonly requestId: string },
) => Response;

/** Who calls is settled before the body is read; a token that is not good is refused as a whole. */
export function useAuthentication(authenticate: Authenticate, unauthorized: Unauthorized): YogaPlugin {
  return {
    async onRequest({ request, serverContext, endResponse }) {
      if (request.method === 'OPTIONS') return;
      const authentication = await authenticate(request.headers.get('authorization'), serverContext.deadline);
      if (authentication.kind === 'invalid-token')
        endResponse(
          unauthorized(request, {
            description: authentication.description,
            requestId: serverContext.requestId,
          }),
        );
      else serverContext.facts.authentication = authentication;
    },
  };
}

/** No answer about users may be kept by a cache, and none looks the same to every origin. */
export function useNoStore(): YogaPlugin {
  return {
    onResponse({ response }) {
      response.headers.set('cache-control', 'no-store');
      response.headers.append('vary', 'Origin');
    },
  };
}

/** No document is validated that is not worth it. */
export function useDocumentLimits(): YogaPlugin {
  return {
    onParse({ setParseFn }) {
      setParseFn(parseWithinLimits);
    },
  };
}

/** The rules of validation beyond those of the specification. */
export function useValidationRules({ introspection }: { readonly introspection: boolean }): YogaPlugin {
  return {
    onValidate({ addValidationRule, params, setValidationFn, validateFn }) {
      addValidationRule(OneUpdateRule);
      if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule);
      setValidationFn((schema, document, rules, options, typeInfo) =>
        validateFn(
          schema,
          document,
          (rules ?? params.rules ?? []).map((rule: unknown) =>
            rule === ValuesOfCorrectTypeRule ? ValuesOfCorrectTypeWithoutEchoRule : rule,
          ),
          // Suggestions would spell out, name by name, what introspection does not tell.
          { ...options, hideSuggestions: !introspection },
          typeInfo,
        ),
      );
    },
  };
}

export type ErrorFactsOptions = {
  /** Told of errors that no client may see. */
  readonly report: (error: unknown, requestId: string) => void;
  readonly introspection: boolean;
};

/** Gives every error its code and the facts a client needs beside it. */
export function useErrorFacts({ report, introspection }: ErrorFactsOptions): YogaPlugin {
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
      serverContext.facts.errorCodes = errors.map((error) => String(error.extensions['code']));
      setResult({ ...result, errors });
    },
  };
}

/** A new error each time: those of parsing and validation are kept and come again with other requests. */
function withFacts(
  error: GraphQLError,
  { requestId, facts: { operation, applied } }: ServerContext,
): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions: {
      ...error.extensions,
      code: error.extensions['code'] ?? 'BAD_REQUEST',
      requestId,
      ...(operation?.operation === OperationTypeNode.MUTATION && {
        applied: error.extensions['applied'] ?? applied ?? 'NO',
      }),
    },
  });
}
