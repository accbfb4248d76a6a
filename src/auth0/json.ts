/**
 * JSON text as values. An integer that no `number` holds exactly arrives as the string of its digits, wherever it
 * stands, instead of as a neighbouring number: identity providers hand out numeric ids beyond 2^53. Text nested deeper
 * than anyone's metadata is refused, before something that walks through it runs out of stack.
 *
 * @throws SyntaxError, whose message may quote the text.
 */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new SyntaxError('Nested too deeply');
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

const mostDepth = 200;

/** Brackets inside strings do not count; whether the text is JSON at all is not asked here. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '[' || character === '{') {
      if (++depth > mostDepth) return true;
    } else if (character === ']' || character === '}') depth--;
  }
  return false;
}

/** Where the string that starts here ends, or the text. */
function endOfString(text: string, start: number): number {
  let end = start;
  do end = text.indexOf('"', end + 1);
  while (end !== -1 && isEscaped(text, end));
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
