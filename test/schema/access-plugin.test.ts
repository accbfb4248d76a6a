import SchemaBuilder from '@pothos/core';
import { expect, test } from 'vitest';
import { accessPlugin } from '../../schema/access-plugin.ts';

test('a root field that says nothing about access does not build', () => {
  const builder = new SchemaBuilder({ plugins: [accessPlugin] });
  builder.queryType({ fields: (t) => ({ secrets: t.string({ resolve: () => 'all of them' }) }) });
  expect(() => builder.toSchema()).toThrow('Query.secrets says nothing about who may ask');
});
