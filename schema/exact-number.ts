/** Numbers as they are written, where reading them would change them. */

/** Stands where a number was written that no `number` holds: whoever expects a value finds none they can take. */
export class InexactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * The value of a JSON number; an `InexactNumber` where it would lose digits, as integers from 2^53 on may. What is
 * merely written at more length than it needs, such as 1.0e2, loses none, and -0 is 0.
 */
export function readNumber(text: string): number | InexactNumber {
  const value = Number(text);
  const isKept = isWithinReach(value) && decimalOf(text) === decimalOf(String(value));
  return isKept ? value : new InexactNumber(text);
}

/** From 2^53 on, neighbouring integers read the same. */
export function isWithinReach(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/**
 * The same text for every way to write the same number, whatever its sign: its digits, and how far from their start the
 * point stands. Nothing for 0.
 */
function decimalOf(text: string): string {
  const [mantissa = '', exponent = 0] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = withoutZerosAtTheEnd(digits);
  const point = Number(exponent) - fraction.length + digits.length;
  return significant && `0.${significant}e${point}`;
}

/** By hand: a pattern that is anchored at the end only is tried at every zero before it. */
function withoutZerosAtTheEnd(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}
