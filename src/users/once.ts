/**
 * What the users ask of whoever keeps idempotency keys: work that is asked for under a key is done once, however
 * often and wherever it is asked for.
 */
export type Once = <Result>(key: string, request: unknown, work: Work<Result>) => Promise<Result>;

export type Work<Result> = {
  /** Does it. `starting` is called right before what must not happen twice: where it throws, nothing may happen. */
  run(starting: Starting): Promise<Result>;
  /** Finds out what came of work that was started and has no result, and does nothing of it again. */
  resume(notes: unknown): Promise<Result>;
  /** Whether the result says that something was done. Else the key may be used again. */
  isDone(result: Result): boolean;
  /** Whether something may have been done although the work, once started, ended with this error. */
  mayBeDone(error: unknown): boolean;
};

/** Sets down that the work is about to happen, and what `resume` has to know then. */
export type Starting = (notes: unknown) => Promise<void>;
