import type { JsonObject } from './user-record.ts';

/**
 * `user_metadata` or `app_metadata` after a change: merged at the first level only, where null removes a key. An
 * empty change is no change to any key but wipes them all.
 */
export function mergeMetadata(before: JsonObject, change: JsonObject): JsonObject {
  const changed = Object.entries(change);
  if (changed.length === 0) return {};
  const after = new Map(Object.entries(before));
  for (const [key, value] of changed) {
    if (value === null) after.delete(key);
    else after.set(key, value);
  }
  return Object.fromEntries(after);
}
