/**
 * JSON text as values. An integer that no `number` holds exactly arrives as the string of its digits, wherever it
 * stands, instead of as a neighbouring number: identity providers hand out numeric ids beyond 2^53. Text nested deeper
 * than anyone's metadata is refused, before something that walks through it runs out of stack.
 *
 * @throws SyntaxError, whose message may quote the text.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const found = { longNumber: false };
  if (look(value, mostDepth, found) < 0) throw new SyntaxError('Nested too deeply');
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

/** How many of the levels are left below the deepest value; below 0, where it is not looked at any further. */
function look(value: unknown, levels: number, found: { longNumber: boolean }): number {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) && Number.isInteger(value)) found.longNumber = true;
    return levels;
  }
  if (typeof value !== 'object' || value === null) return levels;
  let left = levels - 1;
  if (left < 0) return left;
  if (Array.isArray(value)) for (const item of value) left = Math.min(left, look(item, levels - 1, found));
  else
    for (const name in value)
      left = Math.min(left, look((value as { [name: string]: unknown })[name], levels - 1, found));
  return left;
}
