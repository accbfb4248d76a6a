/**
 * JSON text as values. An integer that no `number` holds exactly arrives as the string of its digits, wherever it
 * stands, instead of as a neighbouring number: identity providers hand out numeric ids beyond 2^53.
 *
 * @throws SyntaxError, whose message may quote the text.
 */
export function parseJson(text: string): unknown {
  // A reviver makes parsing several times slower, so it is used only where a number is long enough to need it.
  return longNumber.test(text) ? JSON.parse(text, exactInteger) : JSON.parse(text);
}

/** 2^53 has 16 digits. Strings of digits do not match: a quote stands before them. */
const longNumber = /(?:^|[:,[\s])-?\d{16}/;

function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  return typeof value === 'number' && !Number.isSafeInteger(value) && source && integer.test(source)
    ? source
    : value;
}

const integer = /^-?\d+$/;
