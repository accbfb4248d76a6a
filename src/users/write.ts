import type { Auth0Client, CallOptions } from '../auth0/client.ts';
import { Auth0Fault } from '../auth0/errors.ts';
import type { WirePatch, WireUser } from '../auth0/wire.ts';
import { leavingTimeToRead } from './deadline.ts';
import { isQuiet, reconcile, type Verdict } from './reconcile.ts';

export type Write = {
  readonly id: string;
  readonly patch: WirePatch;
  /** As read just before, or `null`. */
  readonly before: WireUser | null;
};

/** One write that was not answered and what was found out about it, for those who count: never an id, never a value. */
export type ReconciliationEvent = {
  readonly fault: Auth0Fault['code'];
  readonly verdict: Verdict;
  /** Whether it is sent again, which is where it was certainly not applied and may be repeated. */
  readonly repeated: boolean;
};

/** What a write takes of a client. */
export type Client = Pick<Auth0Client, 'getUser' | 'updateUser'>;

export type WriteDependencies = {
  readonly client: Client;
  readonly options: CallOptions;
  readonly onReconciliation: (event: ReconciliationEvent) => void;
};

/**
 * Changes a user, and where no answer says whether that was done, reads the user to find out. Only what was certainly
 * not applied is sent again, and that once. `null`: no such user.
 *
 * @throws {Auth0Refusal} Nothing was applied.
 * @throws {Auth0Fault} Its outcome is all that could be found out.
 */
export async function write(task: Write, dependencies: WriteDependencies): Promise<WireUser | null> {
  return attempt(task, dependencies, isQuiet(task.patch));
}

async function attempt(
  task: Write,
  dependencies: WriteDependencies,
  mayRepeat: boolean,
): Promise<WireUser | null> {
  const { client, options, onReconciliation } = dependencies;
  try {
    return await leavingTimeToRead(options, (sooner) => client.updateUser(task.id, task.patch, sooner));
  } catch (error) {
    if (!(error instanceof Auth0Fault) || error.outcome === 'not-applied') throw error;
    const after = await readAfter(task.id, client, options);
    const verdict = after === null ? 'unknown' : judge(task, after, error);
    const repeated = verdict === 'not-applied' && mayRepeat && !options.signal.aborted;
    onReconciliation({ fault: error.code, verdict, repeated });
    if (verdict === 'applied') return after;
    if (repeated) return attempt(task, dependencies, false);
    throw verdict === 'not-applied' ? notApplied(error) : error;
  }
}

function judge({ patch, before }: Write, after: WireUser, { mayStillArrive }: Auth0Fault): Verdict {
  return reconcile({ patch, before, after, mayStillArrive });
}

/** `null`: there is nothing to judge by. A user that is gone says as little as one that cannot be read. */
async function readAfter(id: string, client: Client, options: CallOptions): Promise<WireUser | null> {
  try {
    return await client.getUser(id, asReconciliation(options));
  } catch {
    return null;
  }
}

/** Little time is left to find it out: it goes before all else that waits for the tenant's budget. */
export function asReconciliation(options: CallOptions): CallOptions {
  return { ...options, place: { caller: options.place?.caller ?? '', lane: 'reconciliation' } };
}

function notApplied(fault: Auth0Fault): Auth0Fault {
  return new Auth0Fault(fault.code, fault.message, { outcome: 'not-applied', cause: fault });
}
