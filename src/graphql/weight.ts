/** What a selection comes to at most, told from the document alone. */
import { type DocumentNode, type FieldNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import { pageSize, representationsLimit } from '../../schema/limits.ts';

export type Weight = {
  /** In the answer: those of a fragment each time it is spread, those of a user once for each user of a list. */
  readonly fields: number;
  /** To Auth0. */
  readonly calls: number;
};

/** Whatever @skip and @include may say: variables decide of them, and come later. */
export function weigh(document: DocumentNode): { of(selection: SelectionSetNode): Weight } {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition.selectionSet);

  const known = new Map<string, Weight>();
  const ofFragment = (name: string): Weight => {
    const before = known.get(name);
    if (before) return before;
    // A fragment within itself is for validation to refuse: here it adds nothing.
    known.set(name, nothing);
    const selection = fragments.get(name);
    const weight = selection ? of(selection) : nothing;
    known.set(name, weight);
    return weight;
  };
  const ofSelection = (selection: SelectionNode): Weight => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
    const inside = selection.selectionSet ? of(selection.selectionSet) : nothing;
    if (selection.kind === Kind.INLINE_FRAGMENT) return inside;
    const times = usersOf(selection);
    return {
      fields: 1 + times * inside.fields,
      calls: (callsOf.get(selection.name.value) ?? 0) + times * inside.calls,
    };
  };
  const of = ({ selections }: SelectionSetNode): Weight => selections.map(ofSelection).reduce(sum, nothing);
  return { of };
}

/** By name: no two fields of these names mean different things. Two pages of Auth0's may hold one of ours. */
const callsOf: ReadonlyMap<string, number> = new Map([
  ['me', 1],
  ['user', 1],
  ['usersByEmail', 1],
  ['users', 2],
  ['tokens', 1],
  ['updateUser', 2],
]);

const nothing: Weight = { fields: 0, calls: 0 };

function sum(one: Weight, other: Weight): Weight {
  return { fields: one.fields + other.fields, calls: one.calls + other.calls };
}

/** How many users stand below a field, at most. */
function usersOf(field: FieldNode): number {
  if (field.name.value === '_entities') return representationsLimit;
  if (field.name.value !== 'users') return 1;
  const first = field.arguments?.find((argument) => argument.name.value === 'first')?.value;
  if (!first || first.kind === Kind.NULL) return pageSize.usual;
  return first.kind === Kind.INT ? Math.min(Number(first.value), pageSize.most) : pageSize.most;
}
