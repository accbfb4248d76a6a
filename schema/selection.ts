import {
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/**
 * Whether the operation asks for this field of this type, directly below the field being resolved. For work that has
 * to be done before the field's own resolver is called.
 */
export function isSelected(info: GraphQLResolveInfo, typeName: string, fieldName: string): boolean {
  return info.fieldNodes.some((node) => node.selectionSet && selects(node.selectionSet));

  function selects({ selections }: SelectionSetNode): boolean {
    return selections.some((selection) => {
      const included = (directive: typeof GraphQLSkipDirective) =>
        getDirectiveValues(directive, selection, info.variableValues)?.['if'];
      if (included(GraphQLSkipDirective) === true || included(GraphQLIncludeDirective) === false)
        return false;
      if (selection.kind === Kind.FIELD) return selection.name.value === fieldName;
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : info.fragments[selection.name.value];
      return (
        fragment !== undefined &&
        appliesTo(fragment.typeCondition?.name.value) &&
        selects(fragment.selectionSet)
      );
    });
  }

  function appliesTo(condition: string | undefined): boolean {
    if (condition === undefined || condition === typeName) return true;
    const [type, object] = [info.schema.getType(condition), info.schema.getType(typeName)];
    return (
      isAbstractType(type) &&
      !isAbstractType(object) &&
      info.schema.getPossibleTypes(type).some((t) => t === object)
    );
  }
}
