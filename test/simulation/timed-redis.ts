import { Redis } from 'ioredis';
import type { RedisHealth, Script } from '../../src/redis/connection.ts';
import type { Chance } from './chance.ts';
import type { Timeline } from './timeline.ts';

/** As much of a connection as a budget needs. */
export type TimedConnection = {
  readonly health: RedisHealth;
  onChange(listener: (health: RedisHealth) => void): () => void;
  run(script: Script, key: string, values: readonly (string | number)[]): Promise<unknown>;
};

export type TimedRedis = AsyncDisposable & {
  /** One replica's: it takes a moment until it is made. */
  connect(): TimedConnection;
};

/** A real Redis that goes by the timeline, as far away from each replica as one in the same network. */
export async function openTimedRedis(url: string, timeline: Timeline, chance: Chance): Promise<TimedRedis> {
  const redis = new Redis(url);
  await redis.flushall();
  return {
    connect: () => connect(redis, timeline, chance),
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
}

function connect(redis: Redis, timeline: Timeline, chance: Chance): TimedConnection {
  const usable = { away: null, evicts: null };
  let health: RedisHealth = { ...usable, away: 'Redis has not been reached yet' };
  return {
    get health() {
      return health;
    },
    onChange(listener) {
      return timeline.after(connectMs, () => {
        health = usable;
        listener(health);
      });
    },
    async run(script, key, values) {
      await timeline.sleep(onTheWayMs(chance));
      const answer = await timeline.standStill(evaluate(redis, script, key, values, timeline.now()));
      await timeline.sleep(onTheWayMs(chance));
      return answer;
    },
  };
}

const connectMs = 20;

/** Mostly half a millisecond; at times what is asked at the same moment goes before. */
function onTheWayMs(chance: Chance): number {
  return Math.min(20, 0.2 + chance.exponential(0.3));
}

/** By Redis' clock. */
const startedAt = Date.UTC(2026, 10, 24);

function evaluate(
  redis: Redis,
  script: Script,
  key: string,
  values: readonly (string | number)[],
  nowMs: number,
) {
  const microseconds = Math.round((startedAt + nowMs) * 1_000);
  const time = [Math.floor(microseconds / 1e6), microseconds % 1e6];
  return redis.eval(`${timed}${script.text}`, 1, key, ...values, JSON.stringify(time));
}

/** Has a script be told the time, as its last argument, by the command that otherwise tells Redis' own. */
const timed = `
local clockwork = redis
local redis = { call = function(command, ...)
  if command == 'TIME' then return cjson.decode(ARGV[#ARGV]) end
  return clockwork.call(command, ...)
end }
`;
