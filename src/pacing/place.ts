/** Lanes, the first to go first. */
export const lanes = ['reconciliation', 'interactive', 'bulk'] as const;

/**
 * - `reconciliation`: reads that find out what became of a write, for which little time is left
 * - `interactive`: writes, and reads of what somebody looks at
 * - `bulk`: searches, and reads of many users at once
 */
export type Lane = (typeof lanes)[number];

/** Where a call queues. */
export type Place = {
  readonly lane: Lane;
  /** Whom it is made for: callers take turns. */
  readonly caller: string;
  /** Of a call that is made for several: tells the places of the others, those that are known and those to come. */
  readonly others?: (tell: (other: Place) => void) => void;
};
