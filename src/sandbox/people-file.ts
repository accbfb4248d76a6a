/**
 * The people of a file: a JSON array, or JSON lines, of users as GET /api/v2/users/{id} returns them, each with a
 * `password` and `permissions` if need be.
 */
import { parseExactJson, rawNumber } from './exact-json.ts';
import { isJsonObject, type JsonObject, type Person } from './user-record.ts';

/** @throws Error that says where the text is wrong and what was expected there. */
export function parsePeople(text: string): readonly Person[] {
  const entries = text.trimStart().startsWith('[') ? parseArray(text) : parseLines(text);
  const seen = new Map<string, string>();
  return entries.map(({ place, value }) => {
    const person = toPerson(value, place);
    const earlier = seen.get(person.user_id);
    if (earlier) throw new Error(`${place}: expected another user_id than ${earlier} has`);
    seen.set(person.user_id, place);
    return person;
  });
}

type Entry = { readonly place: string; readonly value: unknown };

function parseArray(text: string): readonly Entry[] {
  const values = parseJson(text, 'the file');
  return (values as readonly unknown[]).map((value, index) => ({ place: `user ${index}`, value }));
}

function parseLines(text: string): readonly Entry[] {
  return text
    .split('\n')
    .map((line, index) => ({ line, place: `line ${index + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, place }) => ({ place, value: parseJson(line, place) }));
}

function parseJson(text: string, place: string): unknown {
  try {
    return parseExactJson(text);
  } catch (cause) {
    throw new Error(`${place}: expected JSON (${(cause as Error).message})`, { cause });
  }
}

function toPerson(value: unknown, place: string): Person {
  const expect = (isMet: boolean, expected: string) => {
    if (!isMet) throw new Error(`${place}: expected ${expected}`);
  };
  if (!isJsonObject(value)) throw new Error(`${place}: expected a user, as a JSON object`);
  const { user_id: userId, identities, password, permissions } = value;
  expect(
    typeof userId === 'string' && /^.+\|.+$/s.test(userId),
    'user_id to be a string with a "|" in it, like "auth0|abc"',
  );
  expect(
    Array.isArray(identities) && identities.length > 0 && identities.every(isIdentity),
    'identities to be a list of at least one object with provider, connection and user_id',
  );
  expect(password === undefined || typeof password === 'string', 'password to be a string');
  expect(
    permissions === undefined || (Array.isArray(permissions) && permissions.every(isString)),
    'permissions to be a list of strings',
  );
  return value as Person;
}

function isIdentity(value: unknown): boolean {
  return isJsonObject(value) && isString(value['provider']) && isString(value['connection']) && isId(value);
}

function isId({ user_id: id }: JsonObject): boolean {
  return isString(id) || typeof id === 'number' || rawNumber(id) !== undefined;
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}
