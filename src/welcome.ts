import type { Sandbox } from './sandbox/sandbox.ts';

export type Welcome = {
  readonly url: string;
  readonly graphiql: boolean;
  readonly sandbox: Pick<Sandbox, 'origin' | 'people'>;
};

/** What somebody who has just started the gateway for the first time wants to know. */
export function welcome({ url, graphiql, sandbox }: Welcome): string {
  const someone = sandbox.people.find(({ email }) => email === 'john.doe@gmail.com') ?? sandbox.people[0];
  return `
The gateway listens at ${url}/graphql, in front of a sandbox tenant at ${sandbox.origin}
${graphiql ? `GraphiQL: open ${url}/graphql in a browser\n` : ''}
${peopleTable(sandbox)}
${someone?.email ? `\n${example(url, someone.email)}` : ''}
`;
}

/** Those one can sign in as, and what they may do. */
export function peopleTable({ people }: Pick<Sandbox, 'people'>): string {
  const known = people.filter(({ email }) => email !== undefined);
  const width = Math.max(...known.map(({ email }) => email?.length ?? 0));
  return [
    `People to sign in as (password "sandbox" unless their file says otherwise):`,
    ...known.map(
      ({ email, permissions }) =>
        `  ${email?.padEnd(width)}  ${permissions.join(' ') || '(themselves only)'}`,
    ),
  ].join('\n');
}

function example(url: string, email: string): string {
  return `Sign in and ask, in a shell:
  TOKEN=$(curl -s ${url}/sandbox/token -H 'content-type: application/json' -d '${JSON.stringify({ email })}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -s ${url}/graphql -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{"query":"{ me { id nickname email } }"}'`;
}
