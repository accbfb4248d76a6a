/**
 * What a store gets to see of a request and its result: nothing that can be read, and nothing that guesses could be
 * tried against. A password of few bits, hashed by itself, would be found from a dump of the store within minutes.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';

export type Sealing = {
  /** The name of a record: who asks under which key. Needs no secret, so that a new one finds the old records. */
  nameOf(scope: readonly string[], key: string): string;
  /** Equal for requests that are the same JSON, the order of keys aside. */
  fingerprintOf(request: unknown): string;
  /** Whether a fingerprint was made with this secret. */
  knows(fingerprint: string): boolean;
  /** Dates, numbers and absence come out as they went in. */
  seal(name: string, value: unknown): string;
  /** @throws where this was not sealed with this secret, under this name. */
  open(name: string, text: string): unknown;
};

export function createSealing(secret: string): Sealing {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', secret, '', `idempotency/${purpose}`, 32));
  const [fingerprintKey, sealKey] = [derive('fingerprint'), derive('seal')];
  const secretId = derive('id').toString('base64url').slice(0, 8);

  return {
    nameOf: (scope, key) =>
      createHash('sha256')
        .update(JSON.stringify([...scope, key]))
        .digest('base64url'),
    fingerprintOf: (request) =>
      `${secretId}.${createHmac('sha256', fingerprintKey).update(canonical(request)).digest('base64url')}`,
    knows: (fingerprint) => fingerprint.startsWith(`${secretId}.`),
    seal(name, value) {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv(algorithm, sealKey, iv).setAAD(Buffer.from(name));
      const sealed = [cipher.update(serialize(value)), cipher.final()];
      return Buffer.concat([iv, cipher.getAuthTag(), ...sealed]).toString('base64');
    },
    open(name, text) {
      const bytes = Buffer.from(text, 'base64');
      const decipher = createDecipheriv(algorithm, sealKey, bytes.subarray(0, ivLength), {
        authTagLength: tagLength,
      })
        .setAAD(Buffer.from(name))
        .setAuthTag(bytes.subarray(ivLength, ivLength + tagLength));
      return deserialize(
        Buffer.concat([decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()]),
      );
    },
  };
}

const algorithm = 'aes-256-gcm';
const ivLength = 12;
const tagLength = 16;

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : item,
  );
}
