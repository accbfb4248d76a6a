import type { DocumentNode } from 'graphql';
import { beforeEach, expect, test } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import type { ServerContext } from '../../src/graphql/server-context.ts';
import { createGraphQLServer } from '../../src/graphql/yoga.ts';

let server: ReturnType<typeof createGraphQLServer>;
beforeEach(() => {
  server = createGraphQLServer({
    schema: createSchema({ metadataMaxBytes: 1, introspection: true, authDirectives: false }),
    authenticate: async () => ({ kind: 'anonymous' }),
    unauthorized: () => ({ status: 401, headers: {}, body: '' }),
    publicUserFields: new Set(),
    createUsers: () => {
      throw new Error('Expected nothing to be executed.');
    },
    introspection: true,
    audit: { record() {}, canRecord: () => true },
    isOverloaded: () => false,
    maxOperations: 1,
    corsOrigins: [],
    trustedDocuments: null,
    report() {},
  });
});

test('a document that comes again is not parsed again', () => {
  expect(parse('{ me { id } }')).toBe(parse('{ me { id } }'));
});

test('documents are kept by their text, up to 500,000 characters', () => {
  const documents = Array.from({ length: 20 }, (_, index) => ofCharacters(50_000, index));
  const parsed = documents.map(parse);
  // Those that are kept, the last ones, would go if others came: so they are looked at first.
  const kept = documents.map((text, index) => ({ text, first: parsed[index] })).toReversed();
  const isKept = kept.map(({ text, first }) => parse(text) === first);
  const count = isKept.indexOf(false);
  expect(count).toBeGreaterThan(0);
  expect(count * 50_000).toBeLessThanOrEqual(500_000);
  expect(isKept.slice(count)).not.toContain(true);
});

test('nor are small ones kept without end', () => {
  const documents = Array.from({ length: 1_500 }, (_, index) => `{a${index}:__typename}`);
  const [first] = documents.map(parse);
  expect(parse('{a0:__typename}')).not.toBe(first);
});

test('what is wrong with a document is kept like the rest', () => {
  const errors = Array.from({ length: 20 }, (_, index) => errorOf(`${ofCharacters(50_000, index)}}`));
  expect(errorOf(`${ofCharacters(50_000, 19)}}`)).toBe(errors[19]);
  expect(errorOf(`${ofCharacters(50_000, 0)}}`)).not.toBe(errors[0]);
});

function parse(text: string): DocumentNode {
  const context = { params: {}, facts: {} } as unknown as ServerContext;
  return (server.yoga.getEnveloped(context).parse as (text: string) => DocumentNode)(text);
}

function errorOf(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    return error;
  }
}

function ofCharacters(length: number, index: number): string {
  return `{ a${index}: __typename }`.padEnd(length, ',');
}
