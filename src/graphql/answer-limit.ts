import type { ExecutionResult } from 'graphql';
import { ClientError } from '../../schema/errors.ts';
import { operationLimits } from '../../schema/limits.ts';
import { isLongerAsJson } from './json-length.ts';

/** One user under a thousand aliases is one user, until it is written a thousand times: so what is too long is not. */
export function withinAnswerLimit(result: ExecutionResult): ExecutionResult {
  return isLongerAsJson(result, operationLimits.characters) ? { data: null, errors: [tooLong()] } : result;
}

/** Told with HTTP 200, as whatever was executed. */
function tooLong(): ClientError {
  return new ClientError(
    'OPERATION_TOO_COMPLEX',
    `Expected an operation whose answer has at most ${operationLimits.characters} characters.`,
    { http: { status: 200 } },
  );
}
