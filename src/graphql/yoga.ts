import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { createYoga, type GraphQLParams, type YogaServerInstance } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';
import { createAcceptedDocuments } from './accepted-documents.ts';
import {
  type Authenticate,
  createAuthenticator,
  type Unauthorized,
  useAuthentication,
} from './authentication.ts';
import { type ContextDependencies, createContext } from './context.ts';
import { createDirect, type Direct } from './direct.ts';
import { createDocumentCache } from './document-cache.ts';
import { useDocumentLimits } from './document-limits.ts';
import { useMediaType } from './media-type.ts';
import { createOperations, type OperationOptions } from './operation.ts';
import { useRequestParameters } from './request-parameters.ts';
import type { ServerContext } from './server-context.ts';
import { documentIdParameter, trustedDocumentFor, useTrustedDocuments } from './trusted-documents.ts';
import { useOperations } from './use-operations.ts';
import { useValidationRules } from './validation-rules.ts';

export type GraphQLServerOptions = ContextDependencies &
  OperationOptions & {
    readonly authenticate: Authenticate;
    readonly unauthorized: Unauthorized;
    /** Browser origins that may call; never `*`. */
    readonly corsOrigins: readonly string[];
    /** `null`: any document is executed. Else only these, by id. */
    readonly trustedDocuments: ReadonlyMap<string, string> | null;
  };

export type GraphQLServer = {
  /** Answers whatever comes. */
  readonly yoga: YogaServerInstance<ServerContext, Context>;
  /** Answers what comes most, in a fraction of the time. */
  readonly direct: Direct;
};

/** Any one of these makes a browser ask before it sends, which a page of another origin cannot pass. */
const preflightHeaders = ['x-graphql-yoga-csrf', 'apollo-require-preflight', 'graphql-require-preflight'];

/** GraphQL over HTTP at /graphql. */
export function createGraphQLServer(options: GraphQLServerOptions): GraphQLServer {
  const { schema, trustedDocuments } = options;
  const authenticator = createAuthenticator(options.authenticate, options.unauthorized);
  const operations = createOperations(options);
  const parserAndValidationCache = createDocumentCache();
  const accepted = createAcceptedDocuments(parserAndValidationCache);
  const contextOf = (context: ServerContext) => createContext(options, context);
  const trusted = trustedDocuments && trustedDocumentFor(trustedDocuments);

  const direct = createDirect({
    authenticator,
    operations,
    schema,
    createContext: contextOf,
    findDocument(parameters) {
      const text = trusted ? trusted(parameters) : textIn(parameters);
      return text === null ? null : accepted.find(text);
    },
  });
  const yoga = createYoga<ServerContext, Context>({
    schema,
    graphqlEndpoint: '/graphql',
    context: contextOf,
    plugins: [
      useAuthentication(authenticator),
      useMediaType(),
      useCSRFPrevention({ requestHeaders: preflightHeaders }),
      useRequestParameters(),
      ...(trustedDocuments ? [useTrustedDocuments(trustedDocuments)] : []),
      useDocumentLimits(),
      useValidationRules(options),
      accepted,
      useOperations(operations),
    ],
    parserAndValidationCache,
    cors: corsFor(new Set(options.corsOrigins)),
    graphiql: false,
    // Errors are translated where results are, in operation.ts.
    maskedErrors: false,
    logging: false,
    landingPage: false,
    multipart: false,
    batching: false,
    ...(options.trustedDocuments && { extraParamNames: [documentIdParameter] }),
    // Bodies are read, and bounded, by useRequestParameters.
    maxRequestBodySize: false,
  });
  return { yoga, direct };
}

/** The document itself, where it is all that says what is asked. */
function textIn({ query, ...others }: GraphQLParams): string | null {
  return query !== undefined && !(documentIdParameter in others) ? query : null;
}

function corsFor(origins: ReadonlySet<string>) {
  if (origins.size === 0) return false;
  return (request: Request) => {
    const origin = request.headers.get('origin');
    if (origin === null || !origins.has(origin)) return false;
    return {
      origin: [origin],
      methods: ['POST', 'GET'],
      allowedHeaders: ['authorization', 'content-type', 'x-request-id', ...preflightHeaders],
      credentials: false,
      exposedHeaders: ['x-request-id'],
      maxAge: 600,
    };
  };
}
