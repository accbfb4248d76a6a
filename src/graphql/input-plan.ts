/**
 * What is put in (GraphQL specification, "Input Coercion" and section 6.4.1), its types looked at once and not for each
 * value. Only what fits is known here; of what does not, graphql.js has the errors.
 */
import {
  coerceInputValue,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
} from 'graphql';

/** @throws {DoesNotFit} at the first value that does not fit: there may be as many more as a body can hold. */
export type Coerce = (value: unknown) => unknown;

export class DoesNotFit extends Error {}

function doesNotFit(): never {
  throw new DoesNotFit();
}

const coercers = new WeakMap<GraphQLInputType, Coerce>();

/** Of values from JSON. */
export function coercerOf(type: GraphQLInputType): Coerce {
  let coerce = coercers.get(type);
  if (!coerce) {
    coerce = newCoercer(type);
    coercers.set(type, coerce);
  }
  return coerce;
}

function newCoercer(type: GraphQLInputType): Coerce {
  if (isNonNullType(type)) {
    const coerce = coercerOf(type.ofType);
    return (value) => (value === null || value === undefined ? doesNotFit() : coerce(value));
  }
  const coerce = isListType(type)
    ? listCoercer(coercerOf(type.ofType))
    : isInputObjectType(type) && !type.isOneOf
      ? objectCoercer(type)
      : (value: unknown) => coerceInputValue(value, type, doesNotFit);
  return (value) => (value === null || value === undefined ? null : coerce(value));
}

function listCoercer(coerceItem: Coerce): Coerce {
  return (value) => (Array.isArray(value) ? value.map((item) => coerceItem(item)) : [coerceItem(value)]);
}

function objectCoercer(type: GraphQLInputObjectType): Coerce {
  const fields = Object.values(type.getFields());
  const known = new Set(fields.map(({ name }) => name));
  return (value) => {
    if (typeof value !== 'object' || Array.isArray(value)) return doesNotFit();
    const given = value as { readonly [name: string]: unknown };
    const coerced: Record<string, unknown> = {};
    for (const { name, type, defaultValue } of fields) {
      const item = given[name];
      // Looked up here and not before: an object may hold others of its own type.
      if (item !== undefined) coerced[name] = coercerOf(type)(item);
      else if (defaultValue !== undefined) coerced[name] = defaultValue;
      else if (isNonNullType(type)) doesNotFit();
    }
    for (const name in given) if (!known.has(name)) doesNotFit();
    return coerced;
  };
}

type Values = { readonly [name: string]: unknown };

/** Makes a field's arguments of the operation's variables; `null`: there is one that does not fit. */
export type ArgumentPlan = (variables: Values) => { [name: string]: unknown } | null;

/** `null`: what is given stands in the document, at least in part. */
export function planArguments(
  { args }: GraphQLField<unknown, unknown>,
  { arguments: given = [] }: FieldNode,
): ArgumentPlan | null {
  const parts: { name: string; variable: string | null; defaultValue: unknown; isNonNull: boolean }[] = [];
  for (const { name, type, defaultValue } of args) {
    const value = given.find((each) => each.name.value === name)?.value;
    if (value && value.kind !== Kind.VARIABLE) return null;
    parts.push({
      name,
      variable: value ? value.name.value : null,
      defaultValue,
      isNonNull: isNonNullType(type),
    });
  }
  return (variables) => {
    const values: Record<string, unknown> = {};
    for (const { name, variable, defaultValue, isNonNull } of parts) {
      if (variable !== null && Object.hasOwn(variables, variable)) {
        const value = variables[variable];
        if (isNonNull && (value === null || value === undefined)) return null;
        values[name] = value;
      } else if (defaultValue !== undefined) values[name] = defaultValue;
      else if (isNonNull) return null;
    }
    return values;
  };
}
