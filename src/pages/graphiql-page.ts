/**
 * GraphiQL at /graphql. Everything it is made of comes from here: the library as it is published, and what sets it up.
 */
import { html } from 'hono/html';
import { type Asset, asset } from './asset.ts';
import { graphiqlScript, graphiqlStyles } from './browser-files.ts';
import { file } from './files.ts';
import { personOptions, type Visitors } from './people.ts';
import { filePolicy, graphiqlPolicy } from './policy.ts';

/** @param visitors whom one can become in one step; `null`: the page knows nobody's tokens */
export function graphiqlAssets(visitors: Visitors | null): [path: string, Asset][] {
  return [
    [
      '/graphql',
      asset({ type: 'text/html', policy: graphiqlPolicy, make: async () => String(await page(visitors)) }),
    ],
    ['/pages/graphiql.js', file('text/javascript', graphiqlScript)],
    ['/pages/graphiql.css', file('text/css', graphiqlStyles)],
    ['/pages/graphiql/library.js', library('js', 'text/javascript')],
    ['/pages/graphiql/library.css', library('css', 'text/css')],
    ['/pages/graphiql/worker/editorWorkerService.js', library('editorWorkerService', 'text/javascript')],
    ['/pages/graphiql/worker/graphql.js', library('graphqlWorker', 'text/javascript')],
    ['/pages/graphiql/worker/json.js', library('jsonWorker', 'text/javascript')],
  ];
}

type Part = 'js' | 'css' | 'editorWorkerService' | 'graphqlWorker' | 'jsonWorker';

function library(part: Part, type: string): Asset {
  return asset({
    type,
    policy: filePolicy,
    // 9 MB, loaded by the first visit.
    make: async () => (await import('@graphql-yoga/render-graphiql/graphiql'))[part],
  });
}

function page(visitors: Visitors | null) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Users · GraphiQL</title>
    <link rel="icon" type="image/svg+xml" href="/pages/icon.svg">
    <link rel="stylesheet" href="/pages/graphiql/library.css">
    <link rel="stylesheet" href="/pages/graphiql.css">
    <script type="module" src="/pages/graphiql.js"></script>
  </head>
  <body>
    ${visitors ? becoming(visitors) : ''}
    <div id="root"><noscript>GraphiQL is made of scripts, which are switched off here.</noscript></div>
  </body>
</html>
`;
}

function becoming(visitors: Visitors) {
  return html`<form id="becoming">
      <label for="person">You are</label>
      <select id="person">${personOptions(visitors)}<option value="">nobody</option></select>
      <span id="status" role="status"></span>
      <a href="/profile">Your profile, an example page</a>
    </form>`;
}
