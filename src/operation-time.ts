/**
 * How long an operation may take, and how long its reads go on: no longer than anybody waits for them. One timer that
 * ends with the operation, in place of signals that keep one each.
 */
export class OperationTime {
  /** When the operation has to be over, in the time of `performance.now()`. */
  readonly endsAt: number;
  readonly #deadline = new AbortController();
  readonly #reads = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.endsAt = performance.now() + ms;
    this.#timer = setTimeout(() => {
      const reason = new DOMException('The time of the operation is over', 'TimeoutError');
      this.#deadline.abort(reason);
      this.#reads.abort(reason);
    }, ms).unref();
  }

  get deadline(): AbortSignal {
    return this.#deadline.signal;
  }

  /** The deadline, too. */
  get readsEnd(): AbortSignal {
    return this.#reads.signal;
  }

  /** Nobody waits for the answer any more. A write is seen through all the same. */
  leave(): void {
    this.#reads.abort(unwanted);
  }

  /**
   * There is an answer, or will be none.
   *
   * @param isComplete whether everything was awaited that was begun. Else a read that still goes on is no part of the answer.
   */
  end({ isComplete }: { readonly isComplete: boolean }): void {
    clearTimeout(this.#timer);
    // To abort takes longer than all else here, whether somebody listens or not.
    if (!isComplete) this.leave();
  }
}

const unwanted = new DOMException('Nobody waits for this any more', 'AbortError');
