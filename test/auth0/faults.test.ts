import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, vi } from 'vitest';
import type { CallOptions } from '../../src/auth0/client.ts';
import type { Outcome } from '../../src/auth0/errors.ts';
import { exchange, type HttpRequest, openConnections } from '../../src/auth0/exchange.ts';
import {
  type Answer,
  broken,
  deadline,
  failure,
  fault,
  john,
  json,
  patiently,
  refusal,
  reset,
  silence,
  startScene,
  startSceneWithToken,
  text,
  within,
} from './support.ts';

/** One exchange with whatever is there, over a connection of its own. */
async function ask(origin: string, signal: AbortSignal, request: Partial<HttpRequest> = {}) {
  const pool = openConnections(origin, { connections: 1 });
  try {
    return await exchange(
      pool,
      { method: 'PATCH', path: '/', headers: {}, body: '{"name":"J"}', ...request },
      signal,
    );
  } finally {
    await pool.destroy();
  }
}

/** Something that is no tenant: what it does with each connection, and what was written to it. */
async function listen(server: Server) {
  let written = 0;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      written += bytes.length;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    written: () => written,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

describe('nothing was sent, and nothing applied, where', () => {
  it('nobody listens', async () => {
    const { port, ...server } = await listen(createTcpServer());
    await server[Symbol.asyncDispose]();
    expect(await fault(ask(`http://127.0.0.1:${port}`, patiently().signal))).toMatchObject({
      code: 'unavailable',
      outcome: 'not-applied',
      repeat: 'anyone',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('no such host is known', async () => {
    const noLabelIsThatLong = `${'x'.repeat(64)}.invalid`;
    expect(await fault(ask(`http://${noLabelIsThatLong}`, patiently().signal))).toMatchObject({
      code: 'unavailable',
      outcome: 'not-applied',
      repeat: 'anyone',
    });
  });

  it('TLS is spoken to a port without it', async () => {
    await using server = await listen(
      createTcpServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    expect(await fault(ask(`https://127.0.0.1:${server.port}`, patiently().signal))).toMatchObject({
      code: 'unavailable',
      outcome: 'not-applied',
      repeat: 'nobody',
    });
  });

  it("the certificate is nobody's to trust", async () => {
    const pem = readFileSync(new URL('fixtures/self-signed.pem', import.meta.url));
    const received = vi.fn<(bytes: Buffer) => void>();
    const offered = vi.fn<(offer: { protocols: string[] }) => string>(() => 'http/1.1');
    await using server = await listen(
      createTlsServer({ key: pem, cert: pem, ALPNCallback: offered }, (socket) =>
        socket.on('data', received),
      ),
    );
    expect(await fault(ask(`https://127.0.0.1:${server.port}`, patiently().signal))).toMatchObject({
      code: 'unavailable',
      outcome: 'not-applied',
      repeat: 'nobody',
      message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    });
    expect(received).not.toHaveBeenCalled();
    expect(offered.mock.calls).toMatchObject([[{ protocols: ['http/1.1'] }]]);
  });

  it('the connection is reset while TLS is agreed upon', async () => {
    await using server = await listen(
      createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
    );
    expect(await fault(ask(`https://127.0.0.1:${server.port}`, patiently().signal))).toMatchObject({
      code: 'unavailable',
      outcome: 'not-applied',
      repeat: 'anyone',
    });
  });

  it('the deadline passes while TLS is agreed upon', async () => {
    await using server = await listen(createTcpServer());
    expect(await fault(ask(`https://127.0.0.1:${server.port}`, within(60).signal))).toMatchObject({
      code: 'timeout',
      outcome: 'not-applied',
    });
  });

  it('the call was given up before it was made', async () => {
    await using server = await listen(createTcpServer());
    const origin = `http://127.0.0.1:${server.port}`;
    expect(await fault(ask(origin, AbortSignal.abort()))).toMatchObject({
      code: 'aborted',
      outcome: 'not-applied',
    });
    const passed = AbortSignal.abort(new DOMException('', 'TimeoutError'));
    expect(await fault(ask(origin, passed))).toMatchObject({ code: 'timeout', outcome: 'not-applied' });
    expect(server.written()).toBe(0);
  });

  it('the request cannot be written down: no fault but a bug', async () => {
    await using server = await listen(createTcpServer());
    const error = failure(ask(`http://127.0.0.1:${server.port}`, patiently().signal, { path: 'no path' }));
    expect(await error).toMatchObject({ code: 'UND_ERR_INVALID_ARG' });
    expect(server.written()).toBe(0);
  });
});

describe('nobody knows what was applied where', () => {
  it('the connection is reset before the request is read', async () => {
    await using server = await listen(
      createTcpServer({ pauseOnConnect: true }, (socket) => setTimeout(() => socket.resetAndDestroy(), 30)),
    );
    expect(await fault(ask(`http://127.0.0.1:${server.port}`, patiently().signal))).toMatchObject({
      code: 'unavailable',
      outcome: 'unknown',
      repeat: 'readers',
    });
    expect(server.written()).toBe(0);
  });

  it('the connection is closed instead of an answer', async () => {
    await using server = await listen(createTcpServer((socket) => socket.once('data', () => socket.end())));
    expect(await fault(ask(`http://127.0.0.1:${server.port}`, patiently().signal))).toMatchObject({
      code: 'unavailable',
      outcome: 'unknown',
      repeat: 'readers',
    });
  });
});

/** What may come before an answer, and then nothing. */
const announcement: Answer = (response) => {
  response.writeEarlyHints({ link: '</a>; rel=preload' }, () => response.destroy());
};

describe('what became of the call is told', () => {
  it.each<[string, Answer, string, Outcome]>([
    ['a reset', reset, 'unavailable', 'unknown'],
    ['500', refusal(500), 'unavailable', 'unknown'],
    ['502 and a page', text('<html>', { status: 502 }), 'unavailable', 'unknown'],
    ['503', refusal(503), 'unavailable', 'unknown'],
    ['504 and half a body', broken('{', 'cut', { status: 504 }), 'bad_response', 'unknown'],
    ['408', refusal(408), 'unavailable', 'unknown'],
    ['408 and half a body', broken('{', 'cut', { status: 408 }), 'bad_response', 'unknown'],
    ['the announcement of an answer', announcement, 'unavailable', 'unknown'],
    ['429', refusal(429, 'too_many_requests'), 'rate_limited', 'not-applied'],
    ['429 and half a body', broken('{', 'cut', { status: 429 }), 'rate_limited', 'not-applied'],
    ['401, again and again', refusal(401), 'credentials_unavailable', 'not-applied'],
  ])('after %s', async (_, answer, code, outcome) => {
    await using scene = await startScene();
    scene.answer(answer);
    const get = () => fault(scene.client.getUser(john.user_id, patiently()));
    expect(await get()).toMatchObject({ code, outcome });
    await using another = await startScene();
    another.answer(answer);
    const update = fault(another.client.updateUser(john.user_id, { name: 'J' }, patiently()));
    expect(await update).toMatchObject({ code, outcome });
  });

  it.each<[string, Answer]>([
    ['never answers', silence],
    ['answers drop by drop', broken('{', 'drip', { headers: {} })],
    ['falls silent amid its answer', broken('{"user_id"', 'silence')],
  ])('when the deadline passes and the tenant %s', async (_, answer) => {
    await using scene = await startSceneWithToken();
    scene.answer(answer);
    const calls = [
      (options: CallOptions) => scene.client.getUser(john.user_id, options),
      (options: CallOptions) => scene.client.updateUser(john.user_id, { name: 'J' }, options),
    ];
    for (const [before, call] of calls.entries()) {
      const { pass, ...options } = deadline();
      const called = fault(call(options));
      await vi.waitFor(() => expect(scene.requests).toHaveLength(before + 1));
      await sleep(50);
      pass();
      expect(await called).toMatchObject({ code: 'timeout', outcome: 'unknown' });
    }
    expect(scene.requests).toHaveLength(2);
    await vi.waitFor(() => expect(scene.connections.open).toBe(0));
  });

  it('when the caller is gone', async () => {
    await using scene = await startScene();
    scene.answer(silence);
    const caller = new AbortController();
    const call = fault(scene.client.updateUser(john.user_id, { name: 'J' }, { signal: caller.signal }));
    await vi.waitFor(() => expect(scene.requests).toHaveLength(1));
    caller.abort();
    expect(await call).toMatchObject({ code: 'aborted', outcome: 'unknown' });
  });

  it('by how long to wait after a 429', async () => {
    await using scene = await startScene();
    scene.answer(refusal(429, 'too_many_requests', { headers: { 'retry-after': 3 } }), refusal(429));
    const waits = [];
    for (let times = 0; times < 2; times++)
      waits.push((await fault(scene.client.getUser(john.user_id, patiently()))).retryAfterMs);
    expect(waits).toEqual([3_000, expect.any(Number)]);
    expect(waits[1]).toBeGreaterThanOrEqual(500);
    expect(waits[1]).toBeLessThan(2_000);
  });
});

describe('who counts is told', () => {
  it('of every exchange, by its kind and not by whom it is about', async () => {
    await using scene = await startScene();
    scene.answer(json(john), json(john), json(john), json([]), json({ users: [], total: 0 }), refusal(403));
    const { client, events } = scene;
    await client.getUser(john.user_id, patiently());
    await client.getIdpTokens(john.user_id, patiently());
    await client.updateUser(john.user_id, { name: 'J' }, patiently());
    await client.usersByEmail('john.doe@example.com', patiently());
    await client.listUsers({ q: 'name:John', page: 0, perPage: 1 }, patiently());
    await failure(client.getUser(john.user_id, patiently()));
    expect(events.map(({ method, endpoint, status, fault }) => [method, endpoint, status, fault])).toEqual([
      ['POST', 'token', 200, null],
      ['GET', 'users.get', 200, null],
      ['GET', 'users.get', 200, null],
      ['PATCH', 'users.update', 200, null],
      ['GET', 'users.by-email', 200, null],
      ['GET', 'users.list', 200, null],
      ['GET', 'users.get', 403, null],
    ]);
    for (const { durationMs } of events) expect(durationMs).toBeGreaterThan(0);
    expect(JSON.stringify(events)).not.toMatch(/507f1f77|john|canary/i);
  });

  it('of answers that nobody believes', async () => {
    await using scene = await startSceneWithToken();
    scene.answer(json({ user_id: 'auth0|another' }), refusal(429), refusal(401), json(john));
    await fault(scene.client.getUser(john.user_id, patiently()));
    await fault(scene.client.getUser(john.user_id, patiently()));
    await scene.client.getUser(john.user_id, patiently());
    expect(scene.events.slice(1).map(({ endpoint, status, fault }) => [endpoint, status, fault])).toEqual([
      ['users.get', 200, 'bad_response'],
      ['users.get', 429, 'rate_limited'],
      ['users.get', 401, 'credentials_unavailable'],
      ['token', 200, null],
      ['users.get', 200, null],
    ]);
  });

  it('of exchanges without an answer', async () => {
    await using scene = await startSceneWithToken();
    scene.answer(reset, silence);
    await fault(scene.client.updateUser(john.user_id, {}, patiently()));
    await fault(scene.client.updateUser(john.user_id, {}, within(60)));
    expect(scene.events.slice(1)).toMatchObject([
      { method: 'PATCH', status: null, fault: 'unavailable' },
      { method: 'PATCH', status: null, fault: 'timeout' },
    ]);
  });
});
