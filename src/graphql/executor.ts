import { normalizedExecutor } from '@graphql-tools/executor';
import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { executePlan } from './planned-execution.ts';
import { type OperationPlan, planOperation } from './selection-plan.ts';

/** Executes operations of valid documents: by a plan where one can be made, which is kept as long as the document. */
export function createExecutor(schema: GraphQLSchema) {
  const plans = new WeakMap<DocumentNode, Map<string, OperationPlan | null>>();
  const planFor = (document: DocumentNode, name: string): OperationPlan | null => {
    let ofDocument = plans.get(document);
    if (!ofDocument) plans.set(document, (ofDocument = new Map()));
    let plan = ofDocument.get(name);
    if (plan === undefined) {
      plan = planOperation(schema, document, name || null);
      // What is asked for and not there is no operation to keep a plan of.
      if (plan) ofDocument.set(name, plan);
    }
    return plan;
  };

  const executeUnplanned = async (args: ExecutionArgs): Promise<ExecutionResult> => {
    const result = await normalizedExecutor(args);
    if (isAsyncIterable(result)) throw new TypeError('expected a result that comes in one piece');
    return result;
  };
  return (args: ExecutionArgs): Promise<ExecutionResult> | ExecutionResult => {
    const plan = planFor(args.document, args.operationName ?? '');
    return (plan && executePlan(args, plan)) ?? executeUnplanned(args);
  };
}
