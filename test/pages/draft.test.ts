/** What the form sends, applied as Auth0 applies it, gives what stands in the form. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { updateUserInput } from '../../schema/update-user-input.ts';
import { draftOf, judge } from '../../src/pages/browser/draft.ts';

const key = fc.oneof(fc.constantFrom('a', 'b', 'c', 'toString'), fc.string({ minLength: 1 }));
/** As a form shows it: -0 and 0 are written alike. */
const value = fc
  .jsonValue({ maxDepth: 2 })
  .filter((any) => any !== null)
  .map((any): unknown => JSON.parse(JSON.stringify(any)));
const metadata = fc.dictionary(key, value, { maxKeys: 4 });
const text = fc.option(fc.constantFrom('Ann', 'Ben', 'Zoë'));
const profile = fc.record({ name: text, nickname: text, userMetadata: metadata }).map((known) => ({
  id: 'auth0|1',
  email: null,
  givenName: null,
  familyName: null,
  picture: null,
  updatedAt: null,
  ...known,
}));

test('what is sent turns what is saved into what is wanted', () => {
  fc.assert(
    fc.property(profile, profile, (saved, wanted) => {
      // {} is refused where there is something to lose; an emptied text is how one clears.
      const emptied = Object.keys(wanted.userMetadata).length === 0;
      const draft = { ...draftOf(wanted), ...(emptied && { userMetadata: '' }) };
      const { changes } = judge(draft, saved, updateUserInput);
      const { userMetadata = {} } = changes;
      const now = { ...saved, ...changes, userMetadata: mergedInto(saved.userMetadata, userMetadata) };
      expect(now).toEqual(wanted);
    }),
  );
});

test('nothing is sent of a form that nobody touched', () => {
  fc.assert(
    fc.property(profile, (saved) => {
      expect(judge(draftOf(saved), saved, updateUserInput)).toEqual({ changes: {}, faults: new Map() });
    }),
  );
});

/** At the first level; a key's null deletes it, null for all of it deletes everything. */
function mergedInto(saved: object, patch: object | null): object {
  if (patch === null) return {};
  const all = new Map([...Object.entries(saved), ...Object.entries(patch)]);
  return Object.fromEntries([...all].filter(([, value]) => value !== null));
}
