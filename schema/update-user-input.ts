/**
 * The rules of `UpdateUserInput`, those of each field from `update-user-fields.ts` and those across fields: the one
 * place where they are written. Server-side validation, `@constraint`,
 * descriptions and the JSON Schema are all read from here; a form in a browser may use the object as it is.
 *
 * The verdict on each field is that of Auth0's own validator (z-schema, whose formats are validator.js'), the
 * combinations are those Auth0 refuses, and the rules on metadata are the gateway's own.
 */
import * as z from 'zod';
import { metadataLimits } from './limits.ts';
import { metadataDefinitions } from './metadata-rules.ts';
import { updateUserFields } from './update-user-fields.ts';

export { formats } from './formats.ts';

/** An omitted field is left alone, `null` unsets; no field has a default. */
export type UpdateUserInput = z.output<z.ZodObject<ReturnType<typeof updateUserFields>>>;
export type UpdateUserField = keyof UpdateUserInput;

/** Two fields that Auth0 never takes together, not even as `null`. */
export const forbiddenPairs: readonly (readonly [UpdateUserField, UpdateUserField])[] = [
  ['password', 'email'],
  ['password', 'emailVerified'],
  ['username', 'email'],
  ['username', 'emailVerified'],
  ['username', 'password'],
];

/** It only says which identity is meant. */
const changesNothingAlone: UpdateUserField = 'connection';

export type UpdateUserInputOptions = {
  /** Of each metadata object, in UTF-8 bytes of its compact JSON. */
  readonly metadataMaxBytes?: number;
};

export function createUpdateUserInput({
  metadataMaxBytes = metadataLimits.bytes,
}: UpdateUserInputOptions = {}) {
  const fields = z.strictObject(updateUserFields({ metadataMaxBytes }), {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `Unknown: ${issue.keys.join(', ')}.` : undefined),
  });
  const updatable = fields.keyof().options.filter((name) => name !== changesNothingAlone);

  return forbiddenPairs
    .flatMap(([one, other]) => [
      { at: one, other },
      { at: other, other: one },
    ])
    .reduce(
      (rules, { at, other }) =>
        rules.refine((input) => input[at] === undefined || input[other] === undefined, {
          path: [at],
          error: `Expected only one of ${at} and ${other}: Auth0 does not update both at once.`,
          params: { code: 'CONFLICTING_FIELDS' },
          when: always,
        }),
      fields,
    )
    .refine((input) => updatable.some((name) => input[name] !== undefined), {
      error: 'Expected at least one field to update, but got none.',
      params: { code: 'EMPTY' },
      when: always,
    })
    .meta({
      title: 'UpdateUserInput',
      anyOf: updatable.map((name) => ({ required: [name] })),
      allOf: forbiddenPairs.map((pair) => ({ not: { required: [...pair] } })),
      $defs: metadataDefinitions,
    });
}

/** The rules with the usual limit on metadata. */
export const updateUserInput = createUpdateUserInput();

/** Cross-field rules are judged even where a single field is wrong, so that all faults are told at once. */
function always(): boolean {
  return true;
}
