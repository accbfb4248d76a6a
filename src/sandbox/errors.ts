/** What the Management API says when it refuses. */

/** A refusal, thrown where it is noticed and answered in one place. Without an errorCode where Auth0 gives none. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly errorCode: string | undefined;
  readonly attributes: { readonly [key: string]: unknown } | undefined;

  constructor(
    status: number,
    message: string,
    errorCode?: string,
    attributes?: { readonly [key: string]: unknown },
  ) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.attributes = attributes;
  }

  /** The body that is sent. */
  toJSON(): { readonly [key: string]: unknown } {
    return {
      statusCode: this.status,
      error: reasons[this.status] ?? 'Error',
      message: this.message,
      ...(this.errorCode === undefined ? {} : { errorCode: this.errorCode }),
      ...(this.attributes === undefined ? {} : { attributes: this.attributes }),
    };
  }
}

export function badRequest(message: string, errorCode?: string): ApiError {
  return new ApiError(400, message, errorCode);
}

export function forbidden(message: string, errorCode?: string): ApiError {
  return new ApiError(403, message, errorCode);
}

export function notFound(): ApiError {
  return new ApiError(404, 'Not Found');
}

export function inexistentUser(): ApiError {
  return new ApiError(404, 'The user does not exist.', 'inexistent_user');
}

const reasons: { readonly [status: number]: string } = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};
