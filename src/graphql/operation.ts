/** What is done about every operation beside resolving its fields, whichever way it came. */
import type { ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { Admission, type AdmissionOptions, overloaded } from './admission.ts';
import { withinAnswerLimit } from './answer-limit.ts';
import { type Audit, auditMutations, auditUncalled } from './audit.ts';
import { variableErrors } from './coercion-errors.ts';
import { type Report, withErrorFacts } from './error-facts.ts';
import { createExecutor } from './executor.ts';
import type { ServerContext } from './server-context.ts';

export type OperationOptions = AdmissionOptions & {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly audit: Audit;
  readonly report: Report;
};

export type Operations = {
  /** Executes an operation of a valid document, unless there are too many. */
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
  /** What the client is told: results of `execute`, and errors that kept an operation from it. */
  conclude(result: ExecutionResult, context: ServerContext): ExecutionResult;
  /** Nothing more comes of this one. */
  end(context: ServerContext): void;
};

/** Changes the schema it is given: its mutations tell of themselves. */
export function createOperations(options: OperationOptions): Operations {
  const { schema, introspection, audit, report } = options;
  const admission = new Admission(options);
  auditMutations(schema, audit);
  const executed = createExecutor(schema);
  return {
    async execute(args) {
      if (!admission.admit(args.contextValue as ServerContext)) return { errors: [overloaded()] };
      const result = await executed(args);
      if (!result.errors || result.data !== undefined) return result;
      // It was not executed: perhaps for its variables, which GraphQL itself would quote.
      const isOfField = result.errors.some((error) => error.path !== undefined);
      const errors = isOfField ? [] : variableErrors(args, { hideSuggestions: !introspection });
      return errors.length > 0 ? { errors } : result;
    },
    conclude(result, context) {
      const told = withErrorFacts(withinAnswerLimit(result), context, report);
      auditUncalled(told, context, audit);
      return told;
    },
    end: (context) => admission.release(context),
  };
}
