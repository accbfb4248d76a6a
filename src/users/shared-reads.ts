import type { Auth0Client, CallOptions } from '../auth0/client.ts';
import { abortFault } from '../auth0/errors.ts';
import { SharedCall } from './shared-call.ts';
import { UserCache } from './user-cache.ts';

/** What can be read of a tenant. */
export type Reads = Pick<Auth0Client, 'getUser' | 'listUsers' | 'usersByEmail' | 'getIdpTokens'>;

/** The reads of all operations of a process, where the same is asked for more than once. */
export type SharedReads = {
  /**
   * The client's reads, for what others may have begun: one that is under way answers everybody who asks for the same,
   * and with a cache also who comes later. Never for what a write is judged by.
   */
  readonly reads: Reads;
  /** Makes a write of the user: no read that begins after it began or ended is answered by one that began before. */
  writing<Result>(id: string, write: () => Promise<Result>): Promise<Result>;
  /** The user has been written, here or elsewhere: nobody joins a read that began before this. */
  forget(id: string): void;
  /** Any user may have been. */
  forgetAll(): void;
};

export type SharedReadsOptions = {
  /** How long a user that was read may be served again. Default 0: never. */
  readonly ttlMs?: number;
  /** Told of each read by what answers it: a call of its own, one that was under way, or the cache. */
  readonly onRead?: (answeredBy: AnsweredBy) => void;
  /** Whether every write is heard of: while it is not, nobody is served again. Default: it is. */
  readonly hearsOfWrites?: () => boolean;
  /** Milliseconds that only ever grow. */
  readonly now?: () => number;
};

export type AnsweredBy = 'call' | 'shared' | 'cache';

export function createSharedReads(
  client: Reads,
  {
    ttlMs = 0,
    onRead = () => {},
    hearsOfWrites = () => true,
    now = () => performance.now(),
  }: SharedReadsOptions = {},
): SharedReads {
  const cache = ttlMs > 0 ? new UserCache(ttlMs, now) : null;
  const byId = new Calls<Awaited<ReturnType<Auth0Client['getUser']>>>();
  const byEmail = new Calls<Awaited<ReturnType<Auth0Client['usersByEmail']>>>();
  const pages = new Calls<Awaited<ReturnType<Auth0Client['listUsers']>>>();

  const joined = <Value>(
    calls: Calls<Value>,
    key: string,
    options: CallOptions,
    read: (options: CallOptions, isCurrent: () => boolean) => Promise<Value>,
  ): Promise<Value> => {
    const { signal } = options;
    if (signal.aborted) return Promise.reject(abortFault(signal.reason, 'not-applied'));
    const underWay = calls.get(key);
    onRead(underWay ? 'shared' : 'call');
    if (underWay) return underWay.join(options);
    const isCurrent = () => calls.get(key) === call;
    const call = new SharedCall(
      (shared) => read(shared, isCurrent),
      () => {
        if (isCurrent()) calls.delete(key);
      },
    );
    calls.set(key, call);
    return call.join(options);
  };
  const forget = (id: string) => {
    cache?.delete(id);
    byId.delete(id);
    // Any of them may hold the user.
    byEmail.clear();
    pages.clear();
  };

  return {
    reads: {
      getUser(id, options) {
        if (cache === null) return joined(byId, id, options, (shared) => client.getUser(id, shared));
        const known = hearsOfWrites() ? cache.get(id) : undefined;
        if (known) {
          onRead('cache');
          return Promise.resolve(known);
        }
        return joined(byId, id, options, async (shared, isCurrent) => {
          const readAt = now();
          const user = await client.getUser(id, shared);
          if (user && isCurrent() && hearsOfWrites()) cache.set(user, readAt);
          return user;
        });
      },
      usersByEmail: (email, options) =>
        joined(byEmail, email, options, (shared) => client.usersByEmail(email, shared)),
      listUsers: (page, options) =>
        joined(pages, JSON.stringify([page.q, page.sort, page.page, page.perPage]), options, (shared) =>
          client.listUsers(page, shared),
        ),
      getIdpTokens: (id, options) => client.getIdpTokens(id, options),
    },
    async writing(id, write) {
      forget(id);
      try {
        return await write();
      } finally {
        forget(id);
      }
    },
    forget,
    forgetAll() {
      cache?.clear();
      byId.clear();
      byEmail.clear();
      pages.clear();
    },
  };
}

/**
 * Those under way that may still be joined.
 *
 * Not a `Map`: what short-lived things pass through one outlives them (src/README.md).
 */
class Calls<Value> {
  #byKey: { [key: string]: SharedCall<Value> } = Object.create(null);
  #isEmpty = true;

  get(key: string): SharedCall<Value> | undefined {
    return this.#byKey[key];
  }

  set(key: string, call: SharedCall<Value>): void {
    this.#byKey[key] = call;
    this.#isEmpty = false;
  }

  delete(key: string): void {
    delete this.#byKey[key];
  }

  clear(): void {
    if (this.#isEmpty) return;
    this.#byKey = Object.create(null);
    this.#isEmpty = true;
  }
}
