import DataLoader from 'dataloader';
import { readErrorOf } from './fault-to-client-error.ts';

/**
 * Reads by id for the length of one operation: what is asked for in one tick or twice is read once, and a failure
 * concerns its own id only. Auth0 has no read of several users that sees the latest writes, so each id is a call.
 */
export function createLoader<Value>(read: (id: string) => Promise<Value>): DataLoader<string, Value> {
  return new DataLoader((ids) =>
    Promise.all(ids.map((id) => read(id).catch((error: unknown) => asError(readErrorOf(error))))),
  );
}

/** DataLoader tells failures from values by their class. */
function asError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error('Something was thrown that is no error', { cause: thrown });
}
