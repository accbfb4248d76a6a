/** The gateway, as a page of its own sees it. */
import type { TypedDocumentString } from './operations/graphql.ts';

export type Answer<Data> = {
  readonly data?: Data | null;
  readonly errors?: readonly AnsweredError[];
};

export type AnsweredError = {
  readonly message: string;
  readonly extensions: {
    readonly code: string;
    readonly requestId: string;
    /** On a mutation: whether anything was changed. */
    readonly applied?: 'NO' | 'YES' | 'UNKNOWN';
    readonly retryAfterMs?: number;
    /** FORBIDDEN on an update: the fields that are not the caller's to change. */
    readonly inputFields?: readonly string[];
  };
};

/** No answer came, or none that can be read. What was asked may have been done all the same. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** An access token of one of the sandbox's people. */
export async function signIn(email: string): Promise<string> {
  const { access_token, error } = await post<{ access_token?: string; error?: string }>('/sandbox/token', {
    email,
  });
  if (access_token === undefined) throw new Error(error ?? 'The sandbox gave no token.');
  return access_token;
}

export function ask<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  token: string,
): Promise<Answer<Data>> {
  return post('/graphql', { query: String(document), variables }, { authorization: `Bearer ${token}` });
}

/** Longer than any operation may take at the gateway. */
const patienceMs = 60_000;

async function post<Body>(path: string, body: object, headers: Record<string, string> = {}): Promise<Body> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    });
    return (await response.json()) as Body;
  } catch (error) {
    throw new NoAnswer('The gateway did not answer.', { cause: error });
  }
}
