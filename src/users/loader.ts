import DataLoader from 'dataloader';
import { readErrorOf } from './fault-to-client-error.ts';

/** What became of a read. DataLoader tells failures from values by their class. */
export type Outcome<Value> = Value | Error;

/** Reads all of the ids, which are all different. The outcomes are in their order: a failure is that of its own id. */
export type ReadAll<Value> = (ids: readonly string[]) => Promise<readonly Outcome<Value>[]>;

/** Reads by id for the length of one operation: what is asked for in one tick or twice is read once. */
export function createLoader<Value>(readAll: ReadAll<Value>): DataLoader<string, Value> {
  return new DataLoader(readAll);
}

/** Each by itself: a failure concerns its own id only. */
export function readEach<Value>(
  ids: readonly string[],
  read: (id: string) => Promise<Value>,
): Promise<readonly Outcome<Value>[]> {
  const [id, ...more] = ids;
  return id !== undefined && more.length === 0
    ? read(id).then(alone, (reason: unknown) => [toError(reason)])
    : Promise.all(ids.map((each) => outcomeOf(read(each))));
}

export function outcomeOf<Value>(read: Promise<Value>): Promise<Outcome<Value>> {
  return read.catch(toError);
}

function alone<Value>(value: Value): readonly Value[] {
  return [value];
}

/** As the client is told of it. */
export function toError(reason: unknown): Error {
  const thrown = readErrorOf(reason);
  return thrown instanceof Error
    ? thrown
    : new Error('Something was thrown that is no error', { cause: thrown });
}
