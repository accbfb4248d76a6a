import { callsOf, type Kind } from './load.ts';
import type { Answered } from './replica.ts';
import type { Run } from './run.ts';

export type Measures = {
  /** Calls that were let through, of those that the tenant allows in the time. */
  readonly use: number;
  /** Calls that the tenant refused, of all that were sent, from the very first. */
  readonly refusedByTenant: number;
  /** Operations with their answer, of all there were. */
  readonly answered: number;
  /** How many milliseconds operations waited till they were sent, of those that were answered; `null`: none was. */
  readonly waits: Readonly<Record<Kind, Wait | null>>;
  /**
   * Jain's index, 1 where all are served alike: between callers, of updates and single reads; between replicas, of all
   * calls. What each got is compared with what a fair division would have left them.
   */
  readonly fairToCallers: number;
  readonly fairToReplicas: number;
  /** Of what a fair division leaves them, what the caller got who got least. */
  readonly leastServed: number;
};

export type Wait = { readonly p50: number; readonly p99: number };

export type Window = { readonly fromMs: number; readonly toMs: number };

export function measure({ asked, arrivals }: Run, { fromMs, toMs }: Window, perSecond: number): Measures {
  const isWithin = ({ at }: { readonly at: number }) => at >= fromMs && at < toMs;
  const operations = asked.filter(isWithin);
  const admitted = arrivals.filter(({ isRefused }) => !isRefused);
  const interactive = operations.filter(({ kind }) => callsOf[kind].lane === 'interactive');
  const callers = shares(interactive, ({ caller }) => caller);
  return {
    use: rounded(admitted.filter(isWithin).length / ((perSecond * (toMs - fromMs)) / 1_000)),
    refusedByTenant: rounded(1 - admitted.length / arrivals.length),
    answered: rounded(operations.filter(isAnswered).length / operations.length),
    waits: {
      update: waitsOf(operations, 'update'),
      read: waitsOf(operations, 'read'),
      batch: waitsOf(operations, 'batch'),
    },
    fairToCallers: rounded(jain(callers)),
    fairToReplicas: rounded(jain(shares(operations, ({ replica }) => replica))),
    leastServed: rounded(Math.min(...callers)),
  };
}

/** As finely as anybody reads it. */
function rounded(share: number): number {
  return Math.round(share * 1_000) / 1_000;
}

const isAnswered = ({ outcome }: Answered) => outcome === 'answered';

function waitsOf(operations: readonly Answered[], kind: Kind): Wait | null {
  const waits = operations
    .filter((operation) => operation.kind === kind && isAnswered(operation))
    .map(({ waitedMs }) => waitedMs)
    .toSorted((one, other) => one - other);
  const at = (share: number) => waits[Math.floor(share * waits.length)];
  const [p50, p99] = [at(0.5), at(0.99)];
  return p50 === undefined || p99 === undefined ? null : { p50: Math.round(p50), p99: Math.round(p99) };
}

/** How many calls each got, of those that a fair division of all that were of use leaves them. */
function shares(operations: readonly Answered[], whose: (operation: Answered) => unknown): number[] {
  const parties = [...Map.groupBy(operations, whose).values()];
  const fair = fairly(parties.map(callsIn), callsIn(operations.filter(isAnswered)));
  return parties.map((own, place) => callsIn(own.filter(isAnswered)) / (fair[place] ?? 1));
}

function callsIn(operations: readonly Answered[]): number {
  return operations.reduce((sum, { kind }) => sum + callsOf[kind].calls, 0);
}

/** Max-min: nobody gets more than they ask for, and who gets less gets as much as anybody. */
function fairly(wanted: readonly number[], whole: number): number[] {
  let left = whole;
  const fair = wanted.map(() => 0);
  const modestFirst = [...wanted.entries()].toSorted(([, one], [, other]) => one - other);
  for (const [rank, [place, want]] of modestFirst.entries()) {
    const part = Math.min(want, left / (wanted.length - rank));
    fair[place] = part;
    left -= part;
  }
  return fair;
}

function jain(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? 1 : sum ** 2 / (shares.length * squares);
}
