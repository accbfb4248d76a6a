import { describe, expect, it } from 'vitest';
import { unauthorized } from '../../src/http/unauthorized.ts';

const refuse = (options: { accept?: string; description?: string } = {}) => {
  const answer = unauthorized(options.accept ?? null, {
    description: options.description ?? 'the token has expired',
    requestId: 'req-1',
  });
  return new Response(answer.body, answer);
};

describe('an invalid token is answered', () => {
  it('with 401 and a bearer challenge', () => {
    const response = refuse();
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer error="invalid_token", error_description="the token has expired"',
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('with a GraphQL error and no data', async () => {
    expect(await refuse().json()).toEqual({
      errors: [
        {
          message: 'The access token was not accepted: the token has expired.',
          extensions: { code: 'UNAUTHENTICATED', requestId: 'req-1' },
        },
      ],
    });
  });

  it('with a challenge that no description can break out of', () => {
    const response = refuse({ description: 'a "b" \\ \r\nX-Evil: 1 é' });
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer error="invalid_token", error_description="a  b      X-Evil: 1  "',
    );
  });

  const json = 'application/json; charset=utf-8';
  const graphqlResponse = 'application/graphql-response+json; charset=utf-8';
  it.each([
    [undefined, json],
    ['*/*', json],
    ['text/html', json],
    ['application/json', json],
    ['application/graphql-response+json', graphqlResponse],
    ['Application/GraphQL-Response+JSON;charset=utf-8', graphqlResponse],
    ['application/graphql-response+json, application/json;q=0.9', graphqlResponse],
    ['application/json, application/graphql-response+json', graphqlResponse],
    ['application/graphql-response+json;q=0.1, application/json', json],
    ['application/graphql-response+json;q=0', json],
    ['application/graphql-response+json;q=x', json],
  ])('in the type the client asked for: %s', (accept, type) => {
    expect(refuse(accept === undefined ? {} : { accept }).headers.get('content-type')).toBe(type);
  });
});
