import { buildSchema, type GraphQLInputObjectType, isInputObjectType, print } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createSubgraphSdl } from '../../schema/index.ts';
import { ordersSdl } from './orders.ts';
import { composers } from './supergraph.ts';

const subgraphs = (authDirectives = false) => [
  { name: 'users', url: 'http://127.0.0.1/users', sdl: createSubgraphSdl({ authDirectives }) },
  { name: 'orders', url: 'http://127.0.0.1/orders', sdl: ordersSdl },
];

describe.each(Object.entries(composers))('as %s composes it, the supergraph', (_, compose) => {
  test('has users, of both subgraphs by their id', () => {
    const supergraph = compose(subgraphs());
    expect(supergraph).toMatch(/type User[^{]*@join__type\(graph: USERS, key: "id"/);
    expect(supergraph).toMatch(/type User[^{]*@join__type\(graph: ORDERS, key: "id"/);
  });

  test('carries every rule of the input', () => {
    const rules = constraintsOf(createSubgraphSdl());
    expect(rules.length).toBeGreaterThan(10);
    expect(constraintsOf(compose(subgraphs()))).toEqual(rules);
  });

  test('keeps tokens of identity providers to the subgraph', () => {
    const supergraph = compose(subgraphs());
    expect(supergraph).toMatch(/tokens: IdentityTokens[^\n]*@inaccessible/);
    expect(supergraph).toMatch(/type IdentityTokens[^{]*@inaccessible/);
  });

  test('says nothing of who may ask what, unless it was told to', () => {
    expect(compose(subgraphs())).not.toMatch(/@authenticated|@requiresScopes/);
    const telling = compose(subgraphs(true));
    expect(telling).toMatch(/me: User[^\n]*@authenticated/);
    expect(telling).toContain('@requiresScopes(scopes: [["read:users"]])');
  });
});

/** Each field of the input with what `@constraint` says of it. */
function constraintsOf(sdl: string): string[] {
  const type = buildSchema(sdl, { assumeValidSDL: true }).getType('UpdateUserInput');
  expect(isInputObjectType(type)).toBe(true);
  return Object.values((type as GraphQLInputObjectType).getFields()).flatMap(({ name, astNode }) =>
    (astNode?.directives ?? [])
      .filter((directive) => directive.name.value === 'constraint')
      .flatMap(({ arguments: args = [] }) => args.map((arg) => `${name} ${print(arg)}`).toSorted()),
  );
}
