/**
 * The short way to an answer, without what a server that can do more has to prepare for: for a plain POST of a document
 * that was accepted before. Nothing is judged here that is not judged by the same function on the long way, and what
 * is not as usual goes that way.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { type GraphQLParams, processRegularResult } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';
import { type Answer, ofEveryAnswer } from './answer.ts';
import type { Authenticator } from './authentication.ts';
import { mediaTypeFor } from './media-type.ts';
import type { Operations } from './operation.ts';
import { isJson, parametersOf } from './request-parameters.ts';
import type { ServerContext } from './server-context.ts';

/** The head of a POST to the endpoint. Names are in lower case. */
export type PostHeaders = { readonly [name: string]: string | readonly string[] | undefined };

export type Direct = {
  /** Whether a request with this head can be answered here. */
  takes(headers: PostHeaders): boolean;
  /** `null`: it is not as usual, and nothing was done but to authenticate the caller and to read the body. */
  answer(headers: PostHeaders, context: ServerContext): Promise<Answer | null>;
};

export type DirectOptions = {
  readonly authenticator: Authenticator;
  readonly operations: Operations;
  readonly createContext: (context: ServerContext) => Context;
  readonly schema: Parameters<Operations['execute']>[0]['schema'];
  /** A document that was accepted before, for what these parameters ask. */
  readonly findDocument: (parameters: GraphQLParams) => DocumentNode | null;
};

export function createDirect(options: DirectOptions): Direct {
  const { authenticator, operations, createContext, schema, findDocument } = options;

  const tell = (result: ExecutionResult, type: string, context: ServerContext): Answer =>
    written(operations.conclude(result, context), type);

  /** @throws what was thrown instead of being told in a result */
  const execute = (
    { variables, operationName }: GraphQLParams,
    document: DocumentNode,
    context: ServerContext,
  ): Promise<ExecutionResult> =>
    operations.execute({
      schema,
      document,
      contextValue: Object.assign(context, createContext(context)),
      variableValues: variables ?? null,
      operationName: operationName ?? null,
    });

  return {
    takes: (headers) =>
      headers['origin'] === undefined && isJson(textOf(headers['content-type'])) && typeOf(headers) !== null,

    async answer(headers, context) {
      const type = typeOf(headers);
      if (type === null) return null;
      const [authorization, accept] = [textOf(headers['authorization']), textOf(headers['accept'])];
      const settled = authenticator({ authorization, accept }, context);
      const refused = settled instanceof Promise ? await settled : settled;
      if (refused) return { ...refused, headers: { ...refused.headers, ...ofEveryAnswer } };
      try {
        let result: ExecutionResult;
        try {
          const parameters = parametersOf(await context.readBody());
          const document = isUsual(parameters) ? findDocument(parameters) : null;
          const operation = document && operationOf(document, parameters);
          if (!document || !operation) return null;
          context.facts.operation = operation;
          result = await execute(parameters, document, context);
        } catch (error) {
          result = { errors: [error as never] };
        }
        return tell(result, type, context);
      } finally {
        operations.end(context);
      }
    },
  };
}

function typeOf(headers: PostHeaders): ReturnType<typeof mediaTypeFor> {
  return mediaTypeFor(textOf(headers['accept']) ?? '');
}

function textOf(header: PostHeaders[string]): string | null {
  return typeof header === 'string' ? header : null;
}

/** Nothing in it that has to be refused, or understood in another way than the others. */
function isUsual(parameters: GraphQLParams): boolean {
  return Object.entries(parameters).every(([name, value]) => {
    switch (name) {
      case 'query':
      case 'documentId':
        return typeof value === 'string';
      case 'operationName':
        return typeof value === 'string' || value === null;
      case 'variables':
        return typeof value === 'object' && !Array.isArray(value);
      case 'extensions':
        return value === null;
      default:
        return false;
    }
  });
}

function operationOf(
  document: DocumentNode,
  { operationName }: GraphQLParams,
): OperationDefinitionNode | null {
  return getOperationAST(document, operationName) ?? null;
}

/** As Yoga writes it: its own function, with a response of nothing but its parts. */
function written(result: ExecutionResult, type: string): Answer {
  const { body, status, headers } = processRegularResult(
    result,
    { Response: Parts } as never,
    type,
  ) as unknown as Parts;
  const told: Record<string, string> = { ...ofEveryAnswer };
  for (const [name, value] of Object.entries(headers)) told[name.toLowerCase()] = value;
  return { status, headers: told, body };
}

class Parts {
  readonly body: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(body: string, { status, headers }: { status: number; headers: Record<string, string> }) {
    this.body = body;
    this.status = status;
    this.headers = headers;
  }
}
