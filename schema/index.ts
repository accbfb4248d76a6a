import { assertObjectType, type GraphQLSchema, specifiedDirectives } from 'graphql';
import { type Builder, createBuilder } from './builder.ts';
import { constraintDirective } from './constraint.ts';
import { defineFederation, type FederationOptions } from './federation.ts';
import { defineIdentity } from './identity.ts';
import { printSubgraph, type SubgraphOptions } from './subgraph.ts';
import { defineUpdateUser } from './update-user.ts';
import type { UpdateUserInputOptions } from './update-user-input.ts';
import { defineUser } from './user.ts';
import { defineUsers } from './users.ts';

export type SchemaOptions = UpdateUserInputOptions & SubgraphOptions & FederationOptions;

/** The schema of the gateway, a subgraph: what can be asked. How it is answered is up to the `Context`. */
export function createSchema(options: SchemaOptions = {}): GraphQLSchema {
  const builder = createBuilder();
  const User = defineContract(builder, options);
  defineFederation(builder, User, () => createSubgraphSdl(options), options);
  return build(builder);
}

/** The contract alone: what clients ask, without what routers ask. */
export function createContract(options: UpdateUserInputOptions = {}): GraphQLSchema {
  const builder = createBuilder();
  defineContract(builder, options);
  return build(builder);
}

/** What a supergraph is composed from. */
export function createSubgraphSdl(options: UpdateUserInputOptions & SubgraphOptions = {}): string {
  return printSubgraph(createContract(options), options);
}

/** The names of the fields of `User`. */
export function userFieldNames(): readonly string[] {
  return Object.keys(assertObjectType(createContract().getType('User')).getFields());
}

function defineContract(builder: Builder, options: UpdateUserInputOptions): ReturnType<typeof defineUser> {
  const Identity = defineIdentity(builder);
  const User = defineUser(builder, Identity);
  defineUsers(builder, User);
  defineUpdateUser(builder, User, options);
  return User;
}

function build(builder: Builder): GraphQLSchema {
  return builder.toSchema({ sortSchema: false, directives: [...specifiedDirectives, constraintDirective] });
}
