import { DirectiveLocation, GraphQLDirective, GraphQLInt, GraphQLString } from 'graphql';
import * as z from 'zod';

/** What `@constraint` says of an input field. */
export type Constraint = {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
};

export const constraintDirective = new GraphQLDirective({
  name: 'constraint',
  description:
    'The rule that a text must keep. It holds for a value; whether null is allowed stands in the description.',
  locations: [DirectiveLocation.INPUT_FIELD_DEFINITION],
  args: {
    minLength: { type: GraphQLInt, description: 'Fewest Unicode code points.' },
    maxLength: { type: GraphQLInt, description: 'Most Unicode code points.' },
    pattern: {
      type: GraphQLString,
      description: 'ECMA-262 regular expression, unanchored unless it says so.',
    },
    format: {
      type: GraphQLString,
      description: 'A named format: "email" (with a top-level domain) or "strict-uri" (http, https or ftp).',
    },
  },
});

/** What the rules say of one input field, as far as GraphQL can carry it. */
export type FieldRule = {
  readonly type: 'Boolean' | 'String' | 'JSONObject';
  readonly description: string;
  readonly constraint: Constraint | null;
};

/** Reads the rule of each field out of a zod object. */
export function fieldRules(rules: z.ZodObject): ReadonlyMap<string, FieldRule> {
  const { properties = {} } = toJsonSchema(rules);
  return new Map(Object.entries(properties).map(([name, property]) => [name, toFieldRule(name, property)]));
}

/** JSON Schema (2020-12) of the rules, as far as it can say them. */
export function toJsonSchema(rules: z.ZodType): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(rules, { unrepresentable: 'any' });
}

function toFieldRule(name: string, property: z.core.JSONSchema._JSONSchema): FieldRule {
  if (typeof property === 'boolean')
    throw new TypeError(`Expected ${name} to have a rule, but got ${property}.`);
  const nullable = property.anyOf !== undefined;
  const [value = property] = property.anyOf ?? [];
  const { minLength, maxLength, pattern, format } = value;
  const constraint = {
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(pattern !== undefined && { pattern }),
    ...(format !== undefined && { format }),
  };
  return {
    type: value.type === 'boolean' ? 'Boolean' : value.type === 'object' ? 'JSONObject' : 'String',
    description: [property.description, inWords(constraint), nullInWords(value.type, nullable)]
      .filter(Boolean)
      .join(' '),
    constraint: Object.keys(constraint).length > 0 ? constraint : null,
  };
}

function inWords({ minLength, maxLength, pattern, format }: Constraint): string {
  const length =
    minLength !== undefined && maxLength !== undefined
      ? `${minLength} to ${maxLength} characters (Unicode code points).`
      : minLength !== undefined
        ? `At least ${minLength} character (Unicode code point).`
        : '';
  return [length, pattern && `Matches \`${pattern}\`.`, format && `Format ${format}.`]
    .filter(Boolean)
    .join(' ');
}

function nullInWords(type: unknown, nullable: boolean): string {
  if (!nullable) return 'Omitted: left alone; null is refused.';
  return type === 'object' ? 'Omitted: left alone.' : 'Omitted: left alone; null: unset.';
}
