import SchemaBuilder from '@pothos/core';
import { execute, type GraphQLSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessPlugin } from '../../schema/access-plugin.ts';

const newBuilder = () =>
  new SchemaBuilder<{ Context: { grants: readonly string[] } }>({
    plugins: [accessPlugin],
  });

describe('a root field that says nothing about access does not build', () => {
  test.for(['Query', 'Mutation', 'Subscription'] as const)('%s', (type) => {
    const builder = newBuilder();
    builder.queryType({
      fields: (t) => ({ fine: t.string({ access: () => {}, resolve: () => '' }) }),
    });
    if (type === 'Query') builder.queryField('secrets', (t) => t.string({ resolve: () => 'all' }));
    if (type === 'Mutation')
      builder.mutationType({ fields: (t) => ({ secrets: t.string({ resolve: () => 'all' }) }) });
    if (type === 'Subscription')
      builder.subscriptionType({
        fields: (t) => ({ secrets: t.string({ subscribe: nothing, resolve: () => 'all' }) }),
      });
    expect(() => builder.toSchema()).toThrow(`${type}.secrets says nothing about who may ask`);
  });
});

describe('what access refuses is not resolved', () => {
  /** Says of every resolver that it ran. */
  const ran: string[] = [];
  const schema = (() => {
    const builder = newBuilder();
    const Thing = builder.objectRef<{ name: string }>('Thing').implement({
      fieldAccess: ({ name }, field, { grants }) => {
        if (!grants.includes(`${name}.${field}`)) throw new Error(`no ${field} of ${name}`);
      },
      fields: (t) => ({
        open: t.string({ resolve: ({ name }) => note(`open ${name}`) }),
        secret: t.string({ resolve: ({ name }) => note(`secret ${name}`) }),
      }),
    });
    const Plain = builder.objectRef<object>('Plain').implement({
      fields: (t) => ({ any: t.string({ resolve: () => note('any') }) }),
    });
    builder.queryType({
      fields: (t) => ({
        thing: t.field({
          type: Thing,
          args: { name: t.arg.string({ required: true }) },
          access: ({ name }, { grants }) => {
            if (!grants.includes(name)) throw new Error(`no ${name}`);
          },
          resolve: (_, { name }) => ({ name: note(name) }),
        }),
        plain: t.field({ type: Plain, access: () => {}, resolve: () => ({}) }),
      }),
    });
    return builder.toSchema();
  })();
  function note(what: string): string {
    ran.push(what);
    return what;
  }

  test.for<[string, string[], string[], string[]]>([
    ['{ thing(name: "a") { open } }', [], ['no a'], []],
    ['{ thing(name: "a") { open } }', ['b', 'b.open'], ['no a'], []],
    ['{ thing(name: "a") { open } }', ['a', 'a.open'], [], ['a', 'open a']],
    ['{ thing(name: "a") { open secret } }', ['a', 'a.open'], ['no secret of a'], ['a', 'open a']],
    ['{ thing(name: "a") { secret } }', ['a', 'b.secret'], ['no secret of a'], ['a']],
    ['{ plain { any } }', [], [], ['any']],
  ])('%s with the grants %j', ([query, grants, messages, resolved]) => {
    ran.length = 0;
    expect(errorsOf(schema, query, grants)).toEqual(messages);
    expect(ran).toEqual(resolved);
  });
});

function errorsOf(schema: GraphQLSchema, query: string, grants: readonly string[]): string[] {
  const result = execute({ schema, document: parse(query), contextValue: { grants } });
  if (result instanceof Promise) throw new Error('Expected a result at once.');
  return (result.errors ?? []).map(({ message }) => message);
}

async function* nothing() {}
