import type { OperationDefinitionNode } from 'graphql';
import type { Authentication } from '../../schema/context.ts';

/** Whether the update of a mutation was made. */
export type Applied = 'NO' | 'YES' | 'UNKNOWN';

/** What one HTTP request carries through the GraphQL server. */
export type ServerContext = {
  readonly requestId: string;
  /** When the operation has to be over. */
  readonly deadline: AbortSignal;
  /** When that is, in the time of `performance.now()`. */
  readonly endsAt: number;
  /** When reads have to be over: also when nobody waits for the answer any more. */
  readonly readsEnd: AbortSignal;
  /** As far as it may be read. */
  readonly readBody: () => Promise<{ readonly text: string } | { readonly problem: 'too-large' | 'broken' }>;
  readonly facts: OperationFacts;
};

/** What becomes known of a request on its way. */
export type OperationFacts = {
  /** Known before anything is executed. */
  authentication?: Authentication;
  /** Why the token is not accepted, where it is not; nothing of it. */
  refusal?: string;
  /** While it is among the operations that are executed at once. */
  isAdmitted?: boolean;
  /** Known once the document is parsed. */
  operation?: OperationDefinitionNode | null;
  /** Known once an update has been tried. Once errors are answered, what they say of it. */
  applied?: Applied;
  /** Once its mutation tells of itself. */
  audited?: true;
  /** Known when the answer is made, where it holds errors. */
  errorCodes?: readonly string[];
};
