import type { Lane } from '../../src/pacing/place.ts';
import type { Chance } from './chance.ts';
import type { Method } from './tenant.ts';

export const kinds = ['update', 'read', 'batch'] as const;
export type Kind = (typeof kinds)[number];

/** What each kind of operation sends, and where its calls wait. */
export const callsOf = {
  update: { method: 'PATCH', lane: 'interactive', calls: 1, share: 0.3 },
  read: { method: 'GET', lane: 'interactive', calls: 1, share: 0.45 },
  /** 150 users by their ids. */
  batch: { method: 'GET', lane: 'bulk', calls: 3, share: 0.25 },
} as const satisfies Record<Kind, { method: Method; lane: Lane; calls: number; share: number }>;

export type Asked = {
  readonly at: number;
  readonly caller: string;
  readonly kind: Kind;
  readonly replica: number;
};

export type LoadOptions = {
  readonly replicas: number;
  /** Of all callers together. */
  readonly callsPerSecond: number;
  readonly seconds: number;
  readonly callers?: number;
};

/** How long a client keeps a connection: what comes over it comes to the same replica. */
const connectionMs = 30_000;

/**
 * Operations as they come: of each caller at random times, the second asking for half of what the first does, the third
 * for a third. Their times are the same whatever the number of replicas.
 */
export function createLoad(
  { replicas, callsPerSecond, seconds, callers = 40 }: LoadOptions,
  chance: { readonly times: Chance; readonly places: Chance },
): Asked[] {
  const weights = Array.from({ length: callers }, (_, rank) => 1 / (rank + 1));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.flatMap((weight, rank) => {
    const asked = kinds.flatMap((kind) => {
      const { share, calls } = callsOf[kind];
      const betweenMs = (1_000 * calls * whole) / (callsPerSecond * share * weight);
      return timesOf(betweenMs, seconds * 1_000, chance.times).map((at) => ({ at, kind }));
    });
    const replicaAt = connect(Math.ceil(mostConnections * weight), replicas, chance.places);
    return asked
      .toSorted((one, other) => one.at - other.at)
      .map(({ at, kind }) => ({ at, kind, caller: `caller ${rank + 1}`, replica: replicaAt(at) }));
  });
}

/** Of the caller who asks for most. */
const mostConnections = 8;

function timesOf(betweenMs: number, endMs: number, chance: Chance): number[] {
  const times: number[] = [];
  for (let at = chance.exponential(betweenMs); at < endMs; at += chance.exponential(betweenMs))
    times.push(at);
  return times;
}

/** The connections of a caller, each used as often as the others. Which replica takes the next operation? */
function connect(count: number, replicas: number, chance: Chance): (at: number) => number {
  const connections = Array.from({ length: count }, () => ({ replica: 0, endsAt: 0 }));
  return (at) => {
    const connection = connections[Math.floor(chance.next() * count)];
    if (!connection) throw new RangeError('Expected a caller to have a connection.');
    if (connection.endsAt <= at) {
      connection.replica = Math.floor(chance.next() * replicas);
      connection.endsAt = at + connectionMs;
    }
    return connection.replica;
  };
}
