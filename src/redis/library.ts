/** The client for Redis. It is large: who has no Redis to reach does without. */
import { createRequire } from 'node:module';
import type * as Library from 'ioredis';

const require = createRequire(import.meta.url);

export function ioredis(): typeof Library {
  return require('ioredis') as typeof Library;
}
