/** What is committed is what the code says: `npm run codegen` writes it again. */
import { readFileSync } from 'node:fs';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import {
  buildSchema,
  isIntrospectionType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { toJsonSchema } from '../../schema/constraint.ts';
import { createContract, createSchema, createSubgraphSdl } from '../../schema/index.ts';
import { updateUserInput } from '../../schema/update-user-input.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('schema/schema.graphql', () => {
  test('is what the code says', () => {
    expect(canonical(read('../../schema/schema.graphql'), { descriptions: true })).toEqual(
      canonical(printSchemaWithDirectives(createContract()), { descriptions: true }),
    );
  });

  test('is the public contract', () => {
    expect(canonical(read('../../schema/schema.graphql'))).toEqual(canonical(read('./contract.graphql')));
  });

  test('describes every type, field, argument and enum value', () => {
    const bare: string[] = [];
    const schema = createSchema();
    const note = (place: string, item: { description?: string | null | undefined }) => {
      if (!item.description?.trim()) bare.push(place);
    };
    for (const type of Object.values(schema.getTypeMap())) {
      if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
      note(type.name, type);
      const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
      for (const field of fields) {
        note(`${type.name}.${field.name}`, field);
        for (const arg of 'args' in field ? field.args : [])
          note(`${type.name}.${field.name}(${arg.name})`, arg);
      }
      for (const value of 'getValues' in type ? type.getValues() : [])
        note(`${type.name}.${value.name}`, value);
    }
    for (const directive of schema.getDirectives()) {
      if (isSpecifiedDirective(directive)) continue;
      note(`@${directive.name}`, directive);
      for (const arg of directive.args) note(`@${directive.name}(${arg.name})`, arg);
    }
    expect(bare).toEqual([]);
  });

  test('stands by itself', () => {
    expect(() => buildSchema(read('../../schema/schema.graphql'))).not.toThrow();
  });
});

test('schema/subgraph.graphql is what the code says', () => {
  expect(canonical(read('../../schema/subgraph.graphql'), { descriptions: true })).toEqual(
    canonical(createSubgraphSdl(), { descriptions: true }),
  );
});

test('schema/update-user-input.schema.json is what the code says', () => {
  expect(JSON.parse(read('../../schema/update-user-input.schema.json'))).toEqual(
    JSON.parse(JSON.stringify(toJsonSchema(updateUserInput))),
  );
});

/** Each definition as text, whatever the order of definitions, members and arguments. */
function canonical(sdl: string, { descriptions = false } = {}): string[] {
  const byName = <T>(items: readonly T[] | undefined) =>
    [...(items ?? [])].toSorted((a, b) => (print(a as never) < print(b as never) ? -1 : 1));
  const sorted = visit(parse(sdl), {
    leave: (node) => {
      const copy: Record<string, unknown> = { ...node };
      if (!descriptions) delete copy['description'];
      for (const list of [
        'fields',
        'arguments',
        'values',
        'types',
        'interfaces',
        'directives',
        'operationTypes',
      ])
        if (Array.isArray(copy[list])) copy[list] = byName(copy[list]);
      return copy as never;
    },
  });
  return sorted.definitions
    .filter((definition) => definition.kind !== Kind.SCHEMA_DEFINITION)
    .map((definition) => print(definition).replace(/ @specifiedBy\(.*\)/, ''))
    .toSorted();
}
