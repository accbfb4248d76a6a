import { describe, expect, it } from 'vitest';
import { configOf, faultsOf, faultyNames, temporaryFiles } from './support.ts';

describe('TRUSTED_DOCUMENTS', () => {
  it('is a map of documents by their ids', () => {
    using files = temporaryFiles();
    const path = files.write('documents.json', '{"sha256:a":"{ me }","b":"{ users }"}');
    const { trustedDocuments, graphiql } = configOf({ TRUSTED_DOCUMENTS: path });
    expect([...(trustedDocuments ?? [])]).toEqual([
      ['sha256:a', '{ me }'],
      ['b', '{ users }'],
    ]);
    expect(graphiql).toBe(false);
  });

  it.each([
    ['no JSON', '{', 'no JSON object'],
    ['a list', '["{ me }"]', 'no JSON object'],
    ['nothing', '{}', 'none'],
    ['something else than texts', '{"a":"{ me }","b":{"query":"{ me }"}}', 'b: Expected a text.'],
    [
      'documents that cannot be executed',
      '{"a":"me","b":"{ me }","c":"us"}',
      'a: Expected a brace. c: Expected a brace.',
    ],
  ])('may not hold %s', (_, content, told) => {
    using files = temporaryFiles();
    const path = files.write('documents.json', content);
    const [fault, ...others] = faultsOf({ TRUSTED_DOCUMENTS: path });
    expect(fault?.name).toBe('TRUSTED_DOCUMENTS');
    expect(fault?.message).toContain(told);
    expect(others).toEqual([]);
  });

  it('does not go with GraphiQL', () => {
    using files = temporaryFiles();
    const path = files.write('documents.json', '{"a":"{ me }"}');
    expect(faultyNames({ TRUSTED_DOCUMENTS: path, GRAPHIQL: 'true' })).toEqual(['GRAPHIQL']);
    expect(faultyNames({ TRUSTED_DOCUMENTS: path, GRAPHIQL: 'false' })).toEqual([]);
  });
});
