import * as z from 'zod';
import { InexactNumber, isWithinReach } from './exact-number.ts';
import { metadataLimits, prototypeKeys, reservedAppMetadataKeys } from './limits.ts';
import type { JsonObject } from './model.ts';

export type MetadataOptions = {
  readonly name: 'userMetadata' | 'appMetadata';
  /** Largest size, in UTF-8 bytes of its compact JSON. */
  readonly maxBytes: number;
};

/** What may be written into `user_metadata` or `app_metadata`. */
export function metadataRules({ name, maxBytes }: MetadataOptions) {
  const reserved = name === 'appMetadata' ? reservedAppMetadataKeys : new Set<string>();
  return z
    .custom<JsonObject>(isObject, { error: 'Expected a JSON object.', params: { code: 'INVALID' } })
    .superRefine((metadata, refinement) => {
      for (const { path = [], ...fault } of faults(metadata, reserved, maxBytes))
        refinement.addIssue({ code: 'custom', path, message: fault.message, params: { code: fault.code } });
    })
    .meta({
      type: 'object',
      minProperties: 1,
      propertyNames: { pattern: '^[^.$]*$', not: { enum: [...reserved, ...prototypeKeys] } },
      additionalProperties: valueAtLevel(2),
    });
}

/**
 * What JSON Schema can say of the values inside metadata. It cannot count levels, so each has a definition; it cannot
 * count values or bytes at all.
 */
export const metadataDefinitions: { readonly [name: string]: object } = {
  ...Object.fromEntries(
    Array.from({ length: metadataLimits.depth - 1 }, (_, index) => index + 2).map((level) => [
      `metadataLevel${level}`,
      {
        anyOf: [
          { $ref: '#/$defs/metadataScalar' },
          { type: 'array', items: valueAtLevel(level + 1) },
          {
            type: 'object',
            propertyNames: { not: { enum: [...prototypeKeys] } },
            additionalProperties: valueAtLevel(level + 1),
          },
        ],
      },
    ]),
  ),
  metadataScalar: {
    anyOf: [
      { type: 'string' },
      { type: 'boolean' },
      { type: 'null' },
      { type: 'number', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
    ],
  },
};

function valueAtLevel(level: number): object {
  return { $ref: `#/$defs/${level > metadataLimits.depth ? 'metadataScalar' : `metadataLevel${level}`}` };
}

type Fault = { code: 'EMPTY' | 'RESERVED_KEY' | 'TOO_LARGE' | 'INVALID'; message: string; path?: string[] };

function* faults(metadata: JsonObject, reserved: ReadonlySet<string>, maxBytes: number): Generator<Fault> {
  // A key without a value does not survive serialisation: {"a": undefined} is {} by the time it arrives.
  const firstKeys = Object.keys(metadata).filter((key) => metadata[key] !== undefined);
  if (firstKeys.length === 0) {
    yield {
      code: 'EMPTY',
      message:
        'Expected at least one key, but got {}, with which Auth0 would delete everything. Send null to clear on purpose.',
    };
    return;
  }
  for (const key of firstKeys) {
    if (/[.$]/.test(key))
      yield {
        code: 'RESERVED_KEY',
        path: [key],
        message: `Expected a key without "." and "$", but got ${JSON.stringify(key)}.`,
      };
    if (reserved.has(key))
      yield {
        code: 'RESERVED_KEY',
        path: [key],
        message: `Expected another key: Auth0 keeps "${key}" to itself.`,
      };
  }

  const walk = new Walk();
  yield* walk.through(metadata);
  if (walk.tooDeep)
    yield {
      code: 'TOO_LARGE',
      message: `Expected at most ${metadataLimits.depth} levels of nesting, but got more.`,
    };
  if (walk.values > metadataLimits.values)
    yield {
      code: 'TOO_LARGE',
      message: `Expected at most ${metadataLimits.values} values, counting those inside objects and arrays, but got more.`,
    };
  // Too deep or too wide a value is not worth serialising; what is no JSON, and too deep a one, cannot be.
  if (walk.tooDeep || walk.values > metadataLimits.values || walk.isNoJson) return;
  const bytes = utf8.encode(JSON.stringify(metadata)).length;
  if (bytes > maxBytes)
    yield { code: 'TOO_LARGE', message: `Expected at most ${maxBytes} bytes of JSON, but got ${bytes}.` };
}

/** Looks at every key and value, and stops where a bomb would go on. */
class Walk {
  values = 0;
  tooDeep = false;
  isNoJson = false;

  *through(container: object, path: readonly string[] = []): Generator<Fault> {
    if (path.length >= metadataLimits.depth) {
      this.tooDeep = true;
      return;
    }
    for (const [key, value] of Object.entries(container)) {
      if (++this.values > metadataLimits.values) return;
      const place = [...path, key];
      if (prototypeKeys.has(key) && !Array.isArray(container))
        yield {
          code: 'RESERVED_KEY',
          path: place,
          message: `Expected another key: "${key}" is not safe to merge.`,
        };
      if (value instanceof InexactNumber || (typeof value === 'number' && !isWithinReach(value))) {
        yield {
          code: 'INVALID',
          path: place,
          message:
            'Expected a number that keeps its digits, but got one beyond 2^53 or with too many of them: send it as text.',
        };
        continue;
      }
      const kind = kindOf(value);
      if (unserialisable.has(kind)) {
        this.isNoJson = true;
        yield { code: 'INVALID', path: place, message: `Expected a JSON value, but got a ${kind}.` };
      }
      if (typeof value === 'object' && value !== null) yield* this.through(value, place);
    }
  }
}

/** What serialising leaves out, or fails at: a function in place of a value makes an object empty on its way. */
const unserialisable: ReadonlySet<string> = new Set(['function', 'symbol', 'bigint']);

/** As `typeof`, but a bigint in an object of its own is one all the same. */
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value) === '[object BigInt]' ? 'bigint' : typeof value;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const utf8 = new TextEncoder();
