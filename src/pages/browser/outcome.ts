import { type Faults, faultsOf, fieldAt, type Place } from './draft.ts';
import type { Answer, AnsweredError } from './gateway.ts';
import type { ProfileFragment, SaveProfileMutation } from './operations/graphql.ts';

/** What became of a save, in words for whoever pressed the button. */
export type Outcome =
  | { readonly kind: 'saved'; readonly user: ProfileFragment; readonly message: string }
  | { readonly kind: 'conflict'; readonly current: ProfileFragment; readonly message: string }
  | { readonly kind: 'refused'; readonly faults: Faults; readonly message: string };

export function outcomeOf({ data, errors }: Answer<SaveProfileMutation>): Outcome {
  const result = data?.updateUser;
  if (!result) return failure(errors?.[0]);
  switch (result.__typename) {
    case 'UpdateUserSuccess':
      return {
        kind: 'saved',
        user: result.user,
        message:
          result.changedFields.length === 0
            ? 'Saved. Nothing is different from before.'
            : `Saved: ${result.changedFields.join(', ')}.`,
      };
    case 'InvalidUserInput':
      return refused(
        result.message,
        result.issues.map(({ path, message }) => [fieldAt(path.slice(1)), message]),
      );
    case 'UpdateRejected':
      return refused(
        result.message,
        result.fields.map((name) => [fieldAt([name]), 'Auth0 refuses this.']),
      );
    case 'UserConflict':
      return {
        kind: 'conflict',
        current: result.current,
        message:
          'Somebody else changed this profile meanwhile, and nothing was saved. What you have not edited shows what it is now. Save again to have yours.',
      };
    case 'UserNotFound':
      return refused(result.message);
  }
}

function failure(error: AnsweredError | undefined): Outcome {
  if (!error) return refused('The gateway answered without saying what became of the change.');
  const { code, requestId, applied, retryAfterMs, inputFields = [] } = error.extensions;
  const message = [
    error.message,
    applied === 'UNKNOWN' && 'Sign in again to see whether it was saved.',
    retryAfterMs !== undefined && `Try again in ${Math.ceil(retryAfterMs / 1000)} s.`,
    `(${code}, request ${requestId})`,
  ];
  return refused(
    message.filter(Boolean).join(' '),
    inputFields.map((name) => [fieldAt([name]), 'Not yours to change.']),
  );
}

function refused(message: string, faults: readonly (readonly [Place, string])[] = []): Outcome {
  return { kind: 'refused', message, faults: faultsOf(faults) };
}
