import { randomUUID } from 'node:crypto';

/**
 * What to call a request in logs, errors and towards the upstream: the client's `x-request-id` where it can stand in a
 * header and a log line as it is, else a new UUID.
 */
export function requestIdOf(given: string | null): string {
  return given !== null && /^[A-Za-z0-9-]{1,64}$/.test(given) ? given : randomUUID();
}
