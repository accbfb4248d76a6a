/** Whether a value takes more characters than these as JSON. It is followed no further than that, and never written. */
export function isLongerAsJson(value: unknown, most: number): boolean {
  return isPerhapsLonger(value, most) && isLonger(value, most);
}

/**
 * A bound that takes less to find: no character is written as more than six, no number, moment or truth value as more
 * than thirty. May say yes where the answer is no.
 */
function isPerhapsLonger(value: unknown, most: number): boolean {
  let left = most;
  const waiting = [value];
  while (waiting.length > 0 && left >= 0) {
    const item = waiting.pop();
    if (typeof item === 'string') left -= 6 * item.length + 3;
    else if (typeof item !== 'object' || item === null || item instanceof Date) left -= 30;
    else if (typeof (item as { toJSON?: unknown }).toJSON === 'function') return true;
    else if (Array.isArray(item)) {
      left -= item.length + 2;
      for (const each of item) waiting.push(each);
    } else {
      left -= 3;
      for (const name in item) {
        left -= 6 * name.length + 4;
        waiting.push((item as { readonly [name: string]: unknown })[name]);
      }
    }
  }
  return left < 0;
}

function isLonger(value: unknown, most: number): boolean {
  let left = most;
  const waiting = [value];
  while (waiting.length > 0 && left >= 0) {
    const item = waiting.pop();
    if (typeof item === 'string') left -= lengthOf(item);
    else if (typeof item !== 'object' || item === null) left -= String(item).length;
    else if ('toJSON' in item && typeof item.toJSON === 'function') waiting.push(item.toJSON());
    else if (Array.isArray(item)) {
      left -= betweenAnd(item.length);
      for (const each of item) waiting.push(each === undefined ? null : each);
    } else {
      let fields = 0;
      for (const name of Object.keys(item)) {
        const each = (item as Readonly<Record<string, unknown>>)[name];
        if (each === undefined || typeof each === 'function') continue;
        fields++;
        left -= lengthOf(name) + 1;
        waiting.push(each);
      }
      left -= betweenAnd(fields);
    }
  }
  return left < 0;
}

/** The brackets, and the commas between so many. */
function betweenAnd(count: number): number {
  return Math.max(2, count + 1);
}

function lengthOf(text: string): number {
  return escaped.test(text) ? JSON.stringify(text).length : text.length + 2;
}

/** Control characters, and halves of surrogate pairs. */
const escaped = /["\\\p{Cc}\p{Cs}]/u;
