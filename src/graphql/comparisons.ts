/**
 * What it takes to see whether the fields of a document can be merged: validation compares those of the same response
 * name with each other, what is inside them, and fragments with all that stands beside them.
 */
import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode } from 'graphql';

/** Beyond these levels a fragment is within itself, which is for validation to refuse. */
const deepest = 1_000;
/** What a pair of fields costs that is more than a name, against one look at a name. */
const pair = 8;

/** Whether it takes more than this. It is not counted any further. */
export function takesMoreComparisons(document: DocumentNode, most: number): boolean {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition.selectionSet);

  const reached = new Set<string>();
  let left = most;
  const compare = (selectionSets: readonly SelectionSetNode[], depth: number): void => {
    const { fields, spreads } = collect(selectionSets);
    left -= (fields.length + spreads) * (1 + spreads);
    if (depth >= deepest) return;
    for (const group of Map.groupBy(fields, responseName).values()) {
      if (left < 0) return;
      if (!isPlain(group)) left -= (pair * group.length * (group.length - 1)) / 2;
      const inside = group.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (inside.length > 0) compare(inside, depth + 1);
    }
  };
  /** All fields of one object, and how many fragments they come from. */
  const collect = (selectionSets: readonly SelectionSetNode[]) => {
    const fields: FieldNode[] = [];
    const spread = new Set<string>();
    const waiting = [...selectionSets];
    for (let next = waiting.pop(); next; next = waiting.pop())
      for (const selection of next.selections) {
        if (selection.kind === Kind.FIELD) fields.push(selection);
        else if (selection.kind === Kind.INLINE_FRAGMENT) waiting.push(selection.selectionSet);
        else if (!spread.has(selection.name.value)) {
          spread.add(selection.name.value);
          reached.add(selection.name.value);
          const fragment = fragments.get(selection.name.value);
          if (fragment) waiting.push(fragment);
        }
      }
    return { fields, spreads: spread.size };
  };

  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) compare([definition.selectionSet], 0);
  for (const [name, selectionSet] of fragments) {
    if (left < 0) return true;
    // Fragments that no operation uses are compared before that is noticed.
    if (!reached.has(name)) compare([selectionSet], 0);
  }
  return left < 0;
}

function responseName({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

/** Whether these fields are seen at a glance to be the same: a name each, and nothing more. */
function isPlain(fields: readonly FieldNode[]): boolean {
  return fields.every(
    (field) => field.name.value === fields[0]?.name.value && !field.selectionSet && !field.arguments?.length,
  );
}
