/** A gateway that runs out of time, of memory, or of files: what it says then, and that it goes on afterwards. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ledger, startLedger } from './ledger.ts';
import { runGateway, tenantEnv } from './support.ts';

const owned = new AsyncDisposableStack();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await startLedger(owned);
});
afterAll(() => owned.disposeAsync());

test('what waited out a stall of its event loop is refused, and what comes after is served', async () => {
  await using gateway = await runGateway(tenantEnv(ledger.sandbox.origin));
  expect(await ask(gateway.url)).toBe('served');
  // It stands still, and connections pile up meanwhile.
  gateway.signal('SIGSTOP');
  const waiting = Array.from({ length: 20 }, () => ask(gateway.url));
  await sleep(1_500);
  gateway.signal('SIGCONT');
  const told = new Set(await Promise.all(waiting));
  expect(told).toContain('OVERLOADED');
  told.delete('OVERLOADED');
  expect([...told].filter((answer) => answer !== 'served')).toEqual([]);
  await expect.poll(() => ask(gateway.url)).toBe('served');
});

test('with a small heap, many large answers are made or refused, and nothing dies of them', {
  timeout: 120_000,
}, async () => {
  await using gateway = await runGateway({
    ...tenantEnv(ledger.sandbox.origin),
    NODE_OPTIONS: '--max-old-space-size=96',
  });
  const told = new Set<string>();
  for (let round = 0; round < 10; round++)
    for (const answer of await Promise.all(Array.from({ length: 200 }, () => ask(gateway.url, largeAnswer))))
      told.add(answer);
  told.delete('OVERLOADED');
  expect([...told]).toEqual(['served']);
  await expect.poll(() => ask(gateway.url)).toBe('served');
});

describe('with few files to be opened', () => {
  test('clients beyond are turned away, and those who are in reach Auth0', async () => {
    await using gateway = await runGateway(tenantEnv(ledger.sandbox.origin), { openFiles: 128 });
    const sockets = await Promise.all(Array.from({ length: 300 }, () => opened(gateway.url)));
    // Closed as soon as they come, if they are.
    await expect.poll(() => sockets.filter((socket) => !socket.destroyed).length).toBeLessThan(64);
    const [mine, ...others] = sockets.filter((socket) => !socket.destroyed);
    expect(others.length).toBeGreaterThan(0);
    if (!mine) throw new Error('Expected a connection to be left.');
    expect(await askOver(mine)).toContain('"data":{"me":{"id"');

    for (const socket of sockets) socket.destroy();
    await expect.poll(() => ask(gateway.url)).toBe('served');
  });
});

const me = '{ me { id } }';
const everything = 'id name userMetadata appMetadata identities { provider profile { email name } }';
const largeAnswer = `{ ${Array.from({ length: 50 }, (_, n) => `a${n}: me { ${everything} }`).join(' ')} }`;

/** `served`, the code of the error, or what else came of it. */
async function ask(url: string, query = me): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ledger.token}` },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as {
    data?: unknown;
    errors?: [{ extensions: { code: string } }];
  };
  return errors?.[0].extensions.code ?? (data ? 'served' : 'nothing');
}

function opened(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => resolve(socket));
    socket.once('close', () => resolve(socket));
    socket.on('error', () => {});
    socket.resume();
  });
}

function askOver(socket: Socket): Promise<string> {
  const body = JSON.stringify({ query: me });
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: Bearer ${ledger.token}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  return new Promise((resolve) => {
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.once('close', () => resolve(answer));
  });
}
