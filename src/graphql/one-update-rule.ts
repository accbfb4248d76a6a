import { type ASTVisitor, GraphQLError, Kind, type SelectionSetNode, type ValidationContext } from 'graphql';

/** An operation holds at most one `updateUser`: aliases would make one request many writes. */
export function OneUpdateRule(context: ValidationContext): ASTVisitor {
  const counted = new Map<string, number>();
  return {
    OperationDefinition(operation) {
      if (updatesIn(operation.selectionSet) > 1)
        context.reportError(
          new GraphQLError('Expected at most one updateUser in an operation.', {
            nodes: operation,
            extensions: { code: 'OPERATION_TOO_COMPLEX' },
          }),
        );
    },
  };

  function updatesIn({ selections }: SelectionSetNode): number {
    let updates = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) updates += Number(selection.name.value === 'updateUser');
      else if (selection.kind === Kind.INLINE_FRAGMENT) updates += updatesIn(selection.selectionSet);
      else updates += updatesInFragment(selection.name.value);
    }
    return updates;
  }

  function updatesInFragment(name: string): number {
    const known = counted.get(name);
    if (known !== undefined) return known;
    // A fragment within itself is another rule's matter: here it adds nothing.
    counted.set(name, 0);
    const fragment = context.getFragment(name);
    const updates = fragment ? updatesIn(fragment.selectionSet) : 0;
    counted.set(name, updates);
    return updates;
  }
}
