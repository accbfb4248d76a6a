const windowSeconds = 10;
/** Of the requests in the window. */
const share = 0.1;
/** In the window, however few requests there were: one a second. */
const floor = windowSeconds;

type Second = { readonly number: number; requests: number; repetitions: number };

/** How often one tenant's requests may be repeated, so that a tenant in trouble is not sent several times the load. */
export class RetryBudget {
  readonly #now: () => number;
  #seconds: Second[] = [];

  /** @param now monotonic, in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A request is made for the first time. */
  countRequest(): void {
    this.#current().requests++;
  }

  /** Whether one may be repeated at this moment; if so, it counts. */
  take(): boolean {
    const current = this.#current();
    const requests = sum(this.#seconds.map((second) => second.requests));
    const repetitions = sum(this.#seconds.map((second) => second.repetitions));
    if (repetitions + 1 > floor + share * requests) return false;
    current.repetitions++;
    return true;
  }

  #current(): Second {
    const number = Math.floor(this.#now() / 1_000);
    this.#seconds = this.#seconds.filter((second) => second.number > number - windowSeconds);
    const last = this.#seconds.at(-1);
    if (last?.number === number) return last;
    const current = { number, requests: 0, repetitions: 0 };
    this.#seconds.push(current);
    return current;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
