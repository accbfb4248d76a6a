/** `POST /sandbox/token`: an access token of one of the sandbox's people, for the pages this gateway serves itself. */

import { readBody } from './body.ts';

/** The answer of a token endpoint (RFC 6749, section 5.1); `null`: nobody has this e-mail address. */
export type IssueToken = (email: string) => Promise<{ readonly access_token: string } | null>;

export async function answerSandboxToken(request: Request, issueToken: IssueToken): Promise<Response> {
  if (request.method !== 'POST') return answer(405, { error: 'Expected POST.' }, { allow: 'POST' });
  if (!isSameOrigin(request)) return answer(403, { error: 'Expected a request of this origin.' });
  // A type that a page of another origin cannot send unasked.
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
    return answer(415, { error: 'Expected application/json.' });
  const body = await readBody(request);
  if ('problem' in body && body.problem === 'too-large')
    return answer(413, { error: 'Expected a smaller body.' });
  const email = 'text' in body ? emailOf(body.text) : null;
  if (email === null) return answer(400, { error: 'Expected {"email": "..."}.' });
  const token = await issueToken(email);
  return token
    ? answer(200, token)
    : answer(404, { error: 'Nobody can sign in to the sandbox with this e-mail address.' });
}

/** Browsers say where a request comes from; programs, which hold no one's session, need not. */
function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  return (
    (site === null || site === 'same-origin') && (origin === null || origin === new URL(request.url).origin)
  );
}

function emailOf(body: string): string | null {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null || !('email' in parsed)) return null;
    return typeof parsed.email === 'string' ? parsed.email : null;
  } catch {
    return null;
  }
}

function answer(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
}
