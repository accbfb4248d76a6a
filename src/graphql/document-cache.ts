import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/**
 * Documents that were parsed, and what is wrong with others, for whoever sends the same again. Yoga by itself counts
 * them, and a thousand of the largest take hundreds of MB: here it is 500,000 characters of text altogether.
 */
export function createDocumentCache() {
  return { documentCache: ofCharacters<DocumentNode>(400_000), errorCache: ofCharacters<Error>(100_000) };
}

/** A document in memory has many times its text, and the smallest are more than their text tells: hence `max`. */
function ofCharacters<Value extends object>(maxSize: number): LRUCache<string, Value> {
  return new LRUCache({ max: 1_000, maxSize, sizeCalculation: (_, document) => document.length || 1 });
}
