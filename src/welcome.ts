import type { Sandbox } from './sandbox/sandbox.ts';

export type Welcome = {
  readonly url: string;
  readonly graphiql: boolean;
  /** Whether any document is executed. */
  readonly openly: boolean;
  readonly sandbox: Pick<Sandbox, 'origin' | 'people'>;
};

/** What somebody who has just started the gateway for the first time wants to know. */
export function welcome({ url, graphiql, openly, sandbox }: Welcome): string {
  const visitor = visitorOf(sandbox);
  return [
    '',
    `The gateway listens at ${url}/graphql, in front of a sandbox tenant at ${sandbox.origin}`,
    ...(graphiql ? [`GraphiQL: open ${url}/graphql in a browser`] : []),
    // Its documents are none of those that are trusted.
    ...(openly ? [`An example page, where one edits one's own profile: ${url}/profile`] : []),
    '',
    peopleTable(sandbox),
    '',
    ...(openly ? [] : ['Only trusted documents are executed: see TRUSTED_DOCUMENTS in the README.', '']),
    ...(visitor === null || !openly ? [] : [example(url, visitor), '']),
    '',
  ].join('\n');
}

/** The e-mail address of the person that examples are about. */
export function visitorOf({ people }: Pick<Sandbox, 'people'>): string | null {
  const known = people.flatMap(({ email }) => email ?? []);
  return known.find((email) => email === 'john.doe@gmail.com') ?? known[0] ?? null;
}

const mostPeople = 30;

/** Those one can sign in as, and what they may do. */
export function peopleTable({ people }: Pick<Sandbox, 'people'>): string {
  const told = people.filter(({ email }) => email !== undefined).slice(0, mostPeople);
  const width = Math.max(...told.map(({ email }) => email?.length ?? 0));
  return [
    'People to sign in as; their password is "sandbox" where their file gives no other:',
    ...told.map(
      ({ email, permissions }) =>
        `  ${email?.padEnd(width)}  ${permissions.join(' ') || '(themselves only)'}`,
    ),
    ...(people.length > told.length ? [`  … and ${people.length - told.length} more`] : []),
  ].join('\n');
}

function example(url: string, email: string): string {
  return `Sign in and ask, in a shell:
  TOKEN=$(curl -s ${url}/sandbox/token -H 'content-type: application/json' -d '${JSON.stringify({ email })}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -s ${url}/graphql -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{"query":"{ me { id nickname email } }"}'`;
}
