/** A search, understood. */
export type Query =
  | { readonly kind: 'everything' }
  | { readonly kind: 'and'; readonly operands: readonly Query[] }
  | { readonly kind: 'or'; readonly operands: readonly Query[] }
  | { readonly kind: 'not'; readonly operand: Query }
  | { readonly kind: 'exists'; readonly field: Field }
  /** Without a field, any text of the user may match, save that in the metadata. */
  | { readonly kind: 'match'; readonly field: Field | undefined; readonly value: ValueQuery };

/** A path: `identities.connection` is two steps. */
export type Field = readonly string[];

export type ValueQuery =
  /** Quoted: the whole value. */
  | { readonly kind: 'phrase'; readonly text: string }
  /** Unquoted: the whole value, or one word of it. */
  | { readonly kind: 'term'; readonly text: string }
  | { readonly kind: 'pattern'; readonly parts: readonly PatternPart[] }
  | { readonly kind: 'range'; readonly from: Bound | undefined; readonly to: Bound | undefined };

/** Text as it stands, any characters, or exactly one. */
export type PatternPart = { readonly literal: string } | '*' | '?';

export type Bound = { readonly text: string; readonly isInclusive: boolean };

/** A search that cannot be read: says where and why. */
export class QuerySyntaxError extends Error {
  override readonly name = 'QuerySyntaxError';
}
