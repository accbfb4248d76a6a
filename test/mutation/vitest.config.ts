import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import usual from '../vitest.config.ts';

/** The first test that notices a mutant ends its run. */
class ShortestFirst extends BaseSequencer {
  override async sort(...given: Parameters<BaseSequencer['sort']>) {
    return (await super.sort(...given)).toReversed();
  }
}

/** Of the tests, those that say what the guards do, and take no time to speak of. */
export default defineConfig({
  ...usual,
  test: {
    ...usual.test,
    sequence: { sequencer: ShortestFirst },
    include: [
      'test/{auth,graphql,schema,users}/*.test.ts',
      'test/auth0/retr*.test.ts',
      'test/contract/printed.test.ts',
      'test/gateway/{authorization-matrix,document-bombs,public-fields,request-json}.test.ts',
    ],
  },
});
