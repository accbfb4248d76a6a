import type { Plugin } from 'graphql-yoga';
import type { Authentication } from '../../schema/context.ts';
import type { Answer } from './answer.ts';
import type { ServerContext } from './server-context.ts';

export type InvalidToken = { readonly kind: 'invalid-token'; readonly description: string };
/** At once where the token is known. */
export type Authenticate = (
  authorization: string | null,
  deadline: AbortSignal,
) => Promise<Authentication | InvalidToken> | Authentication | InvalidToken;
export type Unauthorized = (
  accept: string | null,
  refusal: { readonly description: string; readonly requestId: string },
) => Answer;

/** Finds out who calls; a token that is not good is refused as a whole, with this answer. */
export type Authenticator = (
  headers: { readonly authorization: string | null; readonly accept: string | null },
  context: ServerContext,
) => Promise<Answer | null> | Answer | null;

export function createAuthenticator(authenticate: Authenticate, unauthorized: Unauthorized): Authenticator {
  const settle = (
    authentication: Authentication | InvalidToken,
    accept: string | null,
    { facts, requestId }: ServerContext,
  ): Answer | null => {
    if (authentication.kind === 'invalid-token') {
      const { description } = authentication;
      facts.refusal = description;
      return unauthorized(accept, { description, requestId });
    }
    facts.authentication = authentication;
    return null;
  };
  return ({ authorization, accept }, context) => {
    if (context.facts.authentication) return null;
    const found = authenticate(authorization, context.deadline);
    return found instanceof Promise
      ? found.then((authentication) => settle(authentication, accept, context))
      : settle(found, accept, context);
  };
}

/** Who calls is settled before the body is read. */
export function useAuthentication(authenticator: Authenticator): Plugin<ServerContext, ServerContext> {
  return {
    async onRequest({ request, serverContext, endResponse, fetchAPI }) {
      if (request.method === 'OPTIONS') return;
      const { headers } = request;
      const asked = { authorization: headers.get('authorization'), accept: headers.get('accept') };
      const refused = await authenticator(asked, serverContext);
      if (refused) endResponse(new fetchAPI.Response(refused.body, refused));
    },
  };
}
