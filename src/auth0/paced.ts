import type { Ticket } from '../pacing/budget.ts';
import { OverBudget, type Pacer, PacerStopped } from '../pacing/pacer.ts';
import type { Lane, Place } from '../pacing/place.ts';
import { Auth0Fault, abortFault, HeldBack } from './errors.ts';
import type { HttpAnswer } from './exchange.ts';
import { readBucket } from './rate-limit.ts';

export type Turn = {
  readonly place: Place;
  readonly signal: AbortSignal;
  readonly endsAt?: number | undefined;
  readonly onQueued?: OnQueued | undefined;
  /** Told what an answer says that the tenant's bucket still holds. */
  readonly onRemaining?: ((calls: number) => void) | undefined;
};

/** Told of a call that waits for its turn, which few have to; what it returns is told how that ended. */
export type OnQueued = (lane: Lane) => (end: QueueEnd) => void;

/** Its turn came; there would be no budget in time; or nobody waits for it any more. */
export type QueueEnd = 'sent' | 'held_back' | 'left';

/** Sends a call, and says when it is answered, whatever the answer. */
export type Send<Result> = (heed: (answer: HttpAnswer) => void) => Promise<Result>;

/**
 * Sends one call, again and again where it has to be, each time when there is budget for it, and tells the budget what
 * came of it. `heed` is to be told of the answer. A call that ends without one and was certainly not sent costs nothing.
 */
export function createPaced(pacer: Pacer, turn: Turn) {
  let isRefused = false;
  return async <Result>(send: Send<Result>): Promise<Result> => {
    const admitted = admit(pacer, turn, isRefused);
    const ticket = admitted instanceof Promise ? await admitted : admitted;
    let answer: HttpAnswer | null = null;
    let fault: Auth0Fault | null = null;
    try {
      return await send((given) => {
        answer = given;
      });
    } catch (error) {
      if (error instanceof Auth0Fault) fault = error;
      throw error;
    } finally {
      isRefused = tell(pacer, ticket, turn, answer, fault);
    }
  };
}

function admit(pacer: Pacer, turn: Turn, isRepeated: boolean): Ticket | Promise<Ticket> {
  try {
    const admitted = pacer.admit(isRepeated ? { ...turn, isRepeated } : turn);
    return admitted instanceof Promise ? inQueue(admitted, turn) : admitted;
  } catch (error) {
    throw abortFault(error, 'not-applied');
  }
}

async function inQueue(admitted: Promise<Ticket>, turn: Turn): Promise<Ticket> {
  const end = turn.onQueued?.(turn.place.lane);
  try {
    const ticket = await admitted;
    end?.('sent');
    return ticket;
  } catch (error) {
    end?.(error instanceof OverBudget ? 'held_back' : 'left');
    if (error instanceof OverBudget) throw new HeldBack(error.retryAfterMs);
    if (turn.signal.aborted || error instanceof PacerStopped) throw abortFault(error, 'not-applied');
    throw error;
  }
}

/** Whether the call was refused for its rate. */
function tell(
  pacer: Pacer,
  ticket: Ticket,
  { onRemaining }: Turn,
  answer: HttpAnswer | null,
  fault: Auth0Fault | null,
): boolean {
  if (answer === null) {
    if (fault?.outcome === 'not-applied') pacer.giveBack();
    return false;
  }
  const reading = readBucket(answer.headers);
  if (reading) onRemaining?.(reading.remaining);
  if (fault?.code === 'rate_limited') {
    pacer.pause(ticket, fault.retryAfterMs ?? 0, reading);
    return true;
  }
  pacer.correct(ticket, reading);
  return false;
}
