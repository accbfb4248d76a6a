import DataLoader from 'dataloader';
import { readErrorOf } from './fault-to-client-error.ts';

/** Reads all of the ids, which are all different; the reads are in their order. */
export type ReadAll<Value> = (
  ids: readonly string[],
) => readonly Promise<Value>[] | Promise<readonly Promise<Value>[]>;

/**
 * Reads by id for the length of one operation: what is asked for in one tick or twice is read once, and a failure
 * concerns its own id only.
 */
export function createLoader<Value>(readAll: ReadAll<Value>): DataLoader<string, Value> {
  const settled = (reads: readonly Promise<Value>[]) => Promise.all(reads.map((read) => read.catch(asError)));
  return new DataLoader((ids) => {
    const reads = readAll(ids);
    return reads instanceof Promise ? reads.then(settled) : settled(reads);
  });
}

/** DataLoader tells failures from values by their class. */
function asError(reason: unknown): Error {
  const thrown = readErrorOf(reason);
  return thrown instanceof Error
    ? thrown
    : new Error('Something was thrown that is no error', { cause: thrown });
}
