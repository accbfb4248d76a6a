import type { Context, UpdateUserOutcome, Users } from '../../schema/context.ts';
import type { ServerContext } from './server-context.ts';

export type ContextDependencies = {
  readonly publicUserFields: ReadonlySet<string>;
  /** The users as one operation sees them. */
  readonly createUsers: (operation: {
    readonly deadline: AbortSignal;
    readonly clientGone: AbortSignal;
    readonly correlationId: string;
  }) => Users;
};

/** What the resolvers of one operation may ask of the world. */
export function createContext(
  { publicUserFields, createUsers }: ContextDependencies,
  server: ServerContext & { readonly request: Request },
): Context {
  const users = createUsers({
    deadline: server.deadline,
    clientGone: asNative(server.request.signal),
    correlationId: server.requestId,
  });
  return {
    authentication: server.facts.authentication ?? { kind: 'anonymous' },
    publicUserFields,
    users: {
      find: (id) => users.find(id),
      findByEmail: (email) => users.findByEmail(email),
      search: (request) => users.search(request),
      idpTokens: (id) => users.idpTokens(id),
      update: async (command) => {
        const outcome = await users.update(command);
        server.facts.applied = isApplied(outcome) ? 'YES' : 'NO';
        return outcome;
      },
    },
  };
}

/** The signal of a request is the HTTP adapter's own, which Node does not combine with others. */
function asNative(signal: AbortSignal): AbortSignal {
  if (signal.aborted) return AbortSignal.abort(signal.reason);
  const controller = new AbortController();
  signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller.signal;
}

function isApplied(outcome: UpdateUserOutcome): boolean {
  return outcome.kind === 'success' && outcome.applied;
}
