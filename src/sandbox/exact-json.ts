/**
 * JSON in which integers keep all their digits. GitHub's numeric user ids, for one, are sent as bare numbers, and
 * beyond 2^53 a `number` holds a neighbour of what was written.
 */

type RawJson = { readonly rawJSON: string };

// The proposal is in the runtime; TypeScript's library does not describe it yet.
const json = JSON as unknown as {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
};

/** As JSON.parse, but an integer too long for a `number` becomes a value that JSON.stringify writes as it was read. */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    const isInexact = typeof value === 'number' && !Number.isSafeInteger(value);
    return isInexact && source !== undefined && /^-?\d+$/.test(source) ? json.rawJSON(source) : value;
  });
}

/** The digits of a number that no `number` holds. */
export function rawNumber(value: unknown): string | undefined {
  return json.isRawJSON(value) ? value.rawJSON : undefined;
}

/** A number of any length, written by JSON.stringify with exactly these digits. */
export function exactNumber(digits: string): unknown {
  return json.rawJSON(digits);
}
