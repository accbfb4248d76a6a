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
  'update-user.graphql': { id: 'auth0|507f1f77bcf86cd799439020', input: { nickname: 'Jack' } },
};

/** A self-contained page: it asks no other host for anything. The example operations are its first tabs. */
export function createGraphiQL(): { options: GraphiQLOptions; render: (options: GraphiQLOptions) => string } {
  const folder = new URL('../../schema/operations/', import.meta.url);
  const files = ['me.graphql', 'update-user.graphql', 'user.graphql', 'users.graphql'];
  const options: GraphiQLOptions = {
    title: 'Users',
    defaultTabs: files.map((file) => ({
      query: readFileSync(new URL(file, folder), 'utf8'),
      variables: JSON.stringify(exampleVariables[file] ?? {}, null, 2),
      headers: JSON.stringify({ Authorization: 'Bearer <token>' }, null, 2),
    })),
    defaultEditorToolsVisibility: 'headers',
  };
  // Nine megabytes, the same for everyone: rendered once, when first asked for.
  let page: string | undefined;
  return { options, render: (given) => (page ??= renderGraphiQL(given)) };
}
