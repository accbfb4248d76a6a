import type { Schema } from './schemas.ts';
import type { JsonObject } from './user-record.ts';
import { assertValid, query } from './validation.ts';

/**
 * The parameters of a URL, validated. Those the schema calls integers or booleans become such where their text is
 * one; whatever else their text says is for the schema to refuse.
 *
 * @throws ApiError 400
 */
export function readQuery(url: URL, schema: Schema): JsonObject {
  const properties = schema['properties'] as {
    readonly [name: string]: { readonly type: string } | undefined;
  };
  const parameters = Object.fromEntries(
    url.searchParams.entries().map(([name, text]) => [name, toType(text, properties[name]?.type)]),
  );
  assertValid(query, parameters, schema);
  return parameters;
}

function toType(text: string, type: string | undefined): unknown {
  if (type === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
