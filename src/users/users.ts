import type DataLoader from 'dataloader';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Users } from '../../schema/context.ts';
import { operationLimits } from '../../schema/limits.ts';
import type { IdentityTokens } from '../../schema/model.ts';
import type { CallOptions } from '../auth0/client.ts';
import { searchErrorOf } from './fault-to-client-error.ts';
import { toIdpTokens } from './idp-tokens.ts';
import { createLoader } from './loader.ts';
import { toUser } from './normalize.ts';
import type { Once } from './once.ts';
import { createReadById, isHandful } from './read-by-id.ts';
import { CappedReads } from './read-cap.ts';
import { noted, type RecentWrites } from './recent-writes.ts';
import { searchUsers } from './search.ts';
import type { SharedReads } from './shared-reads.ts';
import { updateUser } from './update.ts';
import { updateUserOnce } from './update-once.ts';
import { canExist } from './user-id.ts';
import type { ReconciliationEvent, WriteDependencies } from './write.ts';

export type UsersDependencies = {
  readonly client: WriteDependencies['client'];
  /** Of all operations of the process. */
  readonly sharedReads: SharedReads;
  /** Whom it is done for: callers take turns where the tenant's budget is short. */
  readonly caller?: string;
  /** Of all operations of the deployment. */
  readonly recentWrites: RecentWrites;
  /** Ends every call of the operation. */
  readonly deadline: AbortSignal;
  /** Ends reads only, at the deadline or when nobody waits any more: a write that was begun is seen through. */
  readonly readsEnd: AbortSignal;
  /** When that deadline passes, in the time of `performance.now()`. */
  readonly endsAt?: number;
  /** Sent to Auth0 with every call. */
  readonly correlationId?: string;
  /** Sees to it that an update under an idempotency key is made once. */
  readonly once: Once;
  /** Told of every write that was not answered, and of what was found out about it. */
  readonly onReconciliation?: (event: ReconciliationEvent) => void;
};

/** Reads by id and searches for ids under way at once, in one operation. */
const concurrency = 10;

/** The users of the tenant for one operation, which is how long it remembers those it has read. */
export function createUsers(dependencies: UsersDependencies): Users {
  const { sharedReads, recentWrites, once, deadline, readsEnd, endsAt, correlationId } = dependencies;
  const { onReconciliation = () => {}, caller = '' } = dependencies;
  const reads = new CappedReads(sharedReads.client, operationLimits.calls);
  const writing: CallOptions = {
    signal: deadline,
    place: { caller, lane: 'interactive' },
    ...(endsAt !== undefined && { endsAt }),
    ...(correlationId !== undefined && { correlationId }),
  };
  const reading: CallOptions = { ...writing, signal: readsEnd };
  const readingMany: CallOptions = { ...reading, place: { caller, lane: 'bulk' } };

  const optionsFor = (ids: readonly string[]) => (isHandful(ids) ? reading : readingMany);

  // What only some operations need is made when the first one does.
  let limited: LimitFunction | undefined;
  const limit = <Value>(read: () => Promise<Value>): Promise<Value> =>
    (limited ??= pLimit(concurrency))(read);
  const users = createLoader(createReadById(reads, recentWrites, limit, optionsFor));
  let tokens: DataLoader<string, ReadonlyMap<string, IdentityTokens>> | undefined;
  const tokensLoader = () =>
    (tokens ??= createLoader((ids) =>
      Promise.allSettled(
        ids.map((id) => limit(async () => toIdpTokens(id, await reads.getIdpTokens(id, optionsFor(ids))))),
      ),
    ));
  // Neither capped nor shared: what a write takes to be told truthfully is never too much, and never old.
  const { client } = dependencies;
  const noting: WriteDependencies['client'] = {
    getUser: (id, options) => client.getUser(id, options),
    updateUser: (id, patch, options) =>
      noted(recentWrites, id, () => sharedReads.writing(id, () => client.updateUser(id, patch, options))),
  };

  return {
    async find(id) {
      return canExist(id) ? users.load(id) : null;
    },

    /** Auth0 saves addresses in lower case and compares them as they are. */
    async findByEmail(email) {
      if (email.trim() === '' || !email.isWellFormed()) return [];
      const found = await reads.usersByEmail(email.toLowerCase(), reading).catch((error: unknown) => {
        throw searchErrorOf(error);
      });
      return found.map((wire) => {
        const user = toUser(wire);
        users.prime(user.id, user);
        return user;
      });
    },

    /** Its users are not remembered: Auth0's search index trails writes. */
    search: (request) => searchUsers(request, reads, readingMany),

    async update(command) {
      try {
        const { idempotencyKey: key } = command;
        const write = { client: noting, options: writing, onReconciliation };
        const outcome = await (key === null
          ? updateUser(command, write)
          : updateUserOnce(key, command, write, once));
        if (outcome.kind === 'success' && outcome.applied)
          users.clear(command.id).prime(command.id, outcome.user);
        return outcome;
      } catch (error) {
        users.clear(command.id);
        throw error;
      }
    },

    async idpTokens(id) {
      return canExist(id) ? tokensLoader().load(id) : noTokens;
    },
  };
}

const noTokens: ReadonlyMap<string, IdentityTokens> = new Map();
