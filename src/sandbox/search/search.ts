import { badRequest } from '../errors.ts';
import type { UserRecord } from '../user-record.ts';
import { toTest } from './evaluate.ts';
import { parseQuery } from './parse.ts';
import { type Query, QuerySyntaxError } from './query.ts';

/**
 * The users a search finds, in the order they are given.
 *
 * @throws ApiError 400 when the search cannot be read.
 */
export function searchUsers(users: Iterable<UserRecord>, text: string): Iterable<UserRecord> {
  const test = toTest(read(text));
  return Iterator.from(users).filter(test);
}

function read(text: string): Query {
  try {
    return parseQuery(text);
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    throw badRequest(`Failed to parse query [${text}]: ${error.message}.`, 'invalid_query_string');
  }
}
