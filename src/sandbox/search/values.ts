import { rawNumber } from '../exact-json.ts';
import { isJsonObject } from '../user-record.ts';

/** Everything scalar at a path; arrays on the way do not count as a step. */
export function* leavesOf(value: unknown, path: readonly string[]): Generator {
  if (Array.isArray(value)) {
    for (const item of value) yield* leavesOf(item, path);
    return;
  }
  const [step, ...rest] = path;
  if (isScalar(value)) {
    if (step === undefined) yield value;
    return;
  }
  if (!isJsonObject(value)) return;
  if (step === undefined) {
    for (const inner of Object.values(value)) yield* leavesOf(inner, []);
  } else if (Object.hasOwn(value, step)) {
    yield* leavesOf(value[step], rest);
  }
}

export function textOfLeaf(leaf: unknown): string {
  return rawNumber(leaf) ?? String(leaf);
}

/** null, like empty objects and arrays, is not indexed. */
function isScalar(value: unknown): boolean {
  return (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    rawNumber(value) !== undefined
  );
}
