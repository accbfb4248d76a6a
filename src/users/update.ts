import type { UpdateUserCommand, UpdateUserOutcome } from '../../schema/context.ts';
import type { User } from '../../schema/model.ts';
import type { Moment } from '../../schema/moment.ts';
import type { CallOptions } from '../auth0/client.ts';
import { Auth0Refusal } from '../auth0/errors.ts';
import type { WireUser } from '../auth0/wire.ts';
import { changedFields } from './changes.ts';
import { readBeforeWriteErrorOf, writeErrorOf } from './fault-to-client-error.ts';
import { toUser } from './normalize.ts';
import type { Starting } from './once.ts';
import { fieldsOf, toWirePatch } from './patch.ts';
import { predict } from './predict.ts';
import { toRejection } from './rejection.ts';
import { canExist } from './user-id.ts';
import { type Client, type WriteDependencies, write } from './write.ts';

/**
 * Changes one user, with the one call that takes, and a read before it only where something must be known of before.
 *
 * With `starting`, the user as it was is handed over right before the write, and `changedFields` are told in any case.
 *
 * A user without a readable `updatedAt` meets every `ifUnmodifiedSince`, as RFC 9110 §13.1.4 has it.
 * @throws ClientError, with `applied` saying what became of the update.
 */
export async function updateUser(
  { id, input, ifUnmodifiedSince, dryRun, tellChanges }: UpdateUserCommand,
  dependencies: WriteDependencies,
  starting?: Starting,
): Promise<UpdateUserOutcome> {
  const { client, options, onReconciliation } = dependencies;
  const notFound = { kind: 'not-found', id } as const;
  if (!canExist(id)) return notFound;

  const patch = toWirePatch(input);
  let wireBefore: WireUser | null = null;
  let before: User | null = null;
  if (dryRun || tellChanges || ifUnmodifiedSince !== null || starting) {
    wireBefore = await readBefore(id, client, options);
    if (wireBefore === null) return notFound;
    before = toUser(wireBefore);
    if (isLater(before.updatedAt, ifUnmodifiedSince)) return { kind: 'conflict', current: before };
    if (dryRun) {
      const user = toUser(predict(wireBefore, patch));
      return { kind: 'success', user, changedFields: changedFields(before, user), applied: false };
    }
    await starting?.(wireBefore);
  }

  try {
    const found = { byReading: false };
    const wire = await write(
      { id, patch, before: wireBefore },
      {
        ...dependencies,
        onReconciliation(event) {
          found.byReading = event.verdict === 'applied';
          onReconciliation(event);
        },
      },
    );
    if (wire === null) return notFound;
    const user = toUser(wire);
    const changed = before && (tellChanges || starting) ? changedFields(before, user) : null;
    return {
      kind: 'success',
      user,
      changedFields: changed,
      applied: true,
      ...(found.byReading && { knownBy: 'reading' }),
    };
  } catch (error) {
    if (error instanceof Auth0Refusal) return toRejection(error, fieldsOf(input));
    throw writeErrorOf(error);
  }
}

/** Straight from Auth0: a user remembered from earlier in the operation may have changed since. */
async function readBefore(id: string, client: Client, options: CallOptions): Promise<WireUser | null> {
  try {
    return await client.getUser(id, options);
  } catch (error) {
    throw readBeforeWriteErrorOf(error);
  }
}

function isLater(moment: Moment | null, than: Date | null): boolean {
  return moment !== null && than !== null && Date.parse(moment) > than.getTime();
}
