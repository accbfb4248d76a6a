import { hash } from 'node:crypto';

/** Chance that comes out the same whenever it is asked the same. */
export type Chance = {
  /** From 0 to below 1. */
  next(): number;
  /** How long it takes until something happens that happens about so often: mostly less, at times far more. */
  exponential(mean: number): number;
};

export function createChance(...seed: readonly (string | number)[]): Chance {
  const digits: number[] = [];
  let count = 0;
  const next = () => {
    if (digits.length === 0) digits.push(...new Uint32Array(digest(`${seed.join(' ')} ${count++}`)));
    return (digits.pop() ?? 0) / 2 ** 32;
  };
  return { next, exponential: (mean) => -Math.log(1 - next()) * mean };
}

function digest(text: string): ArrayBuffer {
  return new Uint8Array(hash('sha512', text, 'buffer')).buffer;
}
