import { randomUUID } from 'node:crypto';
import { ClientError } from '../../schema/errors.ts';
import type { Once, Work } from '../users/once.ts';
import type { Sealing } from './sealing.ts';
import { type Claim, type IdempotencyStore, StoreUnavailable } from './store.ts';

export type OnceOptions = {
  readonly store: IdempotencyStore;
  readonly sealing: Sealing;
  /** Whose key it is: the same key of somebody else is another one. */
  readonly scope: readonly string[];
  /** When to stop waiting for the store. */
  readonly deadline: AbortSignal;
};

/**
 * Work under a key is begun, started and completed in a store, whose record decides who may do it.
 *
 * - A result that says something was done is kept, and given again.
 * - Work that was started and has no result (its outcome is unknown, or its process died) is never run again: whoever
 *   asks next has it resumed.
 * - Work that certainly did nothing is forgotten.
 *
 * Without the store nothing is started. Once something is, its outcome is told whatever becomes of the record.
 */
export function createOnce({ store, sealing, scope, deadline }: OnceOptions): Once {
  const ask = <Answer>(step: Promise<Answer>): Promise<Answer> =>
    withinDeadline(step, deadline).catch((error: unknown) => {
      throw error instanceof StoreUnavailable ? overloaded(error) : error;
    });
  const owner = JSON.stringify(scope);
  const note = (step: Promise<void>): Promise<void> => withinDeadline(step, deadline).catch(() => {});

  const settled = async <Result>(
    claim: Claim,
    { isDone, mayBeDone }: Work<Result>,
    attempt: () => Promise<Result>,
  ): Promise<Result> => {
    let result: Result;
    try {
      result = await attempt();
    } catch (error) {
      await note(mayBeDone(error) ? store.release(claim) : store.forget(claim));
      throw error;
    }
    await note(
      isDone(result) ? store.complete(claim, sealing.seal(claim.name, result)) : store.forget(claim),
    );
    return result;
  };

  return async <Result>(key: string, request: unknown, work: Work<Result>): Promise<Result> => {
    const name = sealing.nameOf(scope, key);
    const claim = { name, owner, fingerprint: sealing.fingerprintOf(request), token: randomUUID() };
    const begun = await ask(store.begin(claim));
    switch (begun.kind) {
      case 'begun':
        return settled(claim, work, () =>
          work.run(async (notes) => {
            if (!(await ask(store.start(claim, sealing.seal(name, notes))))) throw inProgress();
          }),
        );
      case 'resumed':
        return settled(claim, work, async () => work.resume(sealing.open(name, begun.notes)));
      case 'done':
        return sealing.open(name, begun.result) as Result;
      case 'running':
        throw inProgress();
      case 'other':
        throw sealing.knows(begun.fingerprint) ? reused() : unreadable();
    }
  };
}

async function withinDeadline<Answer>(step: Promise<Answer>, deadline: AbortSignal): Promise<Answer> {
  const { promise: passed, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new StoreUnavailable('The deadline passed before the store answered.'));
  deadline.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([step, passed]);
  } finally {
    deadline.removeEventListener('abort', giveUp);
  }
}

const retryAfterMs = 1_000;

function overloaded(cause: StoreUnavailable): ClientError {
  return new ClientError(
    'OVERLOADED',
    'Idempotency keys cannot be looked up at the moment. Nothing was sent to Auth0; the same key may be tried again.',
    { cause, applied: 'NO', retryAfterMs },
  );
}

function inProgress(): ClientError {
  return new ClientError('IDEMPOTENCY_IN_PROGRESS', 'The update with this idempotencyKey is under way.', {
    // Of this update, which is also that of the request before.
    applied: 'UNKNOWN',
    retryAfterMs,
  });
}

function reused(): ClientError {
  return new ClientError(
    'IDEMPOTENCY_KEY_REUSED',
    'This idempotencyKey was used for an update with other arguments. Nothing was sent to Auth0.',
    { applied: 'NO' },
  );
}

function unreadable(): ClientError {
  return new ClientError(
    'WRITE_OUTCOME_UNKNOWN',
    'This idempotencyKey was used under credentials that the gateway no longer has. Read the user before trying again, with a new key.',
    { applied: 'UNKNOWN' },
  );
}
