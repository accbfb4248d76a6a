import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';
import { readNumber } from './exact-number.ts';
import type { JsonObject, JsonValue } from './model.ts';
import { type Moment, toMoment } from './moment.ts';

export const DateTime = new GraphQLScalarType<Date, Moment>({
  ...GraphQLDateTime.toConfig(),
  // Users have their moments as text already. Whatever else stands for one takes a `Date` in between.
  serialize: (value) =>
    (typeof value === 'string' && toMoment(value)) || GraphQLDateTime.serialize(value).toISOString(),
  description: 'A moment as RFC 3339 writes it, in UTC and to the millisecond: 2026-11-23T19:57:00.000Z.',
});

export const JSONObject = new GraphQLScalarType<JsonObject, JsonObject>({
  name: 'JSONObject',
  description: 'A JSON object, with string keys and any JSON values. As a literal, it may hold variables.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259#section-4',
  serialize: assertObject,
  parseValue: assertObject,
  parseLiteral: (node, variables) => assertObject(readLiteral(node, variables ?? {})),
});

function assertObject(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new GraphQLError('JSONObject cannot represent anything but a JSON object.');
  return value as JsonObject;
}

/** A field whose variable was not given is left out, as in any input object (GraphQL, "Input Objects"). */
function readLiteral(
  node: ValueNode,
  variables: { readonly [name: string]: unknown },
): JsonValue | undefined {
  switch (node.kind) {
    case Kind.OBJECT: {
      // Without a prototype, "__proto__" is a key like any other.
      const object: { [key: string]: JsonValue } = Object.create(null);
      for (const field of node.fields) {
        const value = readLiteral(field.value, variables);
        if (value !== undefined) object[field.name.value] = value;
      }
      return object;
    }
    case Kind.LIST:
      return node.values.map((item) => readLiteral(item, variables) ?? null);
    case Kind.INT:
    case Kind.FLOAT:
      // The rules of metadata refuse what is no number they can take, and say where.
      return readNumber(node.value) as number;
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.VARIABLE:
      // Only what was given: what every object inherits is a variable to nobody.
      return Object.hasOwn(variables, node.name.value)
        ? (variables[node.name.value] as JsonValue | undefined)
        : undefined;
    case Kind.NULL:
      return null;
    case Kind.ENUM:
      throw new GraphQLError('JSONObject cannot represent bare names: put them in quotes.');
  }
}
