import type { User } from '../../schema/model.ts';
import type { CallOptions } from '../auth0/client.ts';
import { isUnreadableQuery } from './fault-to-client-error.ts';
import { type IdSearch, isSearchable, toIdSearches } from './id-searches.ts';
import { type Outcome, outcomeOf, type ReadAll, readEach, toError } from './loader.ts';
import { toUser } from './normalize.ts';
import type { RecentWrites } from './recent-writes.ts';
import type { Reads } from './shared-reads.ts';

/** So many are read one by one: as fast, and without the lag of a search. */
const handful = 5;

export function isHandful(ids: readonly string[]): boolean {
  return ids.length <= handful;
}

/**
 * Reads users by their ids with as few calls as the freshness of what is read allows. Many are searched for, and read
 * one by one where the search does not find them or may trail a write of ours, one made during the search included.
 */
export function createReadById(
  reads: Reads,
  recentWrites: RecentWrites,
  limit: <Value>(read: () => Promise<Value>) => Promise<Value>,
  optionsFor: (ids: readonly string[]) => CallOptions,
): ReadAll<User | null> {
  const readOne = (id: string, options: CallOptions): Promise<User | null> =>
    reads.getUser(id, options).then((wire) => wire && toUser(wire));

  /** Those of the search that it finds, and that it does not trail. */
  const search = async (
    { ids, query }: IdSearch,
    options: CallOptions,
  ): Promise<ReadonlyMap<string, User>> => {
    try {
      const { users } = await limit(() =>
        reads.listUsers({ q: query, page: 0, perPage: ids.length }, options),
      );
      const written = await recentWrites.among(ids);
      return new Map(
        users.filter(({ user_id: id }) => !written.has(id)).map((wire) => [wire.user_id, toUser(wire)]),
      );
    } catch (error) {
      // What is wrong with a search alone is mended by doing without. Whatever else befell it would befall as many
      // single reads, which a tenant in trouble does not need.
      if (isUnreadableQuery(error)) return new Map();
      throw error;
    }
  };

  // While the tenant is asked, all that a search is to find wait with one promise: as many would outlive two collections
  // of the garbage, and with them the users that they come to (src/README.md).
  const readMany = async (ids: readonly string[], options: CallOptions) => {
    const readAlone = (id: string) => outcomeOf(limit(() => readOne(id, options)));
    const written = await recentWrites.among(ids);
    const searchable = ids.filter((id) => !written.has(id) && isSearchable(id));
    const searches = isHandful(searchable) ? [] : toIdSearches(searchable);
    const searched = new Set(searches.flatMap((one) => one.ids));
    const outcomes = new Map<string, Outcome<User | null> | Promise<Outcome<User | null>>>();
    const searching = searches.map(async (one) => {
      try {
        const found = await search(one, options);
        for (const id of one.ids) outcomes.set(id, found.get(id) ?? readAlone(id));
      } catch (error) {
        for (const id of one.ids) outcomes.set(id, toError(error));
      }
    });
    // Searches go first: each answers many.
    for (const id of ids) if (!searched.has(id)) outcomes.set(id, readAlone(id));
    await Promise.all(searching);
    for (const [id, one] of outcomes) if (one instanceof Promise) outcomes.set(id, await one);
    return ids.map((id) => outcomes.get(id) as Outcome<User | null>);
  };

  return (ids) => {
    const options = optionsFor(ids);
    return isHandful(ids) ? readEach(ids, (id) => readOne(id, options)) : readMany(ids, options);
  };
}
