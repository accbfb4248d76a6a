import { describe, expect, test } from 'vitest';
import { type ErrorCode, errorCodes } from '../../schema/errors.ts';
import { isFailure, tellingCode } from '../../src/observability/codes.ts';

/** Whose fault each is: a new code needs a line here. */
const failures: Readonly<Record<ErrorCode, boolean>> = {
  UNAUTHENTICATED: false,
  FORBIDDEN: false,
  BAD_USER_INPUT: false,
  OPERATION_TOO_COMPLEX: false,
  UPSTREAM_RATE_LIMITED: true,
  UPSTREAM_UNAVAILABLE: true,
  UPSTREAM_TIMEOUT: true,
  UPSTREAM_BAD_RESPONSE: true,
  WRITE_OUTCOME_UNKNOWN: true,
  CREDENTIALS_UNAVAILABLE: true,
  IDP_UNAVAILABLE: true,
  IDEMPOTENCY_KEY_REUSED: false,
  IDEMPOTENCY_IN_PROGRESS: false,
  OVERLOADED: true,
  SHUTTING_DOWN: true,
  INTERNAL: true,
};

test.for(errorCodes)('%s is a failure, or the fault of its client', (code) => {
  expect(isFailure(code)).toBe(failures[code]);
});

describe('of what an answer says', () => {
  test.for<[told: string, errors: string[] | undefined, status: number, code: string | null]>([
    ['nothing, where all is well', undefined, 200, null],
    ['the first error', ['FORBIDDEN', 'BAD_USER_INPUT'], 200, 'FORBIDDEN'],
    ['a failure before all others', ['FORBIDDEN', 'INTERNAL'], 200, 'INTERNAL'],
    ['the status, where there is nothing else', undefined, 401, 'HTTP_401'],
  ])('%s counts', ([, errors, status, code]) => {
    expect(tellingCode(errors, status)).toBe(code);
  });

  test('a status from 500 on is a failure, and no other', () => {
    expect([isFailure('HTTP_500'), isFailure('HTTP_401')]).toEqual([true, false]);
  });
});
