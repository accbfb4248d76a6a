import type { Plugin } from 'graphql-yoga';
import { ClientError } from '../../schema/errors.ts';
import type { ServerContext } from './server-context.ts';

export type AdmissionOptions = {
  /** Operations executed at once. */
  readonly maxOperations: number;
  /** Whether the process can take on nothing more, however few they are. */
  readonly isOverloaded: () => boolean;
};

/**
 * So many operations at once, and no more: what is beyond would wait until its deadline, together with those before it.
 *
 * Refused with HTTP 200, as all that is well-formed is answered: routers and client links send again what they get a
 * 5xx for, and at once.
 */
export function useAdmission({
  maxOperations,
  isOverloaded,
}: AdmissionOptions): Plugin<ServerContext, ServerContext> {
  const admitted = new Set<object>();
  return {
    onExecute({ args, setResultAndStopExecution }) {
      if (admitted.size >= maxOperations || isOverloaded())
        setResultAndStopExecution({ errors: [overloaded()] });
      else admitted.add(args.contextValue.facts);
    },
    onResponse({ serverContext }) {
      admitted.delete(serverContext.facts);
    },
  };
}

function overloaded(): ClientError {
  return new ClientError('OVERLOADED', 'The gateway has as much to do as it can. Nothing was executed.', {
    retryAfterMs: 1_000,
    http: { status: 200 },
  });
}
