/** `/profile`: an example of a frontend, where people of the sandbox edit their own profile. */
import { html } from 'hono/html';
import { type Asset, asset } from './asset.ts';
import { profileScript, profileStyles } from './browser-files.ts';
import { file } from './files.ts';
import { personOptions, type Visitors } from './people.ts';
import { profilePolicy } from './policy.ts';

export type ProfilePageOptions = {
  readonly visitors: Visitors;
  readonly graphiql: boolean;
  readonly metadataMaxBytes: number;
};

export function profileAssets(options: ProfilePageOptions): [path: string, Asset][] {
  return [
    [
      '/profile',
      asset({ type: 'text/html', policy: profilePolicy, make: async () => String(await page(options)) }),
    ],
    ['/pages/profile.js', file('text/javascript', profileScript)],
    ['/pages/profile.css', file('text/css', profileStyles)],
  ];
}

function page({ visitors, graphiql, metadataMaxBytes }: ProfilePageOptions) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Your profile</title>
    <link rel="icon" type="image/svg+xml" href="/pages/icon.svg">
    <link rel="stylesheet" href="/pages/profile.css">
    <script type="module" src="/pages/profile.js"></script>
  </head>
  <body data-metadata-max-bytes="${metadataMaxBytes}">
    <header>
      <h1>Your profile</h1>
      <p>
        An example of a page built on the gateway, for people of the sandbox tenant.
        ${graphiql ? html`Ask for yourself in <a href="/graphql">GraphiQL</a>.` : ''}
      </p>
    </header>
    <main>
      <noscript><p>This page is made of scripts, which are switched off here.</p></noscript>
      <form id="sign-in" class="card">
        <label for="person">Sign in as</label>
        <div class="row">
          <select id="person" name="email">${personOptions(visitors)}</select>
          <button class="primary">Sign in</button>
        </div>
        <p class="hint">The sandbox asks for no password here. The token stays in this page and is gone with it.</p>
      </form>
      <div id="account"></div>
      <p id="status" role="status"></p>
    </main>
  </body>
</html>
`;
}
