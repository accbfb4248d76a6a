/**
 * Readers for values whose type Auth0 does not keep. None of them fails: what cannot be read is absent.
 */

import type { JsonObject } from '../../schema/model.ts';
import { type Moment, toMoment } from '../../schema/moment.ts';
import { isObject } from '../auth0/wire.ts';

/** GraphQL's Int ends here. */
const largestInt = 2 ** 31 - 1;

export function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function toTexts(value: unknown): readonly string[] {
  return toList(value).filter((item) => typeof item === 'string');
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Identity providers hand on truth values as texts, and e-mail addresses in their place. */
export function toFlag(value: unknown): boolean | null {
  if (value === 'true') return true;
  if (value === 'false') return false;
  return typeof value === 'boolean' ? value : null;
}

/** A number or its text, as a whole number of GraphQL's Int; 0 where there is none. */
export function toCount(value: unknown): number {
  const count = typeof value === 'string' ? Number(value) : value;
  if (typeof count !== 'number' || !Number.isFinite(count)) return 0;
  return Math.min(Math.max(0, Math.trunc(count)), largestInt);
}

export function toInt(value: unknown): number | null {
  return Number.isInteger(value) && Math.abs(Number(value)) <= largestInt ? Number(value) : null;
}

/** Objects, empty texts and bare numbers say no moment that could be relied on. */
export function toDateTime(value: unknown): Moment | null {
  return typeof value === 'string' ? toMoment(value) : null;
}

/** `{}` where there is no object. What is inside one is JSON, since it was read from JSON. */
export function toJsonObject(value: unknown): JsonObject {
  return isObject(value) ? (value as JsonObject) : {};
}
