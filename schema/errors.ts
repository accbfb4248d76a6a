import { GraphQLError } from 'graphql';

/** Every code a client may meet in `errors[].extensions.code`, beside GraphQL's and Yoga's own request errors. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'OPERATION_TOO_COMPLEX',
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_BAD_RESPONSE',
  'WRITE_OUTCOME_UNKNOWN',
  'CREDENTIALS_UNAVAILABLE',
  'IDP_UNAVAILABLE',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_IN_PROGRESS',
  'OVERLOADED',
  'SHUTTING_DOWN',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** An error whose message and extensions were written for the client. */
export class ClientError extends GraphQLError {
  readonly code: ErrorCode;

  constructor(
    code: ErrorCode,
    message: string,
    { cause, ...extensions }: { cause?: unknown; [extension: string]: unknown } = {},
  ) {
    super(message, {
      extensions: { code, ...extensions },
      ...(cause instanceof Error && { originalError: cause }),
    });
    this.name = 'ClientError';
    this.code = code;
  }
}
