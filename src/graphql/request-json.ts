/**
 * The JSON of a request, with nothing lost: a key that comes twice, of which only the last would count, is refused, and
 * a number that would be rounded is an `InexactNumber`.
 */
import { readNumber } from '../../schema/exact-number.ts';

/** Deeper than anything that can be asked, and far from where recursion ends. */
const deepest = 100;

/** @throws SyntaxError for what is no JSON, `LossyJson` for what is not to be believed. */
export function parseRequestJson(text: string): unknown {
  // Without a reviver: with one, parsing recurses and takes several times as long.
  const value: unknown = JSON.parse(text);
  if (isDeeper(value, deepest))
    throw new LossyJson(`Expected JSON of at most ${deepest} levels, but got more.`);
  // What is the same when it is written again has lost nothing, neither a key nor a digit.
  if (JSON.stringify(value) === text) return value;
  checkKeys(text);
  return suspicious.test(text) ? JSON.parse(text, exactly) : value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((item) => isDeeper(item, levels - 1));
  for (const name in value)
    if (isDeeper((value as { [name: string]: unknown })[name], levels - 1)) return true;
  return false;
}

/** What was expected of the JSON; nothing of what came. */
export class LossyJson extends Error {}

/** Of text that is known to be JSON, and of how many levels. */
function checkKeys(text: string): void {
  /** Of the objects and arrays open at this place: the keys so far. */
  const open: Set<string>[] = [];
  for (const [token, key, colon] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined && key !== undefined) {
      const name = key.includes('\\') ? (JSON.parse(`"${key}"`) as string) : key;
      if (open.at(-1)?.has(name))
        throw new LossyJson('Expected each key of a JSON object once, but one comes again.');
      open.at(-1)?.add(name);
    }
  }
}

/** Sticky, and something for every character: so no character is looked at from several starts. */
const tokens = /"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?|[{}[\]]|[^"{}[\]]+/gy;

/** Up to 15 digits always survive, unless an exponent follows. What stands in texts may match too: it only costs. */
const suspicious = /[\d.]{16}|\d[eE]/;

function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && context?.source !== undefined ? readNumber(context.source) : value;
}
