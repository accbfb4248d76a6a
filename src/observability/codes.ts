/** Error codes, as those see them who are called at night. */

const failures: ReadonlySet<string> = new Set([
  'INTERNAL',
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_BAD_RESPONSE',
  'WRITE_OUTCOME_UNKNOWN',
  'CREDENTIALS_UNAVAILABLE',
  'IDP_UNAVAILABLE',
  'OVERLOADED',
  'SHUTTING_DOWN',
]);

/** Whether the client could not have done otherwise. */
export function isFailure(code: string): boolean {
  return failures.has(code) || code.startsWith('HTTP_5');
}

/** Of several errors the first that is a failure, else the first; `null`: all is well. */
export function tellingCode(errors: readonly string[] | undefined, status: number): string | null {
  const code = errors?.find(isFailure) ?? errors?.[0];
  return code ?? (status < 400 ? null : `HTTP_${status}`);
}
