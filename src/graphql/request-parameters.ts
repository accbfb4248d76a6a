/** What a request asks, from its body or its address. Takes the place of Yoga's own readers. */
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { ClientError } from '../../schema/errors.ts';
import { requestError } from './request-error.ts';
import { LossyJson, parseRequestJson } from './request-json.ts';
import type { ServerContext } from './server-context.ts';

/** POST with JSON, and GET. Forms and plain texts are what other sites can make a browser send. */
export function useRequestParameters(): Plugin<ServerContext, ServerContext> {
  return {
    onRequestParse({ request, setRequestParser, serverContext }) {
      if (request.method === 'GET') setRequestParser(({ url }) => ofAddress(new URL(url).searchParams));
      else if (isJson(request.headers.get('content-type')))
        setRequestParser(async () => parametersOf(await serverContext.readBody()));
      else
        setRequestParser(() => {
          throw requestError(415, 'Expected a body of the type application/json.');
        });
    },
  };
}

export function isJson(contentType: string | null): boolean {
  return /^application\/json *(;|$)/i.test(contentType ?? '');
}

/** @throws GraphQLError where it holds none. */
export function parametersOf(body: Awaited<ReturnType<ServerContext['readBody']>>): GraphQLParams {
  if ('problem' in body)
    throw body.problem === 'too-large'
      ? requestError(413, 'Expected a smaller body.', 'REQUEST_ENTITY_TOO_LARGE')
      : requestError(400, 'Expected a whole body in UTF-8.');
  const parameters = read(body.text);
  if (Array.isArray(parameters))
    throw requestError(400, 'Expected one operation: batches are not supported.');
  if (typeof parameters !== 'object' || parameters === null)
    throw requestError(400, 'Expected a JSON object with a query.');
  return parameters;
}

function ofAddress(search: URLSearchParams): GraphQLParams {
  const parameters: Record<string, unknown> = {};
  for (const [name, text] of search) {
    if (text === '' || !taken.has(name)) continue;
    if (Object.hasOwn(parameters, name))
      throw requestError(400, `Expected ${name} once, but it comes again.`);
    parameters[name] = name === 'variables' || name === 'extensions' ? read(text) : text;
  }
  return parameters;
}

const taken: ReadonlySet<string> = new Set([
  'query',
  'documentId',
  'operationName',
  'variables',
  'extensions',
]);

function read(text: string): unknown {
  try {
    return parseRequestJson(text);
  } catch (error) {
    // Without the parser's own words, which quote the text.
    if (error instanceof SyntaxError) throw requestError(400, 'Expected JSON.');
    if (error instanceof LossyJson)
      throw new ClientError('BAD_USER_INPUT', error.message, { http: { status: 400 } });
    throw error;
  }
}
