import { assertObjectType, type GraphQLSchema, specifiedDirectives } from 'graphql';
import { createBuilder } from './builder.ts';
import { constraintDirective } from './constraint.ts';
import { defineIdentity } from './identity.ts';
import { defineUpdateUser } from './update-user.ts';
import type { UpdateUserInputOptions } from './update-user-input.ts';
import { defineUser } from './user.ts';
import { defineUsers } from './users.ts';

export type SchemaOptions = UpdateUserInputOptions;

/** The schema of the gateway: what can be asked. How it is answered is up to the `Context`. */
export function createSchema(options: SchemaOptions = {}): GraphQLSchema {
  const builder = createBuilder();
  const Identity = defineIdentity(builder);
  const User = defineUser(builder, Identity);
  defineUsers(builder, User);
  defineUpdateUser(builder, User, options);
  return builder.toSchema({ sortSchema: false, directives: [...specifiedDirectives, constraintDirective] });
}

/** The names of the fields of `User`. */
export function userFieldNames(): readonly string[] {
  return Object.keys(assertObjectType(createSchema().getType('User')).getFields());
}
