import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { ClientError } from '../../schema/errors.ts';
import { operationLimits } from '../../schema/limits.ts';
import { isLongerAsJson } from './json-length.ts';

/** One user under a thousand aliases is one user, until it is written a thousand times: so what is too long is not. */
export function useAnswerLimit(): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      if (isAsyncIterable(result) || Array.isArray(result)) return;
      if (isLongerAsJson(result, operationLimits.characters)) setResult({ data: null, errors: [tooLong()] });
    },
  };
}

/** Told with HTTP 200, as whatever was executed. */
function tooLong(): ClientError {
  return new ClientError(
    'OPERATION_TOO_COMPLEX',
    `Expected an operation whose answer has at most ${operationLimits.characters} characters.`,
    { http: { status: 200 } },
  );
}
