/**
 * What a store gets to see of a request and its result: nothing that can be read, and nothing that guesses could be
 * tried against. A password of few bits, hashed by itself, would be found from a dump of the store within minutes.
 */
import { createHash, createHmac } from 'node:crypto';
import { createSeal, deriveKey, type Seal } from '../redis/seal.ts';

export type Sealing = Seal & {
  /** The name of a record: who asks under which key. Needs no secret, so that a new one finds the old records. */
  nameOf(scope: readonly string[], key: string): string;
  /** Equal for requests that are the same JSON, the order of keys aside. */
  fingerprintOf(request: unknown): string;
  /** Whether a fingerprint was made with this secret. */
  knows(fingerprint: string): boolean;
};

export function createSealing(secret: string): Sealing {
  const fingerprintKey = deriveKey(secret, 'idempotency/fingerprint');
  const secretId = deriveKey(secret, 'idempotency/id').toString('base64url').slice(0, 8);

  return {
    ...createSeal(secret, 'idempotency/seal'),
    nameOf: (scope, key) =>
      createHash('sha256')
        .update(JSON.stringify([...scope, key]))
        .digest('base64url'),
    fingerprintOf: (request) =>
      `${secretId}.${createHmac('sha256', fingerprintKey).update(canonical(request)).digest('base64url')}`,
    knows: (fingerprint) => fingerprint.startsWith(`${secretId}.`),
  };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : item,
  );
}
