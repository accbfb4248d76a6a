import type { Identity, User } from './model.ts';
import type { Readable } from './policy.ts';

/** A user together with what the caller may read of them: decided once, where the user was asked for. */
export type UserView = { readonly user: User; readonly readable: Readable };

/** One of that user's identities. */
export type IdentityView = UserView & { readonly identity: Identity };
