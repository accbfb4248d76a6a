import type { IdentityTokens, User } from './model.ts';
import type { UpdateUserInput } from './update-user-input.ts';

/** What a resolver may ask of the world. */
export type Context = {
  readonly authentication: Authentication;
  /** `User` fields any authenticated caller may read of any user. */
  readonly publicUserFields: ReadonlySet<string>;
  readonly users: Users;
};

export type Authentication =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'caller'; readonly caller: Caller }
  /** A token came, and the keys to judge it by cannot be had. */
  | { readonly kind: 'unavailable' };

export type Caller = {
  /** The token's `sub`: for a person, the id of their user. */
  readonly subject: string;
  /** A machine token speaks for an application: it has no user of its own. */
  readonly kind: 'user' | 'machine';
  readonly grants: ReadonlySet<string>;
  /** `azp` or `client_id`: the application the token was issued to. */
  readonly clientId: string | null;
};

/** The users of the tenant, as the graph knows them. Lives as long as one operation and batches its reads. */
export interface Users {
  /** `null`: no such user. */
  find(id: string): Promise<User | null>;
  findByEmail(email: string): Promise<readonly User[]>;
  search(request: UserSearch): Promise<UserSearchResult>;
  update(command: UpdateUserCommand): Promise<UpdateUserOutcome>;
  /** The provider tokens of one user's identities, by `Identity.id`. */
  idpTokens(id: string): Promise<ReadonlyMap<string, IdentityTokens>>;
}

export type UserSearch = {
  /** Auth0 search syntax, v3; `null` = everybody. */
  readonly query: string | null;
  readonly sort: { readonly field: UserSortField; readonly direction: 'ASC' | 'DESC' } | null;
  /** Position of the first user wanted, from 0. */
  readonly offset: number;
  /** How many, at most. `offset + limit` stays within `searchWindow`. */
  readonly limit: number;
};

export type UserSortField =
  | 'CREATED_AT'
  | 'UPDATED_AT'
  | 'LAST_LOGIN'
  | 'LOGINS_COUNT'
  | 'EMAIL'
  | 'NAME'
  | 'FAMILY_NAME';

export type UserSearchResult = { readonly users: readonly User[]; readonly total: number };

export type UpdateUserCommand = {
  readonly id: string;
  readonly input: UpdateUserInput;
  readonly ifUnmodifiedSince: Date | null;
  readonly dryRun: boolean;
  /** Whether `changedFields` will be asked for: telling them costs a read before the write. */
  readonly tellChanges: boolean;
  /** `null`: each time it is asked for is an update of its own. */
  readonly idempotencyKey: string | null;
};

export type UpdateUserOutcome =
  | {
      readonly kind: 'success';
      readonly user: User;
      /** `null` where nobody asked for it. */
      readonly changedFields: readonly string[] | null;
      readonly applied: boolean;
      /** By an earlier request under the same key; by reading the user, for want of an answer. Absent: Auth0 said so. */
      readonly knownBy?: 'key' | 'reading';
    }
  | { readonly kind: 'not-found'; readonly id: string }
  | { readonly kind: 'conflict'; readonly current: User }
  | {
      readonly kind: 'rejected';
      readonly message: string;
      readonly reason: string | null;
      readonly fields: readonly (keyof UpdateUserInput)[];
    };
