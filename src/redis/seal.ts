import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';

/** Makes a value unreadable to all who do not have the secret. */
export type Seal = {
  /** Dates, numbers and absence come out as they went in. */
  seal(name: string, value: unknown): string;
  /** @throws where this was not sealed with this secret, for this purpose, under this name. */
  open(name: string, text: string): unknown;
};

export function createSeal(secret: string, purpose: string): Seal {
  const key = deriveKey(secret, purpose);
  return {
    seal(name, value) {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(name));
      const sealed = [cipher.update(serialize(value)), cipher.final()];
      return Buffer.concat([iv, cipher.getAuthTag(), ...sealed]).toString('base64');
    },
    open(name, text) {
      const bytes = Buffer.from(text, 'base64');
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivLength), {
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

/** Another key for each purpose. */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
}

const algorithm = 'aes-256-gcm';
const ivLength = 12;
const tagLength = 16;
