/** What an operation selects, found once for each document instead of once for each object in each answer. */
import {
  type DocumentNode,
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  getOperationAST,
  isAbstractType,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  typeFromAST,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { type ArgumentPlan, type Coerce, coercerOf, planArguments } from './input-plan.ts';

/** One field of the answer: the same key may stand in the document several times. */
export type FieldPlan = {
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  /** `null`: they are read from the document. */
  readonly arguments: ArgumentPlan | null;
  readonly value: ValuePlan;
  /** What is selected below it, of an object of this type. */
  readonly below: (type: GraphQLObjectType) => ObjectPlan;
};

/** How a value of the field's type is completed, or an item of its list. */
export type ValuePlan = { readonly isNonNull: boolean } & (
  | { readonly kind: 'leaf'; readonly type: GraphQLLeafType }
  | { readonly kind: 'list'; readonly item: ValuePlan }
  | {
      readonly kind: 'abstract';
      readonly type: GraphQLAbstractType;
      /** By name. */
      readonly members: ReadonlyMap<unknown, GraphQLObjectType>;
    }
  | { readonly kind: 'object'; readonly type: GraphQLObjectType }
);

/** What is selected of an object. */
export type ObjectPlan = {
  readonly fields: readonly FieldPlan[];
  /** Every key of the answer, with nothing in it. */
  readonly empty: Readonly<Record<string, null>>;
};

export type OperationPlan = {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly root: ObjectPlan;
  readonly variables: readonly VariablePlan[];
};

export type VariablePlan = {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly definition: VariableDefinitionNode;
  readonly coerce: Coerce;
};

/** `null`: what is selected depends on more than the document, or nobody would gain from knowing it. */
export function planOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): OperationPlan | null {
  const operation = getOperationAST(document, operationName);
  const type = operation && schema.getRootType(operation.operation);
  if (!type || !isPlain(document)) return null;
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;

  const planOf = (
    type: GraphQLObjectType,
    collected: ReadonlyMap<string, readonly FieldNode[]>,
  ): ObjectPlan => ({
    fields: Array.from(collected, ([key, nodes]) => toPlan(type, key, nodes)),
    empty: emptyWith([...collected.keys()]),
  });
  const toPlan = (parentType: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): FieldPlan => {
    const known = new Map<GraphQLObjectType, ObjectPlan>();
    const definition = definitionOf(schema, parentType, nodes);
    return {
      key,
      nodes,
      parentType,
      definition,
      resolve: definition.resolve ?? defaultFieldResolver,
      arguments: nodes[0] ? planArguments(definition, nodes[0]) : null,
      value: planValue(schema, definition.type),
      below(type) {
        let plan = known.get(type);
        if (!plan) {
          plan = planOf(type, collectSubfields(schema, fragments, {}, type, nodes));
          known.set(type, plan);
        }
        return plan;
      },
    };
  };
  const root = planOf(type, collectFields(schema, fragments, {}, type, operation.selectionSet));
  // Fields of a mutation are executed one after the other, which takes more than is done here.
  return operation.operation === OperationTypeNode.MUTATION && root.fields.length > 1
    ? null
    : { operation, fragments, root, variables: (operation.variableDefinitions ?? []).map(toVariable) };

  function toVariable(definition: VariableDefinitionNode): VariablePlan {
    const type = typeFromAST(schema, definition.type);
    const name = definition.variable.name.value;
    if (!isInputType(type)) throw new TypeError(`expected $${name} to be of a type that can be put in`);
    return { name, type, definition, coerce: coercerOf(type) };
  }
}

function planValue(schema: GraphQLSchema, type: GraphQLOutputType): ValuePlan {
  const isNonNull = isNonNullType(type);
  const nullable = getNullableType(type);
  if (isLeafType(nullable)) return { kind: 'leaf', isNonNull, type: nullable };
  if (isListType(nullable)) return { kind: 'list', isNonNull, item: planValue(schema, nullable.ofType) };
  if (!isAbstractType(nullable)) return { kind: 'object', isNonNull, type: nullable };
  const members = new Map(schema.getPossibleTypes(nullable).map((member) => [member.name, member]));
  return { kind: 'abstract', isNonNull, type: nullable, members };
}

/**
 * V8 makes a dictionary, which is slow and large, of an object that gets more than a few keys one by one. It makes none
 * of what JSON says, nor of its copies.
 */
function emptyWith(keys: readonly string[]): ObjectPlan['empty'] {
  return JSON.parse(JSON.stringify(Object.fromEntries(keys.map((key) => [key, null]))));
}

/** Variables decide of nothing, and neither a key of the answer nor a variable is special to JavaScript. */
function isPlain(document: DocumentNode): boolean {
  let plain = true;
  visit(document, {
    Directive: () => {
      plain = false;
    },
    Field: ({ name, alias }) => {
      if ((alias ?? name).value === '__proto__') plain = false;
    },
    VariableDefinition: ({ variable }) => {
      if (variable.name.value === '__proto__') plain = false;
    },
  });
  return plain;
}

function definitionOf(
  schema: GraphQLSchema,
  parentType: GraphQLObjectType,
  [node]: readonly FieldNode[],
): GraphQLField<unknown, unknown> {
  const name = node?.name.value ?? '';
  const meta = [TypeNameMetaFieldDef, SchemaMetaFieldDef, TypeMetaFieldDef].find(
    (field) => field.name === name,
  );
  const isOfRoot = parentType === schema.getQueryType();
  const definition =
    parentType.getFields()[name] ?? (meta === TypeNameMetaFieldDef || isOfRoot ? meta : undefined);
  if (!definition) throw new TypeError(`expected ${parentType.name} to have a field ${name}`);
  return definition;
}
