import type { CodegenConfig } from '@graphql-codegen/cli';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { toJsonSchema } from './schema/constraint.ts';
import { createContract, createSubgraphSdl } from './schema/index.ts';
import { updateUserInput } from './schema/update-user-input.ts';

const contract = printSchemaWithDirectives(createContract());

/** The operations of one folder, typed for whoever sends them from there. */
const typedDocuments = {
  preset: 'client' as const,
  presetConfig: { fragmentMasking: false },
  config: {
    documentMode: 'string',
    importExtension: '.ts',
    useTypeImports: true,
    enumsAsTypes: true,
    strictScalars: true,
    scalars: { DateTime: 'string', JSONObject: '{ [key: string]: unknown }' },
  },
};

const config: CodegenConfig = {
  schema: contract,
  generates: {
    // As it is, in the order in which the modules tell it.
    'schema/schema.graphql': { plugins: [{ add: { content: contract } }] },
    'schema/subgraph.graphql': { plugins: [{ add: { content: createSubgraphSdl() } }] },
    'schema/update-user-input.schema.json': {
      plugins: [{ add: { content: JSON.stringify(toJsonSchema(updateUserInput), null, 2) } }],
    },
    'test/support/operations/': {
      documents: 'schema/operations/*.graphql',
      ...typedDocuments,
      presetConfig: { ...typedDocuments.presetConfig, persistedDocuments: { hashAlgorithm: 'sha256' } },
    },
    'src/pages/browser/operations/': {
      documents: 'src/pages/browser/*.graphql',
      ...typedDocuments,
    },
  },
};

export default config;
