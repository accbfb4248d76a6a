import { defineConfig } from 'vitest/config';
import usual from '../vitest.config.ts';

/** Of the tests, those that say what the guards do, and take no time to speak of. */
export default defineConfig({
  ...usual,
  test: {
    ...usual.test,
    include: [
      'test/{auth,graphql,schema,users}/*.test.ts',
      'test/auth0/retr*.test.ts',
      'test/contract/verdicts.test.ts',
      'test/gateway/{authorization-matrix,document-bombs,request-json}.test.ts',
    ],
  },
});
