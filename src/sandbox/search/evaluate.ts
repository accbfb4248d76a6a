/** Whether a search finds a user. */
import type { JsonObject, UserRecord } from '../user-record.ts';
import type { Bound, Field, Query, ValueQuery } from './query.ts';
import { leavesOf, textOfLeaf } from './values.ts';
import { fitsPattern } from './wildcard.ts';

export type UserTest = (user: UserRecord) => boolean;

export function toTest(query: Query): UserTest {
  switch (query.kind) {
    case 'everything':
      return () => true;
    case 'and': {
      const tests = query.operands.map(toTest);
      return (user) => tests.every((test) => test(user));
    }
    case 'or': {
      const tests = query.operands.map(toTest);
      return (user) => tests.some((test) => test(user));
    }
    case 'not': {
      const test = toTest(query.operand);
      return (user) => !test(user);
    }
    case 'exists':
      return (user) => !valuesOf(user, query.field).next().done;
    case 'match':
      return query.field ? fieldTest(query.field, query.value) : anywhereTest(query.value);
  }
}

function fieldTest(field: Field, value: ValueQuery): UserTest {
  if (field[0] === 'user_metadata' && (value.kind === 'range' || value.kind === 'pattern'))
    return () => false;
  const name = field.join('.');
  const words = worded.has(name) ? 'one' : 'none';
  const matches = toLeafTest(value, { isCaseSensitive: !normalized.has(name), words });
  return (user) => valuesOf(user, field).some(matches);
}

/** Every text of the user's own attributes and identities; not the metadata. */
function anywhereTest(value: ValueQuery): UserTest {
  const matches = toLeafTest(value, { isCaseSensitive: false, words: 'any' });
  return (user) => {
    const { user_metadata: _, app_metadata: __, ...attributes } = user;
    return leavesOf(attributes, []).some(matches);
  };
}

/** Fields in which upper and lower case are the same. */
const normalized: ReadonlySet<string> = new Set([
  'email',
  'email.domain',
  'name',
  'given_name',
  'family_name',
  'nickname',
]);

/** Fields of which a single word may be given. */
const worded: ReadonlySet<string> = new Set(['name', 'given_name', 'family_name', 'nickname']);

function valuesOf(user: UserRecord, field: Field): Generator {
  return field.join('.') === 'email.domain' ? domainOf(user) : leavesOf(user, field);
}

function* domainOf({ email }: JsonObject): Generator {
  if (typeof email === 'string' && email.includes('@')) yield email.slice(email.lastIndexOf('@') + 1);
}

type Reading = {
  readonly isCaseSensitive: boolean;
  /** How much of a value may be left out: nothing, or all but one word, or all but some words in a row. */
  readonly words: 'none' | 'one' | 'any';
};

function toLeafTest(value: ValueQuery, { isCaseSensitive, words }: Reading): (leaf: unknown) => boolean {
  const fold = (text: string) => (isCaseSensitive ? text : text.toLowerCase());
  switch (value.kind) {
    case 'phrase':
    case 'term': {
      const wanted = fold(value.text);
      const isPartEnough = words === 'any' || (words === 'one' && value.kind === 'term');
      return (leaf) => {
        const text = fold(textOfLeaf(leaf));
        return text === wanted || (isPartEnough && hasWords(text, wanted));
      };
    }
    case 'pattern': {
      const parts = value.parts.map((part) =>
        typeof part === 'string' ? part : { literal: fold(part.literal) },
      );
      return (leaf) => fitsPattern(fold(textOfLeaf(leaf)), parts);
    }
    case 'range':
      return (leaf) =>
        (!value.from || isAbove(leaf, value.from, fold)) && (!value.to || isBelow(leaf, value.to, fold));
  }
}

/** Whether the wanted words stand in the text, one after the other. */
function hasWords(text: string, wanted: string): boolean {
  const spaced = (words: string) => ` ${words.split(/\s+/).filter(Boolean).join(' ')} `;
  return wanted.trim() !== '' && spaced(text).includes(spaced(wanted));
}

function isAbove(leaf: unknown, { text, isInclusive }: Bound, fold: (text: string) => string): boolean {
  const order = compare(leaf, text, fold);
  return order > 0 || (isInclusive && order === 0);
}

function isBelow(leaf: unknown, { text, isInclusive }: Bound, fold: (text: string) => string): boolean {
  const order = compare(leaf, text, fold);
  return order < 0 || (isInclusive && order === 0);
}

/** Numbers by size, times to the precision the bound is given with, other texts by their characters. */
function compare(leaf: unknown, bound: string, fold: (text: string) => string): number {
  if (typeof leaf === 'number') return Math.sign(leaf - Number(bound));
  const isTime = typeof leaf === 'string' && time.test(leaf) && time.test(bound);
  const limit = isTime ? bound.replace(/Z$/, '') : fold(bound);
  const text = isTime ? leaf.slice(0, limit.length) : fold(textOfLeaf(leaf));
  return text === limit ? 0 : text < limit ? -1 : 1;
}

const time = /^\d{4}(-\d{2}(-\d{2}(T[\d:.]+Z?)?)?)?$/;
