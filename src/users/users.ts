import type DataLoader from 'dataloader';
import pLimit, { type LimitFunction } from 'p-limit';
import type {
  UpdateUserCommand,
  UpdateUserOutcome,
  UserSearch,
  UserSearchResult,
  Users,
} from '../../schema/context.ts';
import { operationLimits } from '../../schema/limits.ts';
import type { IdentityTokens, User } from '../../schema/model.ts';
import type { CallOptions } from '../auth0/client.ts';
import { searchErrorOf } from './fault-to-client-error.ts';
import { toIdpTokens } from './idp-tokens.ts';
import { createLoader, readEach } from './loader.ts';
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

type Lane = NonNullable<CallOptions['place']>['lane'];

/** Reads of many by id, searches for ids and reads of tokens under way at once, in one operation. */
const concurrency = 10;

/** The users of the tenant for one operation, which is how long it remembers those it has read. */
export function createUsers(dependencies: UsersDependencies): Users {
  return new UsersOfTenant(dependencies);
}

/** What only some operations need is made when the first one does. */
class UsersOfTenant implements Users {
  readonly #dependencies: UsersDependencies;
  readonly #reads: CappedReads;
  #users: DataLoader<string, User | null> | undefined;
  #tokens: DataLoader<string, ReadonlyMap<string, IdentityTokens>> | undefined;
  #limit: LimitFunction | undefined;

  constructor(dependencies: UsersDependencies) {
    this.#dependencies = dependencies;
    this.#reads = new CappedReads(dependencies.sharedReads.reads, operationLimits.calls);
  }

  find(id: string): Promise<User | null> {
    return canExist(id) ? this.#byId().load(id) : noUser;
  }

  /** Auth0 saves addresses in lower case and compares them as they are. */
  async findByEmail(email: string): Promise<readonly User[]> {
    if (email.trim() === '' || !email.isWellFormed()) return [];
    const options = this.#reading('interactive');
    const found = await this.#reads.usersByEmail(email.toLowerCase(), options).catch((error: unknown) => {
      throw searchErrorOf(error);
    });
    return found.map((wire) => {
      const user = toUser(wire);
      this.#byId().prime(user.id, user);
      return user;
    });
  }

  /** Its users are not remembered: Auth0's search index trails writes. */
  search(request: UserSearch): Promise<UserSearchResult> {
    return searchUsers(request, this.#reads, this.#reading('bulk'));
  }

  async update(command: UpdateUserCommand): Promise<UpdateUserOutcome> {
    const { id, idempotencyKey: key } = command;
    const { once } = this.#dependencies;
    try {
      const outcome = await (key === null
        ? updateUser(command, this.#writing())
        : updateUserOnce(key, command, this.#writing(), once));
      if (outcome.kind === 'success' && outcome.applied) this.#byId().clear(id).prime(id, outcome.user);
      return outcome;
    } catch (error) {
      this.#users?.clear(id);
      throw error;
    }
  }

  async idpTokens(id: string): Promise<ReadonlyMap<string, IdentityTokens>> {
    if (!canExist(id)) return noTokens;
    this.#tokens ??= createLoader((ids) =>
      readEach(ids, (each) =>
        this.#limited(async () =>
          toIdpTokens(each, await this.#reads.getIdpTokens(each, this.#readingOf(ids))),
        ),
      ),
    );
    return this.#tokens.load(id);
  }

  #byId(): DataLoader<string, User | null> {
    return (this.#users ??= createLoader(
      createReadById(
        this.#reads,
        this.#dependencies.recentWrites,
        (read) => this.#limited(read),
        (ids) => this.#readingOf(ids),
      ),
    ));
  }

  #limited<Value>(read: () => Promise<Value>): Promise<Value> {
    return (this.#limit ??= pLimit(concurrency))(read);
  }

  #readingOf(ids: readonly string[]): CallOptions {
    return this.#reading(isHandful(ids) ? 'interactive' : 'bulk');
  }

  #reading(lane: Lane): CallOptions {
    return this.#callOptions(this.#dependencies.readsEnd, lane);
  }

  #writing(): WriteDependencies {
    const { client, deadline, recentWrites, sharedReads, onReconciliation = () => {} } = this.#dependencies;
    return {
      // Neither capped nor shared: what a write takes to be told truthfully is never too much, and never old.
      client: {
        getUser: (id, options) => client.getUser(id, options),
        updateUser: (id, patch, options) =>
          noted(recentWrites, id, () => sharedReads.writing(id, () => client.updateUser(id, patch, options))),
      },
      options: this.#callOptions(deadline, 'interactive'),
      onReconciliation,
    };
  }

  #callOptions(signal: AbortSignal, lane: Lane): CallOptions {
    const { caller = '', endsAt, correlationId } = this.#dependencies;
    return { signal, endsAt, place: { caller, lane }, correlationId };
  }
}

const noUser: Promise<null> = Promise.resolve(null);
const noTokens: ReadonlyMap<string, IdentityTokens> = new Map();
