import type { Builder } from './builder.ts';
import type { Context } from './context.ts';
import type { defineIdentity } from './identity.ts';
import { longestUserId } from './limits.ts';
import {
  assertCaller,
  assertFieldReadable,
  assertMaySearch,
  assertReadable,
  ownUserId,
  type Readable,
} from './policy.ts';
import type { UserView } from './user-view.ts';

/** A user of the tenant, and the ways to one. */
export function defineUser(builder: Builder, Identity: ReturnType<typeof defineIdentity>) {
  const User = builder.objectRef<UserView>('User');

  builder.objectType(User, {
    description: 'A user of the Auth0 tenant. Null in a field: Auth0 holds no value for it.',
    fieldAccess: ({ readable }, field) => assertFieldReadable(readable, field),
    fields: (t) => ({
      id: t.id({
        nullable: false,
        description: 'The user_id, such as auth0|507f1f77bcf86cd799439020. Never changes.',
        resolve: ({ user }) => user.id,
      }),
      email: t.string({ nullable: true, description: 'E-mail address.', resolve: ({ user }) => user.email }),
      emailVerified: t.boolean({
        nullable: true,
        description:
          'Whether the e-mail address is verified; null also where Auth0 holds something that is no truth value.',
        resolve: ({ user }) => user.emailVerified,
      }),
      username: t.string({
        nullable: true,
        description: 'User name, where the connection uses them.',
        resolve: ({ user }) => user.username,
      }),
      phoneNumber: t.string({
        nullable: true,
        description: 'Phone number, "+" and up to 15 digits.',
        resolve: ({ user }) => user.phoneNumber,
      }),
      phoneVerified: t.boolean({
        nullable: true,
        description:
          'Whether the phone number is verified; null also where Auth0 holds something that is no truth value.',
        resolve: ({ user }) => user.phoneVerified,
      }),
      name: t.string({ nullable: true, description: 'Full name.', resolve: ({ user }) => user.name }),
      nickname: t.string({
        nullable: true,
        description: 'Nickname or alias.',
        resolve: ({ user }) => user.nickname,
      }),
      givenName: t.string({
        nullable: true,
        description: 'Given name(s).',
        resolve: ({ user }) => user.givenName,
      }),
      familyName: t.string({
        nullable: true,
        description: 'Family name(s).',
        resolve: ({ user }) => user.familyName,
      }),
      picture: t.string({
        nullable: true,
        description: 'Address of a picture, as it was given: not to be trusted.',
        resolve: ({ user }) => user.picture,
      }),
      blocked: t.boolean({
        nullable: false,
        description:
          'Whether an administrator has barred the user from signing in. False where Auth0 says nothing.',
        resolve: ({ user }) => user.blocked,
      }),
      identities: t.field({
        type: [Identity],
        nullable: false,
        description: 'The accounts the user can sign in with, the primary first.',
        resolve: ({ user, readable }) => user.identities.map((identity) => ({ user, readable, identity })),
      }),
      userMetadata: t.field({
        type: 'JSONObject',
        nullable: false,
        description:
          'What the user may change about themselves; {} when there is none. Integers beyond 2^53 are texts.',
        resolve: ({ user }) => user.userMetadata,
      }),
      appMetadata: t.field({
        type: 'JSONObject',
        nullable: true,
        description:
          'What applications keep about the user; {} when there is none, null with FORBIDDEN when the caller may not read it. Integers beyond 2^53 are texts.',
        resolve: ({ user }) => user.appMetadata,
      }),
      multifactor: t.stringList({
        nullable: false,
        description: 'Multi-factor providers the user has enrolled with, such as guardian; [] when none.',
        resolve: ({ user }) => user.multifactor,
      }),
      lastIp: t.string({
        nullable: true,
        description: 'IP address of the last sign-in; null before the first.',
        resolve: ({ user }) => user.lastIp,
      }),
      lastLogin: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the user last signed in; null before the first time.',
        resolve: ({ user }) => user.lastLogin,
      }),
      loginsCount: t.int({
        nullable: false,
        description: 'How often the user has signed in, counted up to 2,147,483,647.',
        resolve: ({ user }) => user.loginsCount,
      }),
      createdAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the user was created.',
        resolve: ({ user }) => user.createdAt,
      }),
      updatedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the user last changed. What `ifUnmodifiedSince` is compared with.',
        resolve: ({ user }) => user.updatedAt,
      }),
    }),
  });

  builder.queryFields((t) => ({
    me: t.field({
      type: User,
      nullable: true,
      description: "The caller's own user; null for a machine token, which has none.",
      access: (_, { authentication }) => void assertCaller(authentication),
      resolve: (_, __, context) => {
        const id = ownUserId(assertCaller(context.authentication));
        return id === null ? null : readUser(id, context);
      },
    }),
    user: t.field({
      type: User,
      nullable: true,
      description: 'One user by id; null when there is no such user.',
      args: {
        id: t.arg.id({
          required: true,
          description: `A user_id. One that no user can have (no "|", over ${longestUserId} characters, ...) is "no such user".`,
        }),
      },
      access: ({ id }, { authentication, publicUserFields }) =>
        void assertReadable(assertCaller(authentication), id, publicUserFields),
      resolve: (_, { id }, context) => readUser(id, context),
    }),
    usersByEmail: t.field({
      type: [User],
      nullable: true,
      description:
        'All users with this e-mail address, one in each connection that knows it; [] when there are none. Takes the permission read:users.',
      args: {
        email: t.arg.string({
          required: true,
          description:
            'The whole address. Upper and lower case do not matter: it is looked up in lower case.',
        }),
      },
      access: (_, { authentication }) => assertMaySearch(assertCaller(authentication)),
      resolve: async (_, { email }, { users }) =>
        (await users.findByEmail(email)).map((user) => ({ user, readable: 'everything' as const })),
    }),
  }));

  return User;
}

/**
 * A user by id, with what the caller may read of them; `null`: no such user.
 *
 * @throws what `assertCaller` and `assertReadable` throw, before anybody is asked for the user.
 */
function readUser(
  id: string,
  { authentication, publicUserFields, users }: Context,
): Promise<UserView | null> {
  const readable = assertReadable(assertCaller(authentication), id, publicUserFields);
  return users.find(id).then((user) => user && { user, readable });
}

/** As `readUser` for each of them: what kept one from being read stands in its place. */
export async function readUsers(
  ids: readonly string[],
  { authentication, publicUserFields, users }: Context,
): Promise<ReadonlyMap<string, UserView | null | Error>> {
  const caller = assertCaller(authentication);
  const views = new Map<string, UserView | null | Error>();
  const asked = new Map<string, Readable>();
  for (const id of ids)
    try {
      asked.set(id, assertReadable(caller, id, publicUserFields));
    } catch (error) {
      views.set(id, error as Error);
    }
  // What each of them comes to is put together afterwards: whatever waits is kept for as long as the tenant takes.
  const found = await Promise.allSettled(Array.from(asked.keys(), (id) => users.find(id)));
  let index = 0;
  for (const [id, readable] of asked) {
    const one = found[index++];
    if (one?.status === 'fulfilled') views.set(id, one.value && { user: one.value, readable });
    else views.set(id, one?.reason as Error);
  }
  return views;
}
