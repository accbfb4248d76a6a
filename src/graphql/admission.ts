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
export class Admission {
  readonly #options: AdmissionOptions;
  #admitted = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Whether this operation may be executed; until it is released, it counts. */
  admit({ facts }: ServerContext): boolean {
    const { maxOperations, isOverloaded } = this.#options;
    if (this.#admitted >= maxOperations || isOverloaded()) return false;
    this.#admitted++;
    facts.isAdmitted = true;
    return true;
  }

  /** Of an operation that was never admitted, too. */
  release({ facts }: ServerContext): void {
    if (facts.isAdmitted) this.#admitted--;
    facts.isAdmitted = false;
  }
}

export function overloaded(): ClientError {
  return new ClientError('OVERLOADED', 'The gateway has as much to do as it can. Nothing was executed.', {
    retryAfterMs: 1_000,
    http: { status: 200 },
  });
}
