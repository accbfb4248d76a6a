/**
 * Where the records of keys are kept. A record is begun (nothing has happened), started (what must not happen twice
 * may have), or done. Whoever begins one holds it for the length of the lease; only the holder may change it.
 */
export interface IdempotencyStore {
  begin(claim: Claim): Promise<Begun>;
  /** From begun to started. `false`: somebody else holds the record, and nothing may be started. */
  start(claim: Claim, notes: string): Promise<boolean>;
  complete(claim: Claim, result: string): Promise<void>;
  /** Leaves a started record to whoever comes next. */
  release(claim: Claim): Promise<void>;
  /** As though the key had never been used. */
  forget(claim: Claim): Promise<void>;
}

export type Claim = {
  readonly name: string;
  /** Whose it is: all of a caller's claims have the same. */
  readonly owner: string;
  /** Of the request: equal where it is the same. */
  readonly fingerprint: string;
  /** Of this holder alone. */
  readonly token: string;
};

export type Begun =
  /** The claim holds a new record. */
  | { readonly kind: 'begun' }
  /** The claim holds a record that somebody has started and not completed. */
  | { readonly kind: 'resumed'; readonly notes: string }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly result: string }
  /** The key was used for another request. */
  | { readonly kind: 'other'; readonly fingerprint: string };

export type Lifetimes = {
  /** How long a holder has from its last step on. Longer than any work takes. */
  readonly leaseMs: number;
  /** How long a started or done record is kept. */
  readonly keepMs: number;
};

/** The store cannot be asked, or has no room: nothing is known of the key. */
export class StoreUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailable';
  }
}
