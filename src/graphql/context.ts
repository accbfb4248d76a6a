import type {
  Caller,
  Context,
  UpdateUserCommand,
  UpdateUserOutcome,
  UserSearch,
  Users,
} from '../../schema/context.ts';
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
  return { authentication, publicUserFields, users: new UsersOfOperation(createUsers, server) };
}

/** Whoever asks for no user, or may not, takes nothing of what it takes to find one. */
class UsersOfOperation implements Users {
  readonly #create: ContextDependencies['createUsers'];
  readonly #server: ServerContext;
  #made: Users | undefined;

  constructor(create: ContextDependencies['createUsers'], server: ServerContext) {
    this.#create = create;
    this.#server = server;
  }

  find(id: string): ReturnType<Users['find']> {
    return this.#users().find(id);
  }

  findByEmail(email: string): ReturnType<Users['findByEmail']> {
    return this.#users().findByEmail(email);
  }

  search(request: UserSearch): ReturnType<Users['search']> {
    return this.#users().search(request);
  }

  idpTokens(id: string): ReturnType<Users['idpTokens']> {
    return this.#users().idpTokens(id);
  }

  async update(command: UpdateUserCommand): Promise<UpdateUserOutcome> {
    const { facts } = this.#server;
    // Until there is an outcome. A failure that knows better says so itself.
    facts.applied = 'UNKNOWN';
    const outcome = await this.#users().update(command);
    facts.applied = isApplied(outcome) ? 'YES' : 'NO';
    return outcome;
  }

  #users(): Users {
    const { deadline, endsAt, readsEnd, requestId, facts } = this.#server;
    return (this.#made ??= this.#create({
      deadline,
      endsAt,
      readsEnd,
      correlationId: requestId,
      caller: facts.authentication?.kind === 'caller' ? facts.authentication.caller : null,
    }));
  }
}

function isApplied(outcome: UpdateUserOutcome): boolean {
  return outcome.kind === 'success' && outcome.applied;
}
