/** What a client that keeps to one contract can no longer do under another. */
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import {
  buildSchema,
  type GraphQLInputField,
  type GraphQLSchema,
  getDirectiveValues,
  isInputObjectType,
} from 'graphql';
import { type Constraint, constraintDirective } from '../../../schema/constraint.ts';

export type BreakingChange = {
  /** Of what is changed, as in `Type.field`, `Type.field(argument:)` or `@directive`. */
  readonly coordinate: string;
  readonly message: string;
};

/** Removals, new requirements, and texts that were accepted and no longer are. */
export async function breakingChanges(released: string, current: string): Promise<BreakingChange[]> {
  const before = buildSchema(released);
  const after = buildSchema(current);
  const changes = await diff(before, after);
  return [
    ...changes
      .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
      .map(({ path = '', message }) => ({ coordinate: toCoordinate(path), message: `${message}.` })),
    ...tightenedConstraints(before, after),
  ];
}

function* tightenedConstraints(before: GraphQLSchema, after: GraphQLSchema): Generator<BreakingChange> {
  for (const type of Object.values(after.getTypeMap())) {
    const released = before.getType(type.name);
    if (!isInputObjectType(type) || !isInputObjectType(released)) continue;
    for (const [name, field] of Object.entries(type.getFields())) {
      const releasedField = released.getFields()[name];
      if (!releasedField) continue;
      const was = constraintOf(releasedField);
      const is = constraintOf(field);
      for (const rule of tightened(was, is))
        yield {
          coordinate: `${type.name}.${name}`,
          message: `${rule} was ${JSON.stringify(was[rule]) ?? 'not limited'} and is ${JSON.stringify(is[rule])}.`,
        };
    }
  }
}

/** Whether one pattern or format accepts all that another does cannot be told: any but none is taken as tighter. */
function tightened(was: Constraint, is: Constraint): (keyof Constraint)[] {
  const rules: (keyof Constraint)[] = [];
  if ((is.minLength ?? 0) > (was.minLength ?? 0)) rules.push('minLength');
  if ((is.maxLength ?? Infinity) < (was.maxLength ?? Infinity)) rules.push('maxLength');
  for (const rule of ['pattern', 'format'] as const)
    if (is[rule] !== undefined && is[rule] !== was[rule]) rules.push(rule);
  return rules;
}

function constraintOf({ astNode }: GraphQLInputField): Constraint {
  return (astNode && getDirectiveValues(constraintDirective, astNode)) ?? {};
}

/** "Type.field.argument" and "@directive.argument" as GraphQL's schema coordinates. */
function toCoordinate(path: string): string {
  return path.replace(/^(@\w+|\w+\.\w+)\.(\w+)$/, '$1($2:)');
}
