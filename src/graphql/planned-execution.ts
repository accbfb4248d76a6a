/**
 * GraphQL's execution (specification, section 6) of what is planned. Errors, and values that stand in the document, are
 * graphql.js' own; what is saved is to find out again what is selected of each object, how its values are completed, and
 * what kind of value each variable takes.
 */
import {
  defaultTypeResolver,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  isNonNullType,
  locatedError,
  valueFromAST,
} from 'graphql';
import { DoesNotFit } from './input-plan.ts';
import type { FieldPlan, ObjectPlan, OperationPlan, ValuePlan, VariablePlan } from './selection-plan.ts';

type MaybePromise<Value> = Value | Promise<Value>;
type Data = { [key: string]: unknown };

/** As graphql.js has it: the last key first. */
type Path = {
  readonly prev: Path | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
};

type Execution = {
  readonly schema: GraphQLSchema;
  readonly plan: OperationPlan;
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  readonly variableValues: { [variable: string]: unknown };
  readonly errors: GraphQLError[];
  /** How often a resolver asked where in the answer it is. */
  pathsAsked: number;
  /** What became of objects that come to the same wherever they stand. */
  readonly completed: Map<unknown, { readonly plan: ObjectPlan; readonly data: Data }>;
};

/** `null`: its variables do not fit, so that there is nothing to execute. */
export function executePlan(args: ExecutionArgs, plan: OperationPlan): MaybePromise<ExecutionResult> | null {
  const { schema, rootValue, contextValue } = args;
  const coerced = coerceVariables(plan.variables, args.variableValues ?? {});
  if (!coerced) return null;
  const execution: Execution = {
    schema,
    plan,
    rootValue,
    contextValue,
    variableValues: coerced,
    errors: [],
    pathsAsked: 0,
    completed: new Map(),
  };
  const { errors } = execution;
  const told = (data: Data | null): ExecutionResult => (errors.length === 0 ? { data } : { errors, data });
  const failed = (error: unknown): ExecutionResult => {
    errors.push(error as GraphQLError);
    return told(null);
  };
  try {
    const data = executeFields(execution, plan.root, rootValue, undefined);
    return data instanceof Promise ? data.then(told, failed) : told(data);
  } catch (error) {
    return failed(error);
  }
}

/** Specification, section 6.1.2. `null`: one of them does not fit. */
function coerceVariables(
  variables: readonly VariablePlan[],
  given: Readonly<Record<string, unknown>>,
): { [variable: string]: unknown } | null {
  const coerced: { [variable: string]: unknown } = {};
  try {
    for (const { name, type, definition, coerce } of variables)
      if (Object.hasOwn(given, name)) coerced[name] = coerce(given[name]);
      else if (definition.defaultValue) coerced[name] = valueFromAST(definition.defaultValue, type);
      else if (isNonNullType(type)) return null;
    return coerced;
  } catch (error) {
    if (error instanceof DoesNotFit) return null;
    throw error;
  }
}

function executeFields(
  execution: Execution,
  { fields, empty }: ObjectPlan,
  source: unknown,
  at: Place | undefined,
): MaybePromise<Data> {
  const data: Data = { ...empty };
  let pending: string[] | undefined;
  try {
    for (const field of fields) {
      const { key } = field;
      const value = executeField(execution, field, source, at);
      data[key] = value;
      if (value instanceof Promise) (pending ??= []).push(key);
    }
  } catch (error) {
    if (pending)
      return afterAll(
        pending.map((key) => data[key]),
        error,
      );
    throw error;
  }
  return pending ? settle(data, pending) : data;
}

/** @param pending which of them are promises */
async function settle(data: Data, pending: readonly string[]): Promise<Data> {
  const [first, ...more] = pending;
  if (more.length === 0) data[first as string] = await data[first as string];
  else {
    const settled = await Promise.all(pending.map((key) => data[key]));
    pending.forEach((key, index) => {
      data[key] = settled[index];
    });
  }
  return data;
}

/**
 * Where it stands for an abstract type, as entities do, the same object under the same plan is completed once, unless
 * that takes time, fails, or tells where it stands: fields of anything but `Mutation` have no effects, and come to the
 * same each time (specification, "Normal and Serial Execution").
 */
function executeOnce(execution: Execution, plan: ObjectPlan, source: unknown, at: Place): MaybePromise<Data> {
  const { completed, errors, pathsAsked } = execution;
  const known = completed.get(source);
  if (known?.plan === plan) return known.data;
  const failures = errors.length;
  const data = executeFields(execution, plan, source, at);
  if (!(data instanceof Promise) && errors.length === failures && execution.pathsAsked === pathsAsked)
    completed.set(source, { plan, data });
  return data;
}

function executeField(
  execution: Execution,
  field: FieldPlan,
  source: unknown,
  parent: Place | undefined,
): MaybePromise<unknown> {
  const { definition, value: plan } = field;
  const info = new Info(execution, field, parent);
  try {
    const args = definition.args.length === 0 ? noArguments : argumentsOf(field, execution.variableValues);
    const result: unknown = field.resolve(source, args, execution.contextValue, info as never);
    if (isPromise(result)) return completeLater(info, plan, result, info);
    const completed = complete(info, plan, result, info);
    return completed instanceof Promise ? orFail(info, plan, completed, info) : completed;
  } catch (error) {
    return fail(info, plan, error, info);
  }
}

const noArguments: Readonly<Record<string, never>> = Object.freeze({});

function argumentsOf({ arguments: plan, definition, nodes }: FieldPlan, variables: Data): Data {
  return plan?.(variables) ?? getArgumentValues(definition, nodes[0] as never, variables);
}

// Functions of their own, what they close over being made for each call, also for the many that have no promise.

async function completeLater(
  info: Info,
  plan: ValuePlan,
  value: Promise<unknown>,
  at: Place,
): Promise<unknown> {
  try {
    return await complete(info, plan, await value, at);
  } catch (error) {
    return fail(info, plan, error, at);
  }
}

async function orFail(info: Info, plan: ValuePlan, completed: Promise<unknown>, at: Place): Promise<unknown> {
  try {
    return await completed;
  } catch (error) {
    return fail(info, plan, error, at);
  }
}

/** @param at where the value stands: a field, or an item of its list */
function complete(info: Info, plan: ValuePlan, value: unknown, at: Place): MaybePromise<unknown> {
  if (value instanceof Error) throw value;
  if (value === null || value === undefined) {
    if (plan.isNonNull) throw nullIn(info);
    return null;
  }
  switch (plan.kind) {
    case 'leaf':
      return completeLeaf(plan.type, value);
    case 'list':
      return completeList(info, plan.item, value, at);
    case 'abstract':
      return completeAbstract(info, plan, value, at);
    case 'object':
      return completeObject(info, plan.type, value, at, executeFields);
  }
}

function completeLeaf(type: GraphQLLeafType, value: unknown): unknown {
  const serialized: unknown = type.serialize(value);
  if (serialized === null || serialized === undefined)
    throw new Error(`Expected ${type.name} to serialize a value to something, got nothing.`);
  return serialized;
}

function completeAbstract(
  info: Info,
  { type, members }: ValuePlan & { readonly kind: 'abstract' },
  value: unknown,
  at: Place,
): MaybePromise<unknown> {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const completed = (name: unknown) => {
    const member = members.get(name);
    if (!member) throw new Error(`Expected the name of a type that is a ${type.name}.`);
    return completeObject(info, member, value, at, executeOnce);
  };
  const name = resolveType(value, info.execution.contextValue, info as never, type);
  return isPromise(name) ? Promise.resolve(name).then(completed) : completed(name);
}

function completeList(
  info: Info,
  itemPlan: ValuePlan,
  value: unknown,
  at: Place,
): MaybePromise<readonly unknown[]> {
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value))
    throw new Error(`Expected an iterable for ${info.parentType.name}.${info.fieldName}.`);
  const completed: unknown[] = [];
  let hasPromise = false;
  try {
    for (const item of value as Iterable<unknown>) {
      const one = completeItem(info, itemPlan, item, new Item(at, completed.length));
      if (one instanceof Promise) hasPromise = true;
      completed.push(one);
    }
  } catch (error) {
    if (hasPromise) return afterAll(completed, error);
    throw error;
  }
  return hasPromise ? Promise.all(completed) : completed;
}

/** Those that were begun are over before anybody hears of it, and none of them goes unheard. */
async function afterAll(begun: readonly unknown[], error: unknown): Promise<never> {
  await Promise.allSettled(begun);
  throw error;
}

function completeItem(info: Info, plan: ValuePlan, item: unknown, place: Place): MaybePromise<unknown> {
  try {
    if (isPromise(item)) return completeLater(info, plan, item, place);
    const one = complete(info, plan, item, place);
    return one instanceof Promise ? orFail(info, plan, one, place) : one;
  } catch (error) {
    return fail(info, plan, error, place);
  }
}

function completeObject(
  info: Info,
  type: GraphQLObjectType,
  value: unknown,
  at: Place,
  execute: typeof executeOnce,
): MaybePromise<Data> {
  const { execution, field } = info;
  if (!type.isTypeOf) return execute(execution, field.below(type), value, at);
  const completed = (is: boolean) => {
    if (!is) throw new Error(`Expected a value of the type ${type.name}.`);
    return execute(execution, field.below(type), value, at);
  };
  const is = type.isTypeOf(value, execution.contextValue, info as never);
  return isPromise(is) ? Promise.resolve(is).then(completed) : completed(is);
}

function nullIn({ parentType, fieldName }: Info): Error {
  return new Error(`Cannot return null for non-nullable field ${parentType.name}.${fieldName}.`);
}

/** Told at the field, or the item, that may be null; further out where this one may not. */
function fail({ field, execution }: Info, plan: ValuePlan, thrown: unknown, { where }: Place): null {
  const error = locatedError(thrown, field.nodes, keysOf(where));
  if (plan.isNonNull) throw error;
  execution.errors.push(error);
  return null;
}

function keysOf(path: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | undefined = path; at; at = at.prev) keys.push(at.key);
  return keys.toReversed();
}

/** Where a value stands in the answer. Hardly anybody asks, so the path to it is not there before. */
type Place = { readonly where: Path };

class Item implements Place {
  readonly #list: Place;
  readonly #index: number;

  constructor(list: Place, index: number) {
    this.#list = list;
    this.#index = index;
  }

  get where(): Path {
    return { prev: this.#list.where, key: this.#index, typename: undefined };
  }
}

/** What resolvers are told beside their arguments. Few ask, so little of it is there before. */
class Info implements Place {
  readonly execution: Execution;
  readonly field: FieldPlan;
  readonly #parent: Place | undefined;

  constructor(execution: Execution, field: FieldPlan, parent: Place | undefined) {
    this.execution = execution;
    this.field = field;
    this.#parent = parent;
  }

  get path(): Path {
    this.execution.pathsAsked++;
    return this.where;
  }
  get where(): Path {
    return { prev: this.#parent?.where, key: this.field.key, typename: this.field.parentType.name };
  }
  get fieldName(): string {
    return this.field.definition.name;
  }
  get fieldNodes() {
    return this.field.nodes;
  }
  get returnType() {
    return this.field.definition.type;
  }
  get parentType() {
    return this.field.parentType;
  }
  get schema() {
    return this.execution.schema;
  }
  get fragments() {
    return this.execution.plan.fragments;
  }
  get rootValue() {
    return this.execution.rootValue;
  }
  get operation() {
    return this.execution.plan.operation;
  }
  get variableValues() {
    return this.execution.variableValues;
  }
}

function isPromise<Value>(value: MaybePromise<Value> | Value): value is Promise<Value> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
