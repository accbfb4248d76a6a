/** The answer to a request whose token is not accepted: nothing of it was executed. */

import type { Answer } from './post.ts';

export type Refusal = {
  /** Why, fit for the client: nothing of the token. */
  readonly description: string;
  readonly requestId: string;
};

/** HTTP 401 with a challenge (RFC 6750, section 3) and, for GraphQL clients, an error body they can read. */
export function unauthorized(accept: string | null, { description, requestId }: Refusal): Answer {
  const error = {
    message: `The access token was not accepted: ${description}.`,
    extensions: { code: 'UNAUTHENTICATED', requestId },
  };
  return {
    status: 401,
    headers: {
      'www-authenticate': `Bearer error="invalid_token", error_description="${quotable(description)}"`,
      'content-type': `${preferredType(accept ?? '')}; charset=utf-8`,
      'cache-control': 'no-store',
    },
    body: JSON.stringify({ errors: [error] }),
  };
}

/** What may stand in an error_description (RFC 6750, section 3). */
function quotable(text: string): string {
  return text.replace(/[^\x20\x21\x23-\x5B\x5D-\x7E]/g, ' ');
}

/** GraphQL over HTTP: `application/graphql-response+json` for who asks for it, `application/json` for anybody else. */
function preferredType(accept: string): string {
  const graphqlResponse = qualityOf('application/graphql-response+json', accept);
  const json = qualityOf('application/json', accept);
  return graphqlResponse > 0 && graphqlResponse >= json
    ? 'application/graphql-response+json'
    : 'application/json';
}

/** The weight of a type named in an Accept header (RFC 9110, section 12.4.2); 0 where it is not named. */
function qualityOf(type: string, accept: string): number {
  for (const range of accept.toLowerCase().split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim());
    if (name !== type) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return weight === undefined ? 1 : Number(weight.slice(2));
  }
  return 0;
}
