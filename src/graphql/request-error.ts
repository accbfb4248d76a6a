import { GraphQLError } from 'graphql';

/** Of a request that is not what it has to be, whatever it asks for. */
export function requestError(status: number, message: string, code = 'BAD_REQUEST'): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status } } });
}
