/**
 * One event a mutation, whatever became of it: who did what to whom, in names and never in values. It is told where
 * GraphQL itself calls the fields of `Mutation`, outside of policy, rules and resolvers, so none of them comes without.
 */
import {
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  OperationTypeNode,
} from 'graphql';
import { ClientError } from '../../schema/errors.ts';
import { longestUserId } from '../../schema/limits.ts';
import type { Applied, ServerContext } from './server-context.ts';

export type MutationEvent = {
  readonly requestId: string;
  /** `null`: nobody who has shown who they are. */
  readonly caller: { readonly subject: string; readonly clientId: string | null } | null;
  /** `null`: it did not come to that, for the operation could not be executed. */
  readonly mutation: string | null;
  /** The id of the user that was to be changed. */
  readonly user: string | null;
  /** Names of the input fields that were given. */
  readonly fields: readonly string[];
  readonly dryRun: boolean;
  readonly outcome: MutationOutcome;
  /** The code of the error, where there is one. */
  readonly code: string | null;
  readonly applied: Applied;
  /** `key`: told again, to who had an answer before. `reading`: found out from the user, for want of an answer. */
  readonly knownBy: 'key' | 'reading' | null;
};

export type MutationOutcome =
  | 'SUCCESS'
  | 'INVALID'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'REJECTED'
  | 'FAILED'
  | 'UNKNOWN';

export type Audit = {
  record(event: MutationEvent): void;
  /** Whether an event would be written. */
  canRecord(): boolean;
};

/** Changes the schema it is given: each of its mutations tells of itself from here on. */
export function auditMutations(schema: GraphQLSchema, audit: Audit): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {}))
    if (field.resolve) field.resolve = audited(field.resolve, audit);
}

/** Tells of a mutation that did not come to be called: for want of room, or as the document or its variables are not right. */
export function auditUncalled(result: ExecutionResult, context: ServerContext, audit: Audit): void {
  const { facts, requestId } = context;
  if (facts.operation?.operation !== OperationTypeNode.MUTATION || facts.audited) return;
  if (!result.errors?.length) return;
  const code = facts.errorCodes?.[0] ?? null;
  const outcome = code === 'INTERNAL' || code === 'OVERLOADED' ? 'FAILED' : 'INVALID';
  audit.record({ ...nothing, requestId, caller: callerOf(context), outcome, code });
}

const nothing = {
  mutation: null,
  user: null,
  fields: [],
  dryRun: false,
  applied: 'NO',
  knownBy: null,
} as const;

function audited(
  resolve: GraphQLFieldResolver<unknown, ServerContext>,
  audit: Audit,
): GraphQLFieldResolver<unknown, ServerContext> {
  return async (parent, args, context, info) => {
    // What cannot be told of is not done.
    if (!audit.canRecord())
      throw new ClientError('OVERLOADED', 'What is done cannot be recorded at the moment, so nothing was.', {
        applied: 'NO',
      });
    context.facts.audited = true;
    const base = {
      requestId: context.requestId,
      caller: callerOf(context),
      mutation: info.fieldName,
      ...subjectOf(args),
    };
    try {
      const result: unknown = await resolve(parent, args, context, info);
      const outcome = outcomes[(await typeNameOf(result, context, info)) ?? ''] ?? 'SUCCESS';
      const knownBy = knownByOf(result);
      audit.record({ ...base, outcome, code: null, applied: context.facts.applied ?? 'NO', knownBy });
      return result;
    } catch (error) {
      audit.record({ ...base, ...failureOf(error, context), knownBy: null });
      throw error;
    }
  };
}

const outcomes: Readonly<Record<string, MutationOutcome>> = {
  InvalidUserInput: 'INVALID',
  UserNotFound: 'NOT_FOUND',
  UserConflict: 'CONFLICT',
  UpdateRejected: 'REJECTED',
};

/** The member of the result union. */
async function typeNameOf(
  result: unknown,
  context: ServerContext,
  info: GraphQLResolveInfo,
): Promise<string | undefined> {
  const type = getNullableType(info.returnType);
  return isAbstractType(type) ? type.resolveType?.(result, context, info, type) : undefined;
}

function failureOf(
  error: unknown,
  { facts }: ServerContext,
): Pick<MutationEvent, 'outcome' | 'code' | 'applied'> {
  const code = error instanceof ClientError ? error.code : 'INTERNAL';
  const told =
    error instanceof ClientError ? (error.extensions['applied'] as Applied | undefined) : undefined;
  return { outcome: outcomeOf(code), code, applied: told ?? facts.applied ?? 'NO' };
}

function outcomeOf(code: string): MutationOutcome {
  switch (code) {
    case 'FORBIDDEN':
    case 'UNAUTHENTICATED':
      return 'FORBIDDEN';
    case 'BAD_USER_INPUT':
      return 'INVALID';
    case 'WRITE_OUTCOME_UNKNOWN':
      return 'UNKNOWN';
    default:
      return 'FAILED';
  }
}

function callerOf({ facts: { authentication } }: ServerContext): MutationEvent['caller'] {
  if (authentication?.kind !== 'caller') return null;
  const { subject, clientId } = authentication.caller;
  return { subject, clientId };
}

function subjectOf(
  args: Readonly<Record<string, unknown>>,
): Pick<MutationEvent, 'user' | 'fields' | 'dryRun'> {
  const { id, input, dryRun } = args;
  return {
    // What is longer is no id, and need not stand in a log.
    user: typeof id === 'string' ? id.slice(0, longestUserId) : null,
    fields: typeof input === 'object' && input !== null ? Object.keys(input) : [],
    dryRun: dryRun === true,
  };
}

function knownByOf(result: unknown): MutationEvent['knownBy'] {
  const isOutcome = typeof result === 'object' && result !== null && 'knownBy' in result;
  return isOutcome ? ((result.knownBy as MutationEvent['knownBy'] | undefined) ?? null) : null;
}
