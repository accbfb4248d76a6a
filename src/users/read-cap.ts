import { ClientError } from '../../schema/errors.ts';
import type { CallOptions, UserPage } from '../auth0/client.ts';
import type { Reads } from './shared-reads.ts';

/**
 * The reads of a client, for at most so many: what a document did not tell beforehand ends here. A write is not a read,
 * and is never what goes too far.
 */
export class CappedReads implements Reads {
  readonly #reads: Reads;
  readonly #most: number;
  #made = 0;

  constructor(reads: Reads, most: number) {
    this.#reads = reads;
    this.#most = most;
  }

  getUser(id: string, options: CallOptions): ReturnType<Reads['getUser']> {
    return this.#tooMany() ?? this.#reads.getUser(id, options);
  }

  listUsers(page: UserPage, options: CallOptions): ReturnType<Reads['listUsers']> {
    return this.#tooMany() ?? this.#reads.listUsers(page, options);
  }

  usersByEmail(email: string, options: CallOptions): ReturnType<Reads['usersByEmail']> {
    return this.#tooMany() ?? this.#reads.usersByEmail(email, options);
  }

  getIdpTokens(id: string, options: CallOptions): ReturnType<Reads['getIdpTokens']> {
    return this.#tooMany() ?? this.#reads.getIdpTokens(id, options);
  }

  /** Counts the one that is asked for. */
  #tooMany(): Promise<never> | null {
    if (++this.#made <= this.#most) return null;
    const message = `Expected an operation that takes at most ${this.#most} calls to Auth0.`;
    return Promise.reject(new ClientError('OPERATION_TOO_COMPLEX', message));
  }
}
