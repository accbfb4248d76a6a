/** A tenant that closes idle connections when it likes, now and then just as a request is on its way. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createAuth0Client } from '../../src/auth0/client.ts';
import { Auth0Fault } from '../../src/auth0/errors.ts';
import { john, patiently } from '../auth0/support.ts';

const lanes = 8;
const callsOfLane = 250;

it('costs hardly a read, and has no update arrive twice', async () => {
  const arrived = new Map<string, number>();
  let opened = 0;
  const server = createServer((request, response) => {
    const { socket } = response;
    void (async () => {
      const body = await text(request);
      if (request.method === 'PATCH') arrived.set(body, (arrived.get(body) ?? 0) + 1);
      const token = { access_token: 'canary', expires_in: 86_400, token_type: 'Bearer' };
      response.once('finish', () => setTimeout(() => socket?.destroy(), 4 * Math.random()));
      response.end(JSON.stringify(request.url === '/oauth/token' ? token : john));
    })().catch(() => {});
  });
  server.keepAliveTimeout = 0;
  server.on('connection', () => opened++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createAuth0Client({
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    audience: 'https://acme.example/api/v2/',
    clientId: 'gateway',
    clientSecret: 'canary-secret',
  });

  const unknown = new Set<string>();
  let lostReads = 0;
  const call = async (lane: number, number: number) => {
    await sleep(4 * Math.random());
    if (number % 3 > 0) {
      const read = await client.getUser(john.user_id, patiently()).catch((error: unknown) => error);
      if (read instanceof Auth0Fault) lostReads += 1;
      else expect(read).toEqual(john);
      return;
    }
    const nickname = `${lane}-${number}`;
    try {
      await client.updateUser(john.user_id, { nickname }, patiently());
    } catch (error) {
      // Nobody knows, and nobody claims to.
      expect(error).toBeInstanceOf(Auth0Fault);
      expect(error).toMatchObject({ outcome: 'unknown' });
      unknown.add(JSON.stringify({ nickname }));
    }
  };
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let number = 0; number < callsOfLane; number++) await call(lane, number);
    }),
  );
  expect([...arrived.values()].every((times) => times === 1)).toBe(true);
  // One call in 25 meets a closed socket. A read does so three times in a row hardly ever.
  expect(lostReads).toBeLessThan(8);
  const updates = lanes * Math.ceil(callsOfLane / 3);
  expect(arrived.size + unknown.size).toBeGreaterThanOrEqual(updates);
  // Connections were indeed used again, and indeed closed.
  expect(opened).toBeGreaterThan(lanes);
  expect(opened).toBeLessThan(lanes * callsOfLane);
  await client[Symbol.asyncDispose]();
  await new Promise((resolve) => server.close(resolve));
}, 60_000);
