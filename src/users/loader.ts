import DataLoader from 'dataloader';
import { readErrorOf } from './fault-to-client-error.ts';

/** Reads all of the ids, which are all different; the results are in their order. */
export type ReadAll<Value> = (ids: readonly string[]) => Promise<readonly PromiseSettledResult<Value>[]>;

/**
 * Reads by id for the length of one operation: what is asked for in one tick or twice is read once, and a failure
 * concerns its own id only.
 */
export function createLoader<Value>(readAll: ReadAll<Value>): DataLoader<string, Value> {
  return new DataLoader(async (ids) =>
    (await readAll(ids)).map((result) =>
      result.status === 'fulfilled' ? result.value : asError(readErrorOf(result.reason)),
    ),
  );
}

/** DataLoader tells failures from values by their class. */
function asError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error('Something was thrown that is no error', { cause: thrown });
}
