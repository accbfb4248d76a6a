import type { Plugin } from 'graphql-yoga';
import type { Authentication } from '../../schema/context.ts';
import type { ServerContext } from './server-context.ts';

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
export function useAuthentication(
  authenticate: Authenticate,
  unauthorized: Unauthorized,
): Plugin<ServerContext, ServerContext> {
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
