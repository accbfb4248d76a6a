import type { Log } from './log.ts';

/** What is told of a mutation: this, and whatever else. */
export type AuditEvent = { readonly mutation: string | null; readonly outcome: string };

/** The events that have to be kept, as lines of the log with `"event":"audit"`: at every level but `silent`. */
export type AuditLog = {
  record(event: AuditEvent): void;
  /** Whether it would be written. */
  canRecord(): boolean;
  /** Resolves when what was recorded is written: before that, nobody has an answer. */
  written(): Promise<void>;
};

/** Where its lines go. */
type Keeper = { hasRoom(): boolean; written(): Promise<void> };

/** A log that writes by itself. */
const unbuffered: Keeper = { hasRoom: () => true, written: () => Promise.resolve() };

export function createAuditLog(log: Log, { hasRoom, written }: Keeper = unbuffered): AuditLog {
  const audit = log.child({ event: 'audit' }, { level: log.level === 'silent' ? 'silent' : 'info' });
  return { record: (event) => audit.info(event), canRecord: hasRoom, written };
}
