/** Whether the gateway's memory grows with what it has answered. */

import { startRedis } from '../support/redis.ts';
import { casesFor } from './cases.ts';
import type { Load } from './load.ts';
import { startGateway, type Upstream } from './servers.ts';

export type Sample = { readonly requests: number; readonly rssMb: number };

export async function soak(
  upstream: Upstream,
  requests: number,
  progress: (name: string) => void,
): Promise<readonly Sample[]> {
  await using redis = await startRedis();
  await using gateway = await startGateway(upstream.origin, {
    // With everything on that keeps something: a budget that is shared, though never short, and a cache.
    env: { REDIS_URL: redis.url, AUTH0_RATE_LIMIT: '100000:100000', USER_CACHE_TTL_MS: '1000' },
  });
  const loads = casesFor(upstream.tokens)
    .filter((one) => one.latencyMs === undefined && one.callsPerSecond === undefined)
    .map(({ graphql }) => graphql);
  const samples: Sample[] = [{ requests: 0, rssMb: gateway.rss() }];
  const parts = 10;
  for (let part = 1; part <= parts; part++) {
    const { badAnswer } = await gateway.clients.send(mixed(loads), { requests: requests / parts });
    if (badAnswer !== null) throw new Error(`expected every answer to be good, got ${badAnswer}`);
    samples.push({ requests: (requests * part) / parts, rssMb: gateway.rss() });
    progress(`${(requests * part) / parts} requests`);
  }
  return samples;
}

/** All of them in turn: which one an answer belongs to, the answer tells. */
function mixed(loads: readonly Load[]): Load {
  return {
    request: (index) => {
      const load = loads[index % loads.length];
      if (load === undefined) throw new TypeError('expected a load');
      return load.request(Math.floor(index / loads.length));
    },
    isGood: (status, body) => loads.some(({ isGood }) => isGood(status, body)),
  };
}
