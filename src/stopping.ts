/** How long a gateway that is told to stop may take; whoever stops it has to wait as long. */

/** About two looks at /readyz of an orchestrator in a hurry. */
export const drainMs = 3_000;

/** Every operation ends at its own deadline: none is cut short by this. */
export function closingMs(operationTimeoutMs: number): number {
  return operationTimeoutMs + 5_000;
}

/** What the log still holds goes to whoever reads it, within this. */
export const flushMs = 2_000;
