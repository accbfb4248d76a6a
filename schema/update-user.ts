import type { Builder } from './builder.ts';
import { fieldRules } from './constraint.ts';
import type { UpdateUserOutcome } from './context.ts';
import { assertIdempotencyKey, idempotencyKeyDescription } from './idempotency-key.ts';
import { InvalidUserInput } from './input-issue.ts';
import { defineInvalidUserInput } from './invalid-user-input.ts';
import { assertCaller, assertMayUpdate } from './policy.ts';
import { isSelected } from './selection.ts';
import {
  createUpdateUserInput,
  forbiddenPairs,
  type UpdateUserInput,
  type UpdateUserInputOptions,
} from './update-user-input.ts';
import type { defineUser } from './user.ts';
import { defineUserError } from './user-error.ts';
import type { UserView } from './user-view.ts';

type Success = Extract<UpdateUserOutcome, { kind: 'success' }>;

class UserNotFound extends Error {
  readonly id: string;
  constructor(id: string) {
    super('There is no such user.');
    this.id = id;
  }
}

class UserConflict extends Error {
  readonly current: UserView;
  constructor(current: UserView) {
    super('The user has changed since. Nothing was applied.');
    this.current = current;
  }
}

class UpdateRejected extends Error {
  readonly reason: string | null;
  readonly fields: readonly string[];
  constructor({ message, reason, fields }: Extract<UpdateUserOutcome, { kind: 'rejected' }>) {
    super(message);
    this.reason = reason;
    this.fields = fields;
  }
}

/** The one mutation: a partial update of a user. */
export function defineUpdateUser(
  builder: Builder,
  User: ReturnType<typeof defineUser>,
  options: UpdateUserInputOptions,
): void {
  const rules = createUpdateUserInput(options);
  const described = fieldRules(rules);
  const pairsInWords = forbiddenPairs.map((pair) => pair.join(' and ')).join(', ');

  const Input = builder.inputRef<UpdateUserInput>('UpdateUserInput').implement({
    description: `What to change. An omitted field is left alone, and no field has a default. Never together: ${pairsInWords}.`,
    validate: { schema: rules },
    // The fields are those of the rules, one for one: Pothos cannot see that in a list made at run time.
    fields: (t) =>
      Object.fromEntries(
        Array.from(described, ([name, { type, description, constraint }]) => [
          name,
          t.field({
            type,
            required: false,
            description,
            ...(constraint && { directives: { constraint } }),
          }),
        ]),
      ) as never,
  });

  const Success = builder.objectRef<Success>('UpdateUserSuccess').implement({
    description: 'The update was made, or on a dry run would be sent.',
    fields: (t) => ({
      user: t.field({
        type: User,
        nullable: false,
        description: 'The user after the update; on a dry run, as it would be.',
        // Who may update a user may read what comes of it.
        resolve: ({ user }) => ({ user, readable: 'everything' as const }),
      }),
      changedFields: t.stringList({
        nullable: false,
        description:
          'Names of the User fields whose value differs from before, never updatedAt or identities. Selecting it costs a read before the write.',
        resolve: ({ changedFields }) =>
          changedFields ?? fail('changedFields was selected, and nobody compared.'),
      }),
      applied: t.exposeBoolean('applied', {
        nullable: false,
        description: 'Whether Auth0 was told; false on a dry run.',
      }),
    }),
  });

  const UserError = defineUserError(builder);
  defineInvalidUserInput(builder, UserError);
  builder.objectType(UserNotFound, {
    name: 'UserNotFound',
    description: 'There is no user with this id. Nothing was applied.',
    interfaces: [UserError],
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false, description: 'The id that was asked for.' }),
    }),
  });
  builder.objectType(UserConflict, {
    name: 'UserConflict',
    description: 'The user has changed after `ifUnmodifiedSince`. Nothing was applied.',
    interfaces: [UserError],
    fields: (t) => ({
      current: t.expose('current', { type: User, nullable: false, description: 'The user as it is.' }),
    }),
  });
  builder.objectType(UpdateRejected, {
    name: 'UpdateRejected',
    description:
      'Auth0 understood the update and refused it: the e-mail address is taken, the password is too weak, the attribute is synced from the identity provider. Nothing was applied.',
    interfaces: [UserError],
    fields: (t) => ({
      reason: t.exposeString('reason', {
        nullable: true,
        description: "Auth0's errorCode; null where it gave none.",
      }),
      fields: t.exposeStringList('fields', {
        nullable: false,
        description: 'Names of the UpdateUserInput fields concerned; [] where they cannot be told.',
      }),
    }),
  });

  builder.mutationField('updateUser', (t) =>
    t.field({
      type: Success,
      nullable: true,
      description: 'Changes some attributes of a user.',
      errors: {
        types: [InvalidUserInput, UserNotFound, UserConflict, UpdateRejected],
        union: {
          name: 'UpdateUserResult',
          description:
            'How an update went. Every member but UpdateUserSuccess means that nothing was applied.',
        },
      },
      args: {
        id: t.arg.id({ required: true, description: 'The user_id of the user to change.' }),
        input: t.arg({ type: Input, required: true, description: 'What to change.' }),
        ifUnmodifiedSince: t.arg({
          type: 'DateTime',
          description:
            'Refuse with UserConflict if the user changed later than this: send the `updatedAt` that was read. Compared to the millisecond just before the write; Auth0 offers nothing closer. Null or omitted: no such condition.',
        }),
        dryRun: t.arg.boolean({
          required: true,
          defaultValue: false,
          description: 'Validate, authorize and compare, but change nothing.',
        }),
        idempotencyKey: t.arg.string({ description: idempotencyKeyDescription }),
      },
      access: ({ id, input }, { authentication }) => assertMayUpdate(assertCaller(authentication), id, input),
      resolve: async (_, { id, input, ifUnmodifiedSince, dryRun, idempotencyKey }, { users }, info) => {
        if (typeof idempotencyKey === 'string') assertIdempotencyKey(idempotencyKey);
        return successOf(
          await users.update({
            id,
            // The rules have been applied: they know better than GraphQL where null is left.
            input: input as UpdateUserInput,
            ifUnmodifiedSince: ifUnmodifiedSince ?? null,
            dryRun,
            tellChanges: isSelected(info, 'UpdateUserSuccess', 'changedFields'),
            idempotencyKey: idempotencyKey ?? null,
          }),
        );
      },
    }),
  );
}

/** @throws the member of the result union that tells why there is no success. */
function successOf(outcome: UpdateUserOutcome): Success {
  switch (outcome.kind) {
    case 'success':
      return outcome;
    case 'not-found':
      throw new UserNotFound(outcome.id);
    case 'conflict':
      throw new UserConflict({ user: outcome.current, readable: 'everything' });
    case 'rejected':
      throw new UpdateRejected(outcome);
  }
}

function fail(message: string): never {
  throw new Error(message);
}
