/**
 * The one place where a failure of Auth0's becomes an error for the client: a code of ours, words of ours, and the
 * failure itself only as the cause. What is neither a fault nor a refusal of Auth0's is handed back as it came.
 */

import { ClientError, type ErrorCode } from '../../schema/errors.ts';
import { Auth0Fault, Auth0Refusal, type FaultCode } from '../auth0/errors.ts';

/** For reads. Auth0 refuses one only where the gateway's own application lacks a right. */
export function readErrorOf(error: unknown): unknown {
  if (error instanceof Auth0Refusal)
    return new ClientError('UPSTREAM_UNAVAILABLE', 'Auth0 refused the gateway this read.', { cause: error });
  return error instanceof Auth0Fault ? faultError(error) : error;
}

/** For searches: what Auth0 cannot read in one is the caller's to mend. */
export function searchErrorOf(error: unknown): unknown {
  if (isUnreadableQuery(error))
    return new ClientError(
      'BAD_USER_INPUT',
      isTooLong(error)
        ? 'Expected a shorter query: Auth0 takes no request as long as this one.'
        : 'Expected a search that Auth0 can read: see "User Search Query Syntax" in its documentation.',
      { cause: error },
    );
  return readErrorOf(error);
}

/** For what precedes a write in the same operation: nothing was applied, however it failed. */
export function readBeforeWriteErrorOf(error: unknown): unknown {
  const told = readErrorOf(error);
  return told instanceof ClientError ? withApplied(told, 'NO') : told;
}

/** For the write itself. Its refusals are outcomes of the update, not errors. */
export function writeErrorOf(error: unknown): unknown {
  if (!(error instanceof Auth0Fault)) return error;
  if (error.outcome === 'not-applied') return withApplied(faultError(error), 'NO');
  return new ClientError(
    'WRITE_OUTCOME_UNKNOWN',
    'The update was sent to Auth0, and no answer says whether it was applied. Read the user before trying again.',
    { cause: error, applied: 'UNKNOWN' },
  );
}

const faults: Record<FaultCode, readonly [ErrorCode, message: string]> = {
  rate_limited: ['UPSTREAM_RATE_LIMITED', "The tenant's rate limit at Auth0 is used up for the moment."],
  unavailable: ['UPSTREAM_UNAVAILABLE', 'Auth0 cannot be reached or is failing.'],
  timeout: ['UPSTREAM_TIMEOUT', 'Auth0 did not answer in time.'],
  bad_response: ['UPSTREAM_BAD_RESPONSE', 'Auth0 gave an answer that makes no sense.'],
  credentials_unavailable: [
    'CREDENTIALS_UNAVAILABLE',
    'The gateway has no valid access to Auth0 at the moment.',
  ],
  aborted: ['SHUTTING_DOWN', 'The gateway gave up before Auth0 answered.'],
};

function faultError(fault: Auth0Fault): ClientError {
  const [code, message] = faults[fault.code];
  return new ClientError(code, message, {
    cause: fault,
    ...(fault.retryAfterMs !== null && { retryAfterMs: fault.retryAfterMs }),
  });
}

function withApplied(error: ClientError, applied: 'NO'): ClientError {
  return new ClientError(error.code, error.message, {
    ...error.extensions,
    cause: error.originalError,
    applied,
  });
}

/**
 * Whether a search was refused for what was searched for. A refusal without an `errorCode` is taken for one too:
 * nothing else in a search is up to who asks.
 */
export function isUnreadableQuery(error: unknown): error is Auth0Refusal {
  if (!(error instanceof Auth0Refusal)) return false;
  const { status, errorCode } = error;
  return (
    isTooLong({ status }) ||
    (status === 400 &&
      (errorCode === null || errorCode === 'invalid_query_string' || errorCode === 'invalid_paging'))
  );
}

/** 414, or 431 where the address counts as one of the headers. */
function isTooLong({ status }: Pick<Auth0Refusal, 'status'>): boolean {
  return status === 414 || status === 431;
}
