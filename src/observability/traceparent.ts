/** The header that carries the context of a trace (W3C Trace Context, section 3.2). */

export type TraceParent = {
  readonly traceId: string;
  /** The span of whoever sends it. */
  readonly spanId: string;
  readonly traceFlags: number;
};

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.{0,100})?$/;

/** `null`: there is none, or one that must not be gone by. */
export function parseTraceparent(header: string | null): TraceParent | null {
  const [, version, traceId = '', spanId = '', flags = '', more] = (header && form.exec(header)) || [];
  // Later versions may say more, the first one may not.
  const isKnown = version !== undefined && version !== 'ff' && (version !== '00' || more === undefined);
  if (!isKnown || isZero(traceId) || isZero(spanId)) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
}

export function toTraceparent({ traceId, spanId, traceFlags }: TraceParent): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function isZero(id: string): boolean {
  return /^0*$/.test(id);
}
