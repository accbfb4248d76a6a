/**
 * Without the client's departure: a server that hears of it gives up, and a write must be seen through. Without the
 * body, which is read through the context.
 */
export function detached({ url, method, headers }: Request): Request {
  return new Request(url, { method, headers });
}

/** The signal of a request is the HTTP adapter's own, which Node does not combine with others. */
export function asNative(signal: AbortSignal): AbortSignal {
  if (signal.aborted) return AbortSignal.abort(signal.reason);
  const controller = new AbortController();
  signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller.signal;
}
