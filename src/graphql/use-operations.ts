import { getOperationAST } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { ofEveryAnswer } from './answer.ts';
import type { Operations } from './operation.ts';
import type { ServerContext } from './server-context.ts';

/** Has Yoga execute operations as everybody does. */
export function useOperations(operations: Operations): Plugin<ServerContext, ServerContext> {
  return {
    onParse() {
      return ({ result, context }) => {
        if (!(result instanceof Error))
          context.facts.operation = getOperationAST(result, context.params.operationName) ?? null;
      };
    },
    onExecute({ setExecuteFn }) {
      setExecuteFn(operations.execute);
    },
    onResultProcess({ result, setResult, serverContext }) {
      if (isAsyncIterable(result) || Array.isArray(result)) return;
      setResult(operations.conclude(result, serverContext));
    },
    onResponse({ response, serverContext }) {
      operations.end(serverContext);
      const { vary, ...others } = ofEveryAnswer;
      for (const [name, value] of Object.entries(others)) response.headers.set(name, value);
      response.headers.append('vary', vary);
    },
  };
}
