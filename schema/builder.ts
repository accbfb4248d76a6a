import SchemaBuilder from '@pothos/core';
import DirectivesPlugin from '@pothos/plugin-directives';
import ErrorsPlugin from '@pothos/plugin-errors';
import ZodPlugin from '@pothos/plugin-zod';
import { accessPlugin } from './access-plugin.ts';
import type { Constraint } from './constraint.ts';
import type { Context } from './context.ts';
import { InvalidUserInput } from './input-issue.ts';
import type { JsonObject } from './model.ts';
import type { Moment } from './moment.ts';
import { DateTime, JSONObject } from './scalars.ts';

export type Builder = ReturnType<typeof createBuilder>;

/** The builder of one schema. It knows the scalars and the plugins, and defines no type of the graph. */
export function createBuilder() {
  const builder = new SchemaBuilder<{
    Context: Context;
    Scalars: {
      ID: { Input: string; Output: string };
      DateTime: { Input: Date; Output: Moment };
      JSONObject: { Input: JsonObject; Output: JsonObject };
      _Any: { Input: unknown; Output: never };
    };
    Directives: { constraint: { locations: 'INPUT_FIELD_DEFINITION'; args: Constraint } };
  }>({
    // From the outside in: what is thrown further in becomes a member of a result union, nobody is told about their
    // input who may not send it, and no resolver sees an input that broke a rule.
    plugins: [ErrorsPlugin, accessPlugin, ZodPlugin, DirectivesPlugin],
    errors: { directResult: true, defaultTypes: [] },
    zod: { validationError: (error) => new InvalidUserInput(error) },
    // The form that schema printers read.
    directives: { useGraphQLToolsUnorderedDirectives: true },
  });
  builder.addScalarType('DateTime', DateTime);
  builder.addScalarType('JSONObject', JSONObject);
  builder.queryType({ description: 'What can be asked about the users of the tenant.' });
  builder.mutationType({ description: 'What can be changed about the users of the tenant.' });
  return builder;
}
