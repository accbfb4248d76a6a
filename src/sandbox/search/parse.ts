/**
 * Auth0's user search, version 3: Lucene's query syntax, as far as Auth0 documents it.
 * https://auth0.com/docs/manage-users/user-search/user-search-query-syntax
 */
import {
  type Bound,
  type Field,
  type PatternPart,
  type Query,
  QuerySyntaxError,
  type ValueQuery,
} from './query.ts';
import { type Mark, type Token, tokensOf } from './tokens.ts';

/** @throws QuerySyntaxError */
export function parseQuery(text: string): Query {
  if (text.trim() === '') return { kind: 'everything' };
  const reader = new Reader(tokensOf(text));
  const query = parseAlternatives(reader, undefined);
  reader.expectEnd();
  return query;
}

/** Deeper than anyone writes, and shallow enough for the call stack. */
const maxDepth = 100;

class Reader {
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    // The last token is the end, and nobody takes it.
    return this.#tokens[this.#position] as Token;
  }

  take(): Token {
    const token = this.next;
    if (token.kind === 'end') throw new QuerySyntaxError('more was expected at the end');
    this.#position += 1;
    return token;
  }

  isMark(...marks: readonly Mark[]): boolean {
    return this.next.kind === 'mark' && marks.includes(this.next.mark);
  }

  takeIf(mark: Mark): boolean {
    const isNext = this.isMark(mark);
    if (isNext) this.#position += 1;
    return isNext;
  }

  expect(...marks: readonly Mark[]): Mark {
    if (this.next.kind === 'mark' && marks.includes(this.next.mark)) {
      const { mark } = this.next;
      this.#position += 1;
      return mark;
    }
    throw new QuerySyntaxError(
      `${marks.map((mark) => `"${mark}"`).join(' or ')} was expected at position ${this.next.at}`,
    );
  }

  expectEnd(): void {
    if (this.next.kind !== 'end')
      throw new QuerySyntaxError(`nothing was expected at position ${this.next.at}`);
  }

  nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new QuerySyntaxError('it is nested too deep');
    const result = read();
    this.#depth -= 1;
    return result;
  }
}

/** One operand of a sequence: `+` makes it a condition for all, `-` and NOT exclude what it finds. */
type Operand = { readonly query: Query; readonly occurs: 'should' | 'must' | 'must not' };

/** Operands joined by OR, or by nothing at all. */
function parseAlternatives(reader: Reader, field: Field | undefined): Query {
  const operands = [parseConjunction(reader, field)];
  while (reader.next.kind !== 'end' && !reader.isMark(')')) {
    if (reader.takeIf('OR')) {
      // Written out, `a OR NOT b` is what it says; only side by side does an exclusion bind all operands.
      const { query, occurs } = parseConjunction(reader, field);
      operands.push(occurs === 'must not' ? { query: negated(query), occurs: 'should' } : { query, occurs });
    } else {
      operands.push(parseConjunction(reader, field));
    }
  }
  return combined(operands);
}

function combined(operands: readonly Operand[]): Query {
  const that = (occurs: Operand['occurs']) =>
    operands.filter((operand) => operand.occurs === occurs).map(({ query }) => query);
  const [required, excluded, optional] = [that('must'), that('must not').map(negated), that('should')];
  const found = required.length > 0 || optional.length === 0 ? required : [joined('or', optional)];
  return joined('and', [...found, ...excluded]);
}

function parseConjunction(reader: Reader, field: Field | undefined): Operand {
  const first = parseOperand(reader, field);
  if (!reader.isMark('AND')) return first;
  const operands = [first];
  while (reader.takeIf('AND')) operands.push(parseOperand(reader, field));
  const queries = operands.map(({ query, occurs }) => (occurs === 'must not' ? negated(query) : query));
  return { query: joined('and', queries), occurs: 'should' };
}

function parseOperand(reader: Reader, field: Field | undefined): Operand {
  if (reader.takeIf('+')) return { query: parsePrimary(reader, field), occurs: 'must' };
  if (reader.takeIf('-')) return { query: parsePrimary(reader, field), occurs: 'must not' };
  let isNegated = false;
  while (reader.takeIf('NOT')) isNegated = !isNegated;
  return { query: parsePrimary(reader, field), occurs: isNegated ? 'must not' : 'should' };
}

function parsePrimary(reader: Reader, field: Field | undefined): Query {
  if (reader.takeIf('(')) return parseGroup(reader, field);
  if (reader.isMark('[', '{')) return { kind: 'match', field, value: parseRange(reader) };
  const token = reader.take();
  if (token.kind === 'word' && reader.takeIf(':')) {
    if (field) throw new QuerySyntaxError(`a field inside a field at position ${token.at}`);
    return parseFieldValue(reader, token.parts);
  }
  return matchOf(field, token);
}

function parseGroup(reader: Reader, field: Field | undefined): Query {
  const query = reader.nested(() => parseAlternatives(reader, field));
  reader.expect(')');
  return query;
}

function parseFieldValue(reader: Reader, name: readonly PatternPart[]): Query {
  if (isStar(name)) {
    const value = reader.take();
    if (value.kind === 'word' && isStar(value.parts)) return { kind: 'everything' };
    throw new QuerySyntaxError(`only "*" can follow "*:", at position ${value.at}`);
  }
  const path = textOf(name);
  if (path === '_exists_') {
    const value = reader.take();
    if (value.kind !== 'word') throw new QuerySyntaxError(`a field was expected at position ${value.at}`);
    return { kind: 'exists', field: textOf(value.parts).split('.') };
  }
  const field = path.split('.');
  if (reader.takeIf('(')) return parseGroup(reader, field);
  if (reader.isMark('[', '{')) return { kind: 'match', field, value: parseRange(reader) };
  return matchOf(field, reader.take());
}

function matchOf(field: Field | undefined, token: Token): Query {
  if (token.kind === 'phrase') {
    return { kind: 'match', field, value: { kind: 'phrase', text: token.text } };
  }
  if (token.kind === 'mark' && token.mark === 'TO') {
    return { kind: 'match', field, value: { kind: 'term', text: 'TO' } };
  }
  if (token.kind !== 'word') throw new QuerySyntaxError(`a value was expected at position ${token.at}`);
  if (isStar(token.parts)) return field ? { kind: 'exists', field } : { kind: 'everything' };
  return { kind: 'match', field, value: wordValue(token.parts) };
}

function wordValue(parts: readonly PatternPart[]): ValueQuery {
  if (parts.every(isLiteral)) return { kind: 'term', text: textOf(parts) };
  const letters = parts.filter(isLiteral).reduce((sum, { literal }) => sum + literal.length, 0);
  if (parts[0] === '*' && letters < 3) {
    throw new QuerySyntaxError('after a leading "*" at least three characters are needed');
  }
  return { kind: 'pattern', parts };
}

function parseRange(reader: Reader): ValueQuery {
  const isFromIncluded = reader.expect('[', '{') === '[';
  const from = parseBound(reader);
  reader.expect('TO');
  const to = parseBound(reader);
  const isToIncluded = reader.expect(']', '}') === ']';
  return { kind: 'range', from: bound(from, isFromIncluded), to: bound(to, isToIncluded) };
}

/** The text of one end of a range; undefined where it is open. */
function parseBound(reader: Reader): string | undefined {
  const sign = reader.takeIf('-') ? '-' : '';
  const token = reader.take();
  if (token.kind === 'phrase') return token.text;
  if (token.kind !== 'word') throw new QuerySyntaxError(`a value was expected at position ${token.at}`);
  if (isStar(token.parts)) return undefined;
  let text = sign + textOf(token.parts);
  // A time of day: its colons need no escape here.
  while (reader.takeIf(':')) {
    const rest = reader.take();
    if (rest.kind !== 'word') throw new QuerySyntaxError(`a time was expected at position ${rest.at}`);
    text += `:${textOf(rest.parts)}`;
  }
  return text;
}

function bound(text: string | undefined, isInclusive: boolean): Bound | undefined {
  return text === undefined ? undefined : { text, isInclusive };
}

function isLiteral(part: PatternPart): part is { readonly literal: string } {
  return typeof part === 'object';
}

function isStar(parts: readonly PatternPart[]): boolean {
  return parts.length === 1 && parts[0] === '*';
}

/** The text of a word in which no wildcard may stand. */
function textOf(parts: readonly PatternPart[]): string {
  return parts
    .map((part) => {
      if (isLiteral(part)) return part.literal;
      throw new QuerySyntaxError(`"${part}" cannot stand there`);
    })
    .join('');
}

function joined(kind: 'and' | 'or', operands: readonly Query[]): Query {
  const [only] = operands;
  return operands.length === 1 && only ? only : { kind, operands };
}

function negated(operand: Query): Query {
  return { kind: 'not', operand };
}
