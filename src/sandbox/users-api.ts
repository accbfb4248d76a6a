/** The Management API's users endpoints, from what a request says to what is answered. */
import { type Access, assertReach, assertScope } from './access.ts';
import { created } from './create-user.ts';
import { forbidden, inexistentUser } from './errors.ts';
import { type ListQuery, listUsers } from './list-users.ts';
import { readQuery } from './query-parameters.ts';
import {
  createUserSchema,
  getUserQuerySchema,
  listUsersQuerySchema,
  updateUserSchema,
  userIdSchema,
  usersByEmailQuerySchema,
} from './schemas.ts';
import type { LaggingIndex } from './search/lagging-index.ts';
import type { Account, Store } from './store.ts';
import { assertUpdatable } from './update-rules.ts';
import { updated } from './update-user.ts';
import type { JsonObject } from './user-record.ts';
import { type Selection, viewOf } from './user-view.ts';
import { assertValid, path, payload } from './validation.ts';

export class UsersApi {
  readonly #store: Store;
  readonly #index: LaggingIndex;

  constructor(store: Store, index: LaggingIndex) {
    this.#store = store;
    this.#index = index;
  }

  /** GET /api/v2/users */
  list(access: Access, url: URL): unknown {
    assertScope(access, ['read:users', 'read:user_idp_tokens']);
    const query = readQuery(url, listUsersQuerySchema) as ListQuery;
    const { start, limit, total, users: found } = listUsers(this.#index.users(), query);
    const users = found.map((user) => viewOf(user, access, query));
    return query.include_totals ? { start, limit, length: users.length, total, users } : users;
  }

  /** GET /api/v2/users-by-email */
  byEmail(access: Access, url: URL): unknown {
    assertScope(access, ['read:users']);
    const query = readQuery(url, usersByEmailQuerySchema) as Selection & { readonly email: string };
    return this.#store.withEmail(query.email).map(({ user }) => viewOf(user, access, query));
  }

  /** GET /api/v2/users/{id} */
  get(access: Access, userId: string, url: URL): unknown {
    assertScope(access, ['read:users', 'read:current_user', 'read:user_idp_tokens']);
    assertReach(access, userId, ['read:users', 'read:user_idp_tokens']);
    assertValid(path, { id: userId }, userIdSchema('retrieve'));
    const selection: Selection = readQuery(url, getUserQuerySchema);
    return viewOf(this.#existing(userId).user, access, selection);
  }

  /** POST /api/v2/users */
  create(access: Access, readBody: () => unknown): unknown {
    assertScope(access, ['create:users']);
    const body = readBody();
    assertValid(payload, body, createUserSchema);
    const account = created(body as JsonObject, this.#store);
    this.#store.put(account);
    return viewOf(account.user, access);
  }

  /** PATCH /api/v2/users/{id} */
  update(access: Access, userId: string, readBody: () => unknown): unknown {
    const tenantWide = ['update:users', 'update:users_app_metadata'];
    assertScope(access, [...tenantWide, 'update:current_user_metadata']);
    assertReach(access, userId, tenantWide);
    assertValid(path, { id: userId }, userIdSchema('update'));
    const body = readBody();
    assertValid(payload, body, updateUserSchema);
    const changes = body as JsonObject;
    assertMayUpdate(access, userId, changes);
    const account = this.#existing(userId);
    const target = assertUpdatable(account.user, changes, this.#store);
    const after = updated(account, changes, target);
    this.#store.put(after);
    return viewOf(after.user, access);
  }

  /** DELETE /api/v2/users/{id}; deleting nobody is as good. */
  delete(access: Access, userId: string): void {
    assertScope(access, ['delete:users', 'delete:current_user']);
    assertReach(access, userId, ['delete:users']);
    assertValid(path, { id: userId }, userIdSchema('delete'));
    this.#store.delete(userId);
  }

  #existing(userId: string): Account {
    const account = this.#store.get(userId);
    if (!account) throw inexistentUser();
    return account;
  }
}

/** The narrower grants allow one kind of metadata each. */
function assertMayUpdate({ subject, scopes }: Access, userId: string, changes: JsonObject): void {
  if (scopes.has('update:users')) return;
  const allowed = new Set<string>();
  if (scopes.has('update:users_app_metadata')) allowed.add('app_metadata');
  if (scopes.has('update:current_user_metadata') && subject === userId) allowed.add('user_metadata');
  const refused = Object.keys(changes).filter((field) => !allowed.has(field));
  if (refused.length > 0) {
    throw forbidden(`You cannot update the following fields: ${refused.join(', ')}`);
  }
}
