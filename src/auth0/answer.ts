import { Auth0Fault, Auth0Refusal, saysTimeout, TokenRefused } from './errors.ts';
import type { HttpAnswer } from './exchange.ts';
import { parseJson } from './json.ts';
import { waitAfter429 } from './rate-limit.ts';
import { isObject, type WireObject } from './wire.ts';

/**
 * The body of an answer that says yes.
 *
 * @throws {Auth0Refusal} When it says no, for good.
 * @throws {Auth0Fault} When it says neither.
 */
export function bodyOf(answer: HttpAnswer): unknown {
  const { status } = answer;
  if (status >= 200 && status < 300) return parsed(answer);
  if (status === 401) throw new TokenRefused();
  if (status === 429) throw rateLimited(answer);
  if (status >= 500 || status === 408) throw unavailable(answer);
  if (status < 400) throw badResponse(`Auth0 answered with a redirect (${status})`);
  throw refusal(answer);
}

/**
 * As `bodyOf`, where Auth0 says that there is no such thing (404), or that there can be none with this id
 * (`invalid_uri`): `undefined`, which no JSON is.
 */
export function bodyIfFound(answer: HttpAnswer): unknown {
  if (answer.status === 400 && errorBody(answer)?.['errorCode'] === 'invalid_uri') return undefined;
  if (answer.status !== 404) return bodyOf(answer);
  // Somebody else's 404, a proxy's or a wrong host's, says nothing about the tenant.
  if (errorBody(answer)?.['statusCode'] !== 404) {
    throw new Auth0Fault('bad_response', "The answer (404) is not Auth0's", { outcome: 'not-applied' });
  }
  return undefined;
}

function parsed({ status, headers, text }: HttpAnswer): unknown {
  try {
    return parseJson(text);
  } catch {
    // The parser's error quotes the text, so it is not passed on as the cause.
    const isJson = String(headers['content-type']).includes('json');
    throw badResponse(`Auth0 answered with ${status} and no JSON`, isJson ? 'readers' : 'nobody');
  }
}

function rateLimited({ headers }: HttpAnswer): Auth0Fault {
  return new Auth0Fault('rate_limited', "Auth0's rate limit is used up", {
    outcome: 'not-applied',
    retryAfterMs: waitAfter429(headers),
  });
}

function unavailable({ status }: HttpAnswer): Auth0Fault {
  return new Auth0Fault('unavailable', `Auth0 answered with status ${status}`, {
    outcome: 'unknown',
    repeat: 'readers',
    mayStillArrive: saysTimeout(status),
  });
}

function refusal(answer: HttpAnswer): Auth0Refusal {
  const { errorCode, message } = errorBody(answer) ?? {};
  return new Auth0Refusal({
    status: answer.status,
    errorCode: typeof errorCode === 'string' && isCode.test(errorCode) ? errorCode : null,
    upstreamMessage: typeof message === 'string' ? message : '',
  });
}

/** Auth0's codes are words; whatever else stands there is not one of them and may hold anything. */
const isCode = /^\w{1,64}$/;

function errorBody({ text }: HttpAnswer): WireObject | null {
  try {
    const body = parseJson(text);
    return isObject(body) ? body : null;
  } catch {
    return null;
  }
}

function badResponse(message: string, repeat: 'readers' | 'nobody' = 'nobody'): Auth0Fault {
  return new Auth0Fault('bad_response', message, { outcome: 'unknown', repeat });
}
