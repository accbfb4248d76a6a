import { type PatternPart, QuerySyntaxError } from './query.ts';

/** The words and marks of a search. */
export type Token = { readonly at: number } & (
  | { readonly kind: 'word'; readonly parts: readonly PatternPart[] }
  | { readonly kind: 'phrase'; readonly text: string }
  | { readonly kind: 'mark'; readonly mark: Mark }
  | { readonly kind: 'end' }
);

export type Mark = '(' | ')' | '[' | ']' | '{' | '}' | ':' | '+' | '-' | 'AND' | 'OR' | 'NOT' | 'TO';

/** @throws QuerySyntaxError */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const [token, end] = readToken(text, position);
    if (token) tokens.push(token);
    position = end;
  }
  return [...tokens, { kind: 'end', at: text.length }];
}

type Read = readonly [token: Token | undefined, end: number];

const brackets = '()[]{}:';
const symbols: ReadonlyMap<string, Mark> = new Map([
  ['&&', 'AND'],
  ['||', 'OR'],
]);

function readToken(text: string, at: number): Read {
  const character = text.charAt(at);
  if (/\s/.test(character)) return [undefined, at + 1];
  if (brackets.includes(character)) return [{ kind: 'mark', mark: character as Mark, at }, at + 1];
  const symbol = symbols.get(text.slice(at, at + 2));
  if (symbol) return [{ kind: 'mark', mark: symbol, at }, at + 2];
  if (character === '!') return [{ kind: 'mark', mark: 'NOT', at }, at + 1];
  if (character === '+' || character === '-') return [{ kind: 'mark', mark: character, at }, at + 1];
  return character === '"' ? readPhrase(text, at) : readWord(text, at);
}

function readPhrase(text: string, at: number): Read {
  let phrase = '';
  for (let position = at + 1; position < text.length; position += 1) {
    const character = text.charAt(position);
    if (character === '"') return [{ kind: 'phrase', text: phrase, at }, position + 1];
    if (character === '\\') position += 1;
    phrase += text.charAt(position);
  }
  throw new QuerySyntaxError(`the quote at position ${at} is never closed`);
}

const words: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'TO']);

function readWord(text: string, at: number): Read {
  const parts: PatternPart[] = [];
  let literal = '';
  const flush = () => {
    if (literal !== '') parts.push({ literal });
    literal = '';
  };
  let position = at;
  for (; position < text.length; position += 1) {
    const character = text.charAt(position);
    if (/[\s"]/.test(character) || brackets.includes(character)) break;
    if (character === '~' || character === '^') {
      throw new QuerySyntaxError(
        `"${character}" at position ${position} is not supported; escape it with "\\"`,
      );
    }
    if (character === '*' || character === '?') {
      flush();
      parts.push(character);
    } else if (character === '\\') {
      position += 1;
      if (position === text.length) throw new QuerySyntaxError('nothing follows the last "\\"');
      literal += text.charAt(position);
    } else {
      literal += character;
    }
  }
  flush();
  const written = text.slice(at, position);
  if (words.has(written)) return [{ kind: 'mark', mark: written as Mark, at }, position];
  return [{ kind: 'word', parts, at }, position];
}
