/** Whether a value takes more characters than these as JSON. It is followed no further than that, and never written. */
export function isLongerAsJson(value: unknown, most: number): boolean {
  return isPerhapsLonger(value, most) && isLonger(value, most);
}

/**
 * A bound that takes less to find: no character is written as more than six, no number or truth value as more than
 * thirty. May say yes where the answer is no.
 */
function isPerhapsLonger(value: unknown, most: number): boolean {
  let left = most - boundOf(value);
  const waiting: unknown[] = [value];
  while (waiting.length > 0 && left >= 0) {
    const item = waiting.pop();
    if (typeof item !== 'object' || item === null) continue;
    if (typeof (item as { toJSON?: unknown }).toJSON === 'function') return true;
    if (Array.isArray(item)) {
      for (const each of item as unknown[]) {
        left -= boundOf(each) + 1;
        if (typeof each === 'object') waiting.push(each);
      }
    } else
      for (const name in item) {
        const each = (item as { readonly [name: string]: unknown })[name];
        left -= 6 * name.length + boundOf(each) + 4;
        if (typeof each === 'object') waiting.push(each);
      }
  }
  return left < 0;
}

/** Of an object, without what is in it. */
function boundOf(value: unknown): number {
  return typeof value === 'string' ? 6 * value.length + 2 : 30;
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
