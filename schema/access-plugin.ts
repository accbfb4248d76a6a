/**
 * Puts the policy in front of resolvers: `access` on a root field runs before validation and before the resolver, and
 * `fieldAccess` on an object type before each of its fields. A root field without `access` does not build.
 */
import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type InputShapeFromFields,
  type PothosOutputFieldConfig,
  PothosSchemaError,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';

export const accessPlugin = 'access';

class AccessPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const isRoot = field.kind === 'Query' || field.kind === 'Mutation' || field.kind === 'Subscription';
    if (isRoot && !field.pothosOptions.access)
      throw new PothosSchemaError(
        `${field.parentType}.${field.name} says nothing about who may ask: give it "access".`,
      );
    return field;
  }

  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const { access } = field.pothosOptions;
    if (access)
      return (parent, args, context, info) => {
        access(args as never, context);
        return resolve(parent, args, context, info);
      };
    const type = this.buildCache.getTypeConfig(field.parentType);
    const fieldAccess = type.kind === 'Object' ? type.pothosOptions.fieldAccess : undefined;
    if (fieldAccess)
      return (parent, args, context, info) => {
        fieldAccess(parent, field.name, context);
        return resolve(parent, args, context, info);
      };
    return resolve;
  }
}

SchemaBuilder.registerPlugin(accessPlugin, AccessPlugin);

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      access: AccessPlugin<Types>;
    }
    export interface FieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      ParentShape = unknown,
      Type extends TypeParam<Types> = TypeParam<Types>,
      Nullable extends FieldNullability<Type> = FieldNullability<Type>,
      Args extends InputFieldMap = InputFieldMap,
      ResolveShape = unknown,
      ResolveReturnShape = unknown,
    > {
      /** Throws where the caller may not ask this, with these arguments as they came, not yet validated. */
      access?: (args: InputShapeFromFields<Args>, context: Types['Context']) => void;
    }
    export interface ObjectTypeOptions<Types extends SchemaTypes = SchemaTypes, Shape = unknown> {
      /** Throws where the caller may not read this field of this object. */
      fieldAccess?: (parent: Shape, field: string, context: Types['Context']) => void;
    }
  }
}
