import { ClientError } from './errors.ts';
import { idempotencyKeyLength } from './limits.ts';

const { least, most } = idempotencyKeyLength;

export const idempotencyKeyDescription = `A text of the caller's choice, ${least} to ${most} characters, new for each intended update: a UUID is a good one. The same caller sending the same key with the same arguments again, to whichever replica, gets the answer of the first time, and Auth0 one update; where the first outcome is unknown, the user is read to find out, and the update is not repeated. Other arguments: IDEMPOTENCY_KEY_REUSED; while the first is under way: IDEMPOTENCY_IN_PROGRESS. Kept for 24 hours, but for updates known not to have been applied: their key may be used again. Null or omitted: each time is an update of its own.`;

/** @throws BAD_USER_INPUT for a key that is no Unicode text of the length allowed. */
export function assertIdempotencyKey(key: string): void {
  if (!key.isWellFormed())
    throw new ClientError(
      'BAD_USER_INPUT',
      'Expected idempotencyKey to be Unicode text, but got half a surrogate pair.',
    );
  const length = [...key].length;
  if (length < least || length > most)
    throw new ClientError(
      'BAD_USER_INPUT',
      `Expected an idempotencyKey of ${least} to ${most} characters, but got ${length}.`,
    );
}
