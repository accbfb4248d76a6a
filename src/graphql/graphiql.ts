import { readFileSync } from 'node:fs';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { GraphiQLOptions } from 'graphql-yoga';

/** What the example operations are about, where the tenant is the sandbox. */
const exampleVariables: { readonly [operation: string]: object } = {
  'user.graphql': { id: 'auth0|507f1f77bcf86cd799439020' },
  'users.graphql': {
    query: 'email.domain:"example.com"',
    sort: { field: 'CREATED_AT', direction: 'DESC' },
    first: 10,
  },
  'users-by-email.graphql': { email: 'John.Doe@gmail.com' },
  'update-user.graphql': { id: 'auth0|507f1f77bcf86cd799439020', input: { nickname: 'Jack' } },
};

export type GraphiQL = {
  readonly options: () => Promise<GraphiQLOptions>;
  readonly render: (options: GraphiQLOptions) => string;
};

/**
 * A self-contained page: it asks no other host for anything. The example operations are its first tabs.
 *
 * @param visitorToken whom a visitor is signed in as at first; `null`: as nobody
 */
export function createGraphiQL(visitorToken: (() => Promise<string | null>) | null): GraphiQL {
  const folder = new URL('../../schema/operations/', import.meta.url);
  const files = ['me', 'update-user', 'user', 'users', 'users-by-email'].map((name) => `${name}.graphql`);
  const options: GraphiQLOptions = {
    title: 'Users',
    defaultTabs: files.map((file) => ({
      query: readFileSync(new URL(file, folder), 'utf8'),
      variables: JSON.stringify(exampleVariables[file] ?? {}, null, 2),
    })),
    // Tokens stay in the page: none is written to the browser's storage.
    shouldPersistHeaders: false,
  };
  return {
    async options() {
      const token = await visitorToken?.();
      if (!token) return options;
      return { ...options, headers: JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2) };
    },
    render: renderGraphiQL,
  };
}
