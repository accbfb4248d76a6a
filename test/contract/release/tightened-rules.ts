/** What the JSON Schema of `UpdateUserInput` accepted and no longer does, where the SDL is silent. */
import type { BreakingChange } from './breaking-changes.ts';

type Rules = {
  readonly properties: { readonly [field: string]: Rule };
  readonly allOf: readonly { readonly not: { readonly required: readonly string[] } }[];
};
type Rule = {
  readonly type?: string;
  readonly anyOf?: readonly Rule[];
  readonly propertyNames?: { readonly not?: { readonly enum?: readonly string[] } };
};

/** Null that is now refused, names that metadata can no longer have, fields that can no longer be together. */
export function tightenedRules(released: Rules, current: Rules): BreakingChange[] {
  const changes: BreakingChange[] = [];
  const note = (field: string, message: string) =>
    changes.push({ coordinate: `UpdateUserInput.${field}`, message });

  for (const [field, is] of Object.entries(current.properties)) {
    const was = released.properties[field];
    if (!was) continue;
    if (alternatives(was).some(isNull) && !alternatives(is).some(isNull)) note(field, 'null is refused.');
    for (const name of reservedNames(is).difference(reservedNames(was)))
      note(field, `the key ${JSON.stringify(name)} is refused.`);
  }
  const pairs = forbiddenPairs(released);
  for (const { not } of current.allOf) {
    if (not.required.some((field) => !released.properties[field]) || pairs.has(pairOf(not.required)))
      continue;
    for (const field of not.required) note(field, `${pairOf(not.required)} are refused together.`);
  }
  return changes;
}

function alternatives(rule: Rule): readonly Rule[] {
  return rule.anyOf ?? [rule];
}

function isNull({ type }: Rule): boolean {
  return type === 'null';
}

function reservedNames(rule: Rule): Set<string> {
  return new Set(alternatives(rule).flatMap(({ propertyNames }) => propertyNames?.not?.enum ?? []));
}

function forbiddenPairs({ allOf }: Rules): ReadonlySet<string> {
  return new Set(allOf.map(({ not }) => pairOf(not.required)));
}

function pairOf(fields: readonly string[]): string {
  return fields.toSorted().join(' and ');
}
