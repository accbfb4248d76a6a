/** Whether what was asked for may have happened at Auth0 although no answer says so. */
export type Outcome = 'not-applied' | 'unknown';

/** Who may send the same request again: anyone, for nothing of it was sent; only who merely reads; nobody. */
export type Repeat = 'anyone' | 'readers' | 'nobody';

export type FaultCode =
  /** 429, or none of the budget left; `retryAfterMs` says when a slot is likely to be free. */
  | 'rate_limited'
  /** Not reached, cut off, or a 5xx. */
  | 'unavailable'
  /** The caller's deadline passed. */
  | 'timeout'
  /** An answer that cannot be believed: no JSON, another user, a redirect, too large, encoded. */
  | 'bad_response'
  /** No management token could be had, or Auth0 does not take the one it issued. */
  | 'credentials_unavailable'
  /** The caller gave up, or the client was disposed of. */
  | 'aborted';

export type Auth0ErrorCode = FaultCode | 'refused';

/** Base of everything this folder throws. Its message holds nothing that Auth0 said and nothing that was sent. */
class Auth0Error extends Error {
  readonly code: Auth0ErrorCode;

  constructor(code: Auth0ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Auth0Error';
    this.code = code;
  }
}

/** Auth0 understood and refused, for good: nothing was applied, and the same request would be refused again. */
export class Auth0Refusal extends Auth0Error {
  declare readonly code: 'refused';
  /** 400 to 499, without 401, 408 and 429. */
  readonly status: number;
  /** Auth0's own `errorCode`; not every refusal carries one. */
  readonly errorCode: string | null;
  /**
   * What Auth0 said, which may quote what was sent to it; empty when it said nothing. It is here to tell refusals
   * apart and is for neither clients nor logs: not enumerable, so that printing the error leaves it out.
   */
  declare readonly upstreamMessage: string;

  constructor(refusal: { status: number; errorCode: string | null; upstreamMessage: string }) {
    super('refused', `Auth0 refused the request with status ${refusal.status}`);
    this.name = 'Auth0Refusal';
    this.status = refusal.status;
    this.errorCode = refusal.errorCode;
    Object.defineProperty(this, 'upstreamMessage', { value: refusal.upstreamMessage, enumerable: false });
  }
}

/** The call failed without an answer to believe. */
export class Auth0Fault extends Auth0Error {
  declare readonly code: FaultCode;
  readonly outcome: Outcome;
  /** How long to wait before another attempt makes sense, where that is known. */
  readonly retryAfterMs: number | null;
  readonly repeat: Repeat;
  /** Whether Auth0 may yet come to what was asked, since nobody heard that it was done with the request. */
  readonly mayStillArrive: boolean;
  /** How long an answer was waited for, where the caller's deadline ended that. */
  readonly waitedMs: number | null;

  constructor(
    code: FaultCode,
    message: string,
    {
      outcome,
      retryAfterMs = null,
      repeat = 'nobody',
      mayStillArrive = false,
      waitedMs = null,
      cause,
    }: {
      outcome: Outcome;
      retryAfterMs?: number | null;
      repeat?: Repeat;
      mayStillArrive?: boolean;
      waitedMs?: number | null;
      cause?: unknown;
    },
  ) {
    super(code, message, cause === undefined ? {} : { cause });
    this.name = 'Auth0Fault';
    this.outcome = outcome;
    this.retryAfterMs = retryAfterMs;
    this.repeat = repeat;
    this.mayStillArrive = mayStillArrive;
    this.waitedMs = waitedMs;
  }
}

/** Auth0 answered 401: the request was not looked at, and another token may open the door. */
export class TokenRefused extends Auth0Fault {
  constructor() {
    super('credentials_unavailable', 'Auth0 does not take the token it issued', { outcome: 'not-applied' });
    this.name = 'TokenRefused';
  }
}

/** The gateway's own budget holds no call that could be sent in time: nothing was sent. */
export class HeldBack extends Auth0Fault {
  constructor(retryAfterMs: number) {
    super(
      'rate_limited',
      "The budget of calls to Auth0 is used up for longer than the call's deadline allows",
      {
        outcome: 'not-applied',
        retryAfterMs,
      },
    );
    this.name = 'HeldBack';
  }
}

/** The fault of a call whose signal was aborted with `reason`, so long after it had been sent. */
export function abortFault(reason: unknown, outcome: Outcome, waitedMs: number | null = null): Auth0Fault {
  const became = { outcome, mayStillArrive: outcome === 'unknown', waitedMs };
  return reason instanceof Error && reason.name === 'TimeoutError'
    ? new Auth0Fault('timeout', 'Auth0 did not answer before the deadline', became)
    : new Auth0Fault('aborted', 'The call was given up', became);
}

/** The statuses of proxies that waited in vain: what stands behind them may still be at work. 504, and all that is like it. */
export function saysTimeout(status: number): boolean {
  return status === 408 || status >= 504;
}
