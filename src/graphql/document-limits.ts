/**
 * What a document may be before anything is done with it. It is looked at as it is written, once for each document
 * and before it is validated, so that no bomb is worth more than reading it.
 */
import { type DocumentNode, Kind, Lexer, type ParseOptions, parse, Source, TokenKind } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { ClientError } from '../../schema/errors.ts';
import { operationLimits } from '../../schema/limits.ts';
import { takesMoreComparisons } from './comparisons.ts';
import { weigh } from './weight.ts';

/** Each far beyond what forms and pages ask for: 100 aliased reads of whole users have 6,000 tokens. */
const limits = { tokens: 10_000, nesting: 100, directives: 200, fragments: 500 } as const;
/** Some 20 ms, a fifth of what GraphQL.js itself puts up with. */
const mostComparisons = 100_000;

/** No document is validated that is not worth it. */
export function useDocumentLimits(): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn(parseWithinLimits);
    },
  };
}

/**
 * `parse`, for documents within the limits.
 *
 * @throws OPERATION_TOO_COMPLEX for all others
 */
export function parseWithinLimits(source: string | Source, options?: ParseOptions): DocumentNode {
  readTokens(typeof source === 'string' ? new Source(source) : source);
  const document = parse(source, options);
  const weights = weigh(document);
  for (const operation of document.definitions) {
    if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
    const { fields, calls } = weights.of(operation.selectionSet);
    if (fields > operationLimits.fields) throw tooComplex(`${operationLimits.fields} fields in an answer`);
    if (calls > operationLimits.calls)
      throw tooComplex(`${operationLimits.calls} calls to Auth0 for one operation`);
  }
  if (takesMoreComparisons(document, mostComparisons))
    throw tooComplex(`${mostComparisons} comparisons of its fields with each other`);
  return document;
}

/** Parsing recurses, and validation compares fragments with each other: both are bounded before they begin. */
function readTokens(source: Source): void {
  const lexer = new Lexer(source);
  const seen = { tokens: 0, nesting: 0, directives: 0, fragments: 0 };
  const count = (what: keyof typeof limits) => {
    if (++seen[what] > limits[what]) throw tooComplex(`${limits[what]} ${nouns[what]}`);
  };
  for (let { kind } = lexer.advance(); kind !== TokenKind.EOF; { kind } = lexer.advance()) {
    count('tokens');
    if (opening.has(kind)) count('nesting');
    if (closing.has(kind)) seen.nesting--;
    if (kind === TokenKind.AT) count('directives');
    if (kind === TokenKind.SPREAD) count('fragments');
  }
}

const nouns: Record<keyof typeof limits, string> = {
  tokens: 'tokens',
  nesting: 'levels of nesting',
  directives: 'directives',
  fragments: 'spreads of fragments',
};

const opening: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

function tooComplex(most: string): ClientError {
  return new ClientError('OPERATION_TOO_COMPLEX', `Expected a document with at most ${most}.`);
}
