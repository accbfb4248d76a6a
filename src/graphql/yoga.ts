import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { GraphQLSchema } from 'graphql';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';
import { type AdmissionOptions, useAdmission } from './admission.ts';
import { useAnswerLimit } from './answer-limit.ts';
import { type Audit, useAudit } from './audit.ts';
import { type Authenticate, type Unauthorized, useAuthentication } from './authentication.ts';
import { type ContextDependencies, createContext } from './context.ts';
import { createDocumentCache } from './document-cache.ts';
import { useDocumentLimits } from './document-limits.ts';
import { useErrorFacts } from './error-facts.ts';
import { useMediaType } from './media-type.ts';
import { useNoStore } from './no-store.ts';
import { useRequestParameters } from './request-parameters.ts';
import type { ServerContext } from './server-context.ts';
import { documentIdParameter, useTrustedDocuments } from './trusted-documents.ts';
import { useValidationRules } from './validation-rules.ts';

export type GraphQLServerOptions = ContextDependencies &
  AdmissionOptions & {
    readonly schema: GraphQLSchema;
    readonly authenticate: Authenticate;
    readonly unauthorized: Unauthorized;
    readonly introspection: boolean;
    /** Browser origins that may call; never `*`. */
    readonly corsOrigins: readonly string[];
    /** `null`: any document is executed. Else only these, by id. */
    readonly trustedDocuments: ReadonlyMap<string, string> | null;
    readonly audit: Audit;
    /** Told of errors that no client may see. */
    readonly report: (error: unknown, requestId: string) => void;
  };

/** Any one of these makes a browser ask before it sends, which a page of another origin cannot pass. */
const preflightHeaders = ['x-graphql-yoga-csrf', 'apollo-require-preflight', 'graphql-require-preflight'];

/** GraphQL over HTTP at /graphql. */
export function createGraphQLServer(
  options: GraphQLServerOptions,
): YogaServerInstance<ServerContext, Context> {
  return createYoga<ServerContext, Context>({
    schema: options.schema,
    graphqlEndpoint: '/graphql',
    context: (initial: ServerContext) => createContext(options, initial),
    plugins: [
      useNoStore(),
      useAuthentication(options.authenticate, options.unauthorized),
      useMediaType(),
      useCSRFPrevention({ requestHeaders: preflightHeaders }),
      useRequestParameters(),
      ...(options.trustedDocuments ? [useTrustedDocuments(options.trustedDocuments)] : []),
      useDocumentLimits(),
      useValidationRules(options),
      useAnswerLimit(),
      useErrorFacts(options),
      useAudit(options.schema, options.audit),
      useAdmission(options),
    ],
    parserAndValidationCache: createDocumentCache(),
    cors: corsFor(new Set(options.corsOrigins)),
    graphiql: false,
    // Errors are translated where results are, in useErrorFacts.
    maskedErrors: false,
    logging: false,
    landingPage: false,
    multipart: false,
    batching: false,
    ...(options.trustedDocuments && { extraParamNames: [documentIdParameter] }),
    // Bodies are read, and bounded, by useRequestParameters.
    maxRequestBodySize: false,
  });
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
