import type { CodegenConfig } from '@graphql-codegen/cli';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { toJsonSchema } from './schema/constraint.ts';
import { createSchema } from './schema/index.ts';
import { updateUserInput } from './schema/update-user-input.ts';

const config: CodegenConfig = {
  schema: printSchemaWithDirectives(createSchema()),
  documents: 'schema/operations/*.graphql',
  // In the order in which the modules tell it.
  config: { sort: false },
  generates: {
    'schema/schema.graphql': { plugins: ['schema-ast'], config: { includeDirectives: true } },
    'schema/update-user-input.schema.json': {
      plugins: [{ add: { content: JSON.stringify(toJsonSchema(updateUserInput), null, 2) } }],
    },
    'test/support/operations/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        importExtension: '.ts',
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { DateTime: 'string', JSONObject: '{ [key: string]: unknown }' },
      },
    },
  },
};

export default config;
