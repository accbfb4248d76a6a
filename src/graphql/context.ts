import type { Context, UpdateUserOutcome, Users } from '../../schema/context.ts';
import type { ServerContext } from './server-context.ts';

export type ContextDependencies = {
  readonly publicUserFields: ReadonlySet<string>;
  /** The users as one operation sees them. */
  readonly createUsers: (operation: {
    readonly deadline: AbortSignal;
    readonly endsAt: number;
    readonly clientGone: AbortSignal;
    readonly correlationId: string;
  }) => Users;
};

/** What the resolvers of one operation may ask of the world. */
export function createContext(
  { publicUserFields, createUsers }: ContextDependencies,
  server: ServerContext,
): Context {
  const users = createUsers({
    deadline: server.deadline,
    endsAt: server.endsAt,
    clientGone: server.clientGone,
    correlationId: server.requestId,
  });
  return {
    authentication: server.facts.authentication ?? { kind: 'anonymous' },
    publicUserFields,
    users: {
      ...users,
      update: async (command) => {
        // Until there is an outcome. A failure that knows better says so itself.
        server.facts.applied = 'UNKNOWN';
        const outcome = await users.update(command);
        server.facts.applied = isApplied(outcome) ? 'YES' : 'NO';
        return outcome;
      },
    },
  };
}

function isApplied(outcome: UpdateUserOutcome): boolean {
  return outcome.kind === 'success' && outcome.applied;
}
