import type { Caller, Context, UpdateUserOutcome, Users } from '../../schema/context.ts';
import type { ServerContext } from './server-context.ts';

export type ContextDependencies = {
  readonly publicUserFields: ReadonlySet<string>;
  /** The users as one operation sees them. */
  readonly createUsers: (operation: {
    readonly deadline: AbortSignal;
    readonly endsAt: number;
    readonly readsEnd: AbortSignal;
    readonly correlationId: string;
    /** `null`: nobody who has shown who they are. */
    readonly caller: Caller | null;
  }) => Users;
};

/** What the resolvers of one operation may ask of the world. */
export function createContext(
  { publicUserFields, createUsers }: ContextDependencies,
  server: ServerContext,
): Context {
  const { authentication = { kind: 'anonymous' } } = server.facts;
  const { facts } = server;
  let made: Users | undefined;
  // Whoever asks for no user, or may not, takes none of this.
  const users = () =>
    (made ??= createUsers({
      deadline: server.deadline,
      endsAt: server.endsAt,
      readsEnd: server.readsEnd,
      correlationId: server.requestId,
      caller: authentication.kind === 'caller' ? authentication.caller : null,
    }));
  return {
    authentication,
    publicUserFields,
    users: {
      find: (id) => users().find(id),
      findByEmail: (email) => users().findByEmail(email),
      search: (request) => users().search(request),
      idpTokens: (id) => users().idpTokens(id),
      async update(command) {
        // Until there is an outcome. A failure that knows better says so itself.
        facts.applied = 'UNKNOWN';
        const outcome = await users().update(command);
        facts.applied = isApplied(outcome) ? 'YES' : 'NO';
        return outcome;
      },
    },
  };
}

function isApplied(outcome: UpdateUserOutcome): boolean {
  return outcome.kind === 'success' && outcome.applied;
}
