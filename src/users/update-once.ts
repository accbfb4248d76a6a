import type { UpdateUserCommand, UpdateUserOutcome } from '../../schema/context.ts';
import { ClientError } from '../../schema/errors.ts';
import type { WireUser } from '../auth0/wire.ts';
import { changedFields } from './changes.ts';
import { inFull } from './identities.ts';
import { toUser } from './normalize.ts';
import type { Once } from './once.ts';
import { toWirePatch } from './patch.ts';
import { reconcile } from './reconcile.ts';
import { updateUser } from './update.ts';
import { asReconciliation, type WriteDependencies } from './write.ts';

/** The update that an idempotency key stands for: made once, its outcome told as often as it is asked for. */
export async function updateUserOnce(
  key: string,
  command: UpdateUserCommand,
  dependencies: WriteDependencies,
  once: Once,
): Promise<UpdateUserOutcome> {
  const { id, input, ifUnmodifiedSince, dryRun } = command;
  let isKept = true;
  const outcome = await once<UpdateUserOutcome>(
    key,
    { id, input, ifUnmodifiedSince, dryRun },
    {
      async run(starting) {
        isKept = false;
        return toKeep(await updateUser(command, dependencies, starting));
      },
      async resume(before) {
        isKept = false;
        return toKeep(await findOut(before as WireUser, command, dependencies));
      },
      isDone: (outcome) => outcome.kind === 'success' && outcome.applied,
      mayBeDone: (error) => !(error instanceof ClientError && error.extensions['applied'] === 'NO'),
    },
  );
  return isKept && outcome.kind === 'success' ? { ...outcome, knownBy: 'key' } : outcome;
}

/** With all that may be asked for, when the outcome is told again. */
function toKeep(outcome: UpdateUserOutcome): UpdateUserOutcome {
  return outcome.kind === 'success' ? { ...outcome, user: inFull(outcome.user) } : outcome;
}

/** Auth0 may yet come to a write that nobody heard the end of: so it is told as applied, or as unknown. */
async function findOut(
  before: WireUser,
  { id, input }: UpdateUserCommand,
  { client, options }: WriteDependencies,
): Promise<UpdateUserOutcome> {
  const after = await client.getUser(id, asReconciliation(options)).catch((error: unknown) => {
    throw unknownOutcome(error);
  });
  const evidence = { patch: toWirePatch(input), before, mayStillArrive: true };
  if (after === null || reconcile({ ...evidence, after }) !== 'applied') throw unknownOutcome();
  const user = toUser(after);
  return {
    kind: 'success',
    user,
    changedFields: changedFields(toUser(before), user),
    applied: true,
    knownBy: 'reading',
  };
}

function unknownOutcome(cause?: unknown): ClientError {
  return new ClientError(
    'WRITE_OUTCOME_UNKNOWN',
    'The update was begun before, and whether Auth0 applied it cannot be told. Read the user before trying again, with a new idempotencyKey.',
    { cause, applied: 'UNKNOWN' },
  );
}
