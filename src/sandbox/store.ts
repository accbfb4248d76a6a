/** The tenant's users: one place that says who exists. */
import { type Connection, connectionsOf } from './connections.ts';
import { type IdentityRecord, type Person, textOf, type UserRecord } from './user-record.ts';

export type Account = {
  readonly user: UserRecord;
  readonly password: string | undefined;
  readonly permissions: readonly string[];
};

/** Told of every write: the user as it is from now on, or undefined when it is gone. */
export type WriteListener = (userId: string, user: UserRecord | undefined) => void;

export class Store {
  readonly connections: ReadonlyMap<string, Connection>;
  readonly #accounts = new Map<string, Account>();
  readonly #onWrite: WriteListener;

  constructor(people: readonly Person[], onWrite: WriteListener) {
    this.#onWrite = onWrite;
    this.connections = connectionsOf(people.flatMap(({ identities }) => identities));
    for (const { password = 'sandbox', permissions = [], ...user } of people) {
      this.put({ user, password, permissions });
    }
  }

  get(userId: string): Account | undefined {
    return this.#accounts.get(userId);
  }

  all(): Iterable<Account> {
    return this.#accounts.values();
  }

  put(account: Account): void {
    this.#accounts.set(account.user.user_id, account);
    this.#onWrite(account.user.user_id, account.user);
  }

  delete(userId: string): void {
    if (this.#accounts.delete(userId)) this.#onWrite(userId, undefined);
  }

  /** Users whose own e-mail is this one, letter for letter. */
  withEmail(email: string): readonly Account[] {
    return this.#accounts
      .values()
      .filter(({ user }) => user['email'] === email)
      .toArray();
  }

  /** Whether somebody else in the connection has this value: nobody shares an e-mail, a phone number or a username there. */
  isTaken(
    attribute: 'email' | 'phone_number' | 'username',
    value: string,
    connection: string,
    exceptUserId?: string,
  ): boolean {
    return this.#accounts
      .values()
      .some(
        ({ user }) =>
          user.user_id !== exceptUserId &&
          user.identities.some(
            (identity, position) =>
              identity.connection === connection &&
              textOf(attributesOf(user, identity, position)[attribute])?.toLowerCase() ===
                value.toLowerCase(),
          ),
      );
  }

  connectionOf(identity: IdentityRecord): Connection | undefined {
    return this.connections.get(identity.connection);
  }
}

/** The time, but always later than the previous one: no two changes of a user carry the same. */
export function instantAfter(previous: unknown): string {
  const earliest = Date.parse(textOf(previous) ?? '') + 1;
  return new Date(Math.max(Date.now(), Number.isNaN(earliest) ? 0 : earliest)).toISOString();
}

/** A primary account's attributes are the user's own; a linked one's are kept with it. */
function attributesOf(user: UserRecord, identity: IdentityRecord, position: number) {
  return position === 0 ? user : (identity.profileData ?? {});
}
