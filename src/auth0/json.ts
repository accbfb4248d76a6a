/**
 * JSON text as values. An integer that no `number` holds exactly arrives as the string of its digits, wherever it
 * stands, instead of as a neighbouring number: identity providers hand out numeric ids beyond 2^53. Text nested deeper
 * than anyone's metadata is refused, before something that walks through it runs out of stack.
 *
 * @throws SyntaxError, whose message may quote the text.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const found = { longNumber: isLong(value) };
  if (isDeeper(value, mostDepth, found)) throw new SyntaxError('Nested too deeply');
  // A reviver makes parsing several times slower, and recurses: it is used only where a number needs it.
  return found.longNumber ? JSON.parse(text, exactInteger) : value;
}

function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  return typeof value === 'number' && !Number.isSafeInteger(value) && source && integer.test(source)
    ? source
    : value;
}

const integer = /^-?\d+$/;

const mostDepth = 200;

/** Says by the way whether there is a number that may have lost digits. */
function isDeeper(value: unknown, levels: number, found: { longNumber: boolean }): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  // Texts are most of it, and take no call.
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      if (typeof item === 'object') {
        if (isDeeper(item, levels - 1, found)) return true;
      } else if (isLong(item)) found.longNumber = true;
    }
    return false;
  }
  for (const name in value) {
    const item = (value as { readonly [name: string]: unknown })[name];
    if (typeof item === 'object') {
      if (isDeeper(item, levels - 1, found)) return true;
    } else if (isLong(item)) found.longNumber = true;
  }
  return false;
}

function isLong(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
}
