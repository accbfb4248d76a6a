import type { CallOptions } from '../auth0/client.ts';
import { Auth0Fault, abortFault } from '../auth0/errors.ts';

type Place = NonNullable<CallOptions['place']>;

type Sharer<Value> = {
  readonly endsAt: number | undefined;
  readonly told: PromiseWithResolvers<Value>;
  readonly stopListening: () => void;
};

/**
 * One read for everybody who wants the same. Each waits by their own deadline: who leaves takes nothing from the others,
 * and the read is given up when nobody is left. It waits for the tenant's budget in the best of their places.
 */
export class SharedCall<Value> {
  readonly #read: (options: CallOptions) => Promise<Value>;
  readonly #onEnd: () => void;
  #sharers: Sharer<Value>[] = [];
  readonly #abandoned = new AbortController();
  readonly #places: Place[] = [];
  #tellPlace: (place: Place) => void = () => {};

  /** @param onEnd nobody can join any more */
  constructor(read: (options: CallOptions) => Promise<Value>, onEnd: () => void) {
    this.#read = read;
    this.#onEnd = onEnd;
  }

  /** Begins it, for the first one. The signal is not aborted yet. */
  join({ signal, endsAt, place, correlationId }: CallOptions): Promise<Value> {
    const told = Promise.withResolvers<Value>();
    const leave = () => {
      this.#sharers = this.#sharers.filter((each) => each !== sharer);
      told.reject(abortFault(signal.reason, 'not-applied'));
      if (this.#sharers.length === 0) this.#abandon(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    const stopListening = () => signal.removeEventListener('abort', leave);
    const sharer: Sharer<Value> = { endsAt, told, stopListening };
    const isFirst = this.#sharers.length === 0;
    this.#sharers.push(sharer);
    if (isFirst) void this.#run(place, correlationId);
    else if (place) this.#addPlace(place);
    return told.promise;
  }

  async #run(place: Place | undefined, correlationId: string | undefined): Promise<void> {
    const { signal } = this.#abandoned;
    const shared = place && {
      caller: place.caller,
      lane: place.lane,
      others: (tell: (place: Place) => void) => this.#tellPlaces(tell),
    };
    while (this.#sharers.length > 0) {
      const endsAt = latest(this.#sharers);
      try {
        const value = await this.#read({ signal, endsAt, place: shared, correlationId });
        this.#onEnd();
        for (const { told } of this.#endOf(() => true)) told.resolve(value);
      } catch (error) {
        // There was no budget in time for those who came first: there may be for those who have longer.
        const goesOn = ({ endsAt: own }: Sharer<Value>) =>
          isRateLimited(error) && endsAt !== undefined && own !== undefined && own > endsAt;
        if (!this.#sharers.some(goesOn)) this.#onEnd();
        for (const { told } of this.#endOf((sharer) => !goesOn(sharer))) told.reject(error);
      }
    }
  }

  /** Those who need not wait any more, and do not from here on. */
  #endOf(isOver: (sharer: Sharer<Value>) => boolean): readonly Sharer<Value>[] {
    const over = this.#sharers.filter(isOver);
    this.#sharers = this.#sharers.filter((sharer) => !isOver(sharer));
    for (const { stopListening } of over) stopListening();
    return over;
  }

  #abandon(reason: unknown): void {
    this.#onEnd();
    this.#abandoned.abort(reason);
  }

  #addPlace(place: Place): void {
    if (this.#places.some(({ caller, lane }) => caller === place.caller && lane === place.lane)) return;
    this.#places.push(place);
    this.#tellPlace(place);
  }

  #tellPlaces(tell: (place: Place) => void): void {
    this.#tellPlace = tell;
    for (const place of this.#places) tell(place);
  }
}

/** `undefined`: nobody says when. */
function latest(sharers: Iterable<{ readonly endsAt: number | undefined }>): number | undefined {
  let latest: number | undefined;
  for (const { endsAt } of sharers)
    if (endsAt !== undefined && (latest === undefined || endsAt > latest)) latest = endsAt;
  return latest;
}

function isRateLimited(error: unknown): boolean {
  return error instanceof Auth0Fault && error.code === 'rate_limited';
}
