import type { PatternPart } from './query.ts';

/**
 * Whether a whole text fits a pattern. It looks at the text once for each step of the pattern at most, so no pattern
 * makes it slow: on a mismatch only the latest `*` can take more.
 */
export function fitsPattern(text: string, parts: readonly PatternPart[]): boolean {
  const steps = parts.flatMap((part) => (typeof part === 'string' ? [part] : [...part.literal].map(literal)));
  const characters = [...text];
  let step = 0;
  let position = 0;
  let star: { readonly step: number; position: number } | undefined;
  while (position < characters.length) {
    const wanted = steps[step];
    if (wanted === '*') {
      star = { step, position };
      step += 1;
    } else if (wanted === '?' || (typeof wanted === 'object' && wanted.literal === characters[position])) {
      step += 1;
      position += 1;
    } else if (star) {
      star.position += 1;
      position = star.position;
      step = star.step + 1;
    } else {
      return false;
    }
  }
  return steps.slice(step).every((rest) => rest === '*');
}

function literal(character: string): PatternPart {
  return { literal: character };
}
