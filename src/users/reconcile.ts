import type { WirePatch, WireUser } from '../auth0/wire.ts';
import { isSame } from './changes.ts';
import { toUser } from './normalize.ts';
import { predict } from './predict.ts';

export type Verdict = 'applied' | 'not-applied' | 'unknown';

export type Evidence = {
  readonly patch: WirePatch;
  /**
   * The user as read before the write, or what is still known of it: the more attributes, the better. An attribute
   * that is not here is taken to have been absent. `null`: nothing was read.
   */
  readonly before: Traces | null;
  /** The user as read after it. */
  readonly after: WireUser;
  /** Whether Auth0 may yet come to it: nobody heard that it was done with the request. */
  readonly mayStillArrive: boolean;
};

/** `updated_at` moves with every write and every login, the others with what they are named for. */
export type Traces = {
  readonly updated_at?: unknown;
  readonly last_login?: unknown;
  readonly last_password_reset?: unknown;
  readonly [attribute: string]: unknown;
};

/**
 * What became of a write that no answer speaks of, as far as the user tells.
 *
 * `applied` says that the user is as was asked. Without a user from before, that is also so where the update would have
 * changed nothing in the first place, or somebody else made the same one. What no read shows (a password, a mail to be
 * sent) is believed to have been done only where something moved that moves with it.
 *
 * `not-applied` is certain: nothing at all has moved, and nothing will.
 */
export function reconcile({ patch, before, after, mayStillArrive }: Evidence): Verdict {
  if (before !== null && !hasChanged(before, after))
    return mayStillArrive || typeof before.updated_at !== 'string' ? 'unknown' : 'not-applied';
  return isAsAsked(after, patch) && isHiddenPartDone(patch, before, after) ? 'applied' : 'unknown';
}

/** Whether the patch may be sent again without anyone noticing the second time. */
export function isQuiet(patch: WirePatch): boolean {
  return loud.every((attribute) => patch[attribute] === undefined);
}

/** Each sends a mail or a message, signs somebody out, or may be refused for having been done. */
const loud = [
  'password',
  'verify_email',
  'verify_phone_number',
  'email',
  'phone_number',
  'username',
] as const;

function hasChanged(before: Traces, after: WireUser): boolean {
  return Object.keys(before).some((attribute) => !isSame(before[attribute], after[attribute]));
}

/** The update would change nothing that anyone could read. */
function isAsAsked(user: WireUser, patch: WirePatch): boolean {
  return isSame(toUser(user), toUser(predict(user, patch)));
}

function isHiddenPartDone(patch: WirePatch, before: Traces | null, after: WireUser): boolean {
  const moved = (trace: keyof Traces) => before !== null && !isSame(before[trace], after[trace]);
  const hasMail = patch.verify_email !== undefined || patch.verify_phone_number !== undefined;
  return (
    (patch.password === undefined || moved('last_password_reset')) &&
    // A login would explain it as well.
    (!hasMail || (moved('updated_at') && !moved('last_login')))
  );
}
