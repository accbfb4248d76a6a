import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { listen } from '../../src/http/listen.ts';
import { silentClient } from '../support/silent-client.ts';
import { exchangeRaw, gate, keepAliveClient, serve } from './support.ts';

const hello = () => new Response('hello');

describe('a listener', () => {
  it('hands requests to the handler, and answers back', async () => {
    await using server = await serve(async (request) => {
      const { pathname, search } = new URL(request.url);
      return Response.json({ method: request.method, pathname, search, body: await request.text() });
    });
    const response = await fetch(`${server.url}/a?b=c`, { method: 'POST', body: 'text' });
    expect(await response.json()).toEqual({ method: 'POST', pathname: '/a', search: '?b=c', body: 'text' });
  });

  it('tells a port that is taken', async () => {
    await using server = await serve(hello);
    const port = Number(new URL(server.url).port);
    await expect(listen(hello, { host: '127.0.0.1', port, onError: () => {} })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('names a reachable place where it listens everywhere', async () => {
    await using server = await listen(hello, { host: '0.0.0.0', port: 0, onError: () => {} });
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(server.url)).status).toBe(200);
  });

  const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => address === '::1'),
  );
  it.skipIf(!hasIPv6)('puts an IPv6 address into brackets', async () => {
    await using server = await listen(hello, { host: '::1', port: 0, onError: () => {} });
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(server.url)).status).toBe(200);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('a secret detail'))],
    [
      'throws at once',
      () => {
        throw new Error('a secret detail');
      },
    ],
  ])('answers a bare 500 when the handler %s', async (_, handler) => {
    await using server = await serve(handler);
    const response = await fetch(server.url);
    expect([response.status, await response.text()]).toEqual([500, '']);
    expect(server.errors).toEqual([new Error('a secret detail')]);
  });
});

describe('bytes that are no proper request', () => {
  const post = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n';
  it.each([
    ['two lengths', `${post}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
    ['a length and chunks', `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['chunks and a length', `${post}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n`],
    ['chunked in disguise', `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a folded header', `${post}X-A: b\r\n c\r\n\r\n`],
    ['a blank before the colon', `${post}Content-Length : 1\r\n\r\na`],
    ['a bare line feed', 'GET / HTTP/1.1\nHost: a\n\n'],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
    ['a host that goes on as a path', 'GET / HTTP/1.1\r\nHost: a/b?\r\nConnection: close\r\n\r\n'],
    ['a host that ends as a fragment', 'GET / HTTP/1.1\r\nHost: a#\r\nConnection: close\r\n\r\n'],
    ['a port that is none', 'GET / HTTP/1.1\r\nHost: a:99999\r\nConnection: close\r\n\r\n'],
    ['a method that no request can have', 'TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['a head too large', `${post}X-A: ${'a'.repeat(20_000)}\r\n\r\n`],
  ])('never reach the handler: %s', async (_, bytes) => {
    await using server = await serve(hello);
    expect(await exchangeRaw(server.url, bytes)).toMatch(/^HTTP\/1\.1 4(00|31) /);
    expect(server.calls()).toBe(0);
  });
});

describe('a client that takes its time', () => {
  const head = 'POST / HTTP/1.1\r\nHost: a\r\n';
  it.each([
    ['a head', head, 60_000],
    ['a body', `${head}Content-Length: 10\r\n\r\nabc`, 200],
    ['chunks', `${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`, 200],
  ])('is cut off while it sends %s', async (_, bytes, requestMs) => {
    await using server = await serve(async (request) => new Response(await request.text()), {
      headMs: 100,
      requestMs,
      answerMs: 60_000,
    });
    expect(await exchangeRaw(server.url, bytes)).toMatch(/^HTTP\/1\.1 408 |^$/);
  });
});

describe('a client that does not take its answer', () => {
  const patience = { headMs: 10_000, requestMs: 10_000, answerMs: 300 };
  const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
  /** More than the system takes over for it. */
  const big = 'x'.repeat(32 * 1024 * 1024);

  it('is cut off', async () => {
    await using server = await serve(() => new Response(big), patience);
    using client = await silentClient(server.url, get);
    await client.untilCut();
  });

  it('is cut off behind answers that were small', async () => {
    const answers = [new Response('small'), new Response(big)];
    await using server = await serve(() => answers.shift() ?? new Response(), patience);
    using client = await silentClient(server.url, get + get);
    await client.untilCut();
    expect(server.calls()).toBe(2);
  });

  it('does not hold up the end', async () => {
    const server = await serve(() => new Response(big), patience);
    using client = await silentClient(server.url, get);
    await expect.poll(server.calls).toBe(1);
    await server.close(60_000);
    await client.untilCut();
  }, 10_000);

  it('has all the time that the answers before it take to be made', async () => {
    const { entered, open, handler } = gate();
    const handlers = [handler, hello];
    await using server = await serve(() => (handlers.shift() ?? hello)(), patience);
    using client = await silentClient(server.url, get + get);
    await entered;
    await expect.poll(server.calls).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 3 * patience.answerMs));
    open();
    await client.untilRead(/done[\s\S]*hello/);
  });
});

describe('draining', () => {
  it('ends each connection with its next answer', async () => {
    await using server = await serve(hello);
    using client = keepAliveClient();
    expect((await client.get(server.url)).connection).toBe('keep-alive');
    server.drain();
    expect(await client.get(server.url)).toEqual({ status: 200, connection: 'close', body: 'hello' });
  });

  it('includes answers under way', async () => {
    const { entered, open, handler } = gate();
    await using server = await serve(handler);
    using client = keepAliveClient();
    const answer = client.get(server.url);
    await entered;
    server.drain();
    open();
    expect(await answer).toEqual({ status: 200, connection: 'close', body: 'done' });
  });

  it('still accepts who comes', async () => {
    await using server = await serve(hello);
    server.drain();
    expect((await fetch(server.url)).status).toBe(200);
  });
});

describe('closing', () => {
  it('answers what is under way and accepts nothing more', async () => {
    const { entered, open, handler } = gate();
    const server = await serve(handler);
    using client = keepAliveClient();
    using late = keepAliveClient();
    const answer = client.get(server.url);
    await entered;
    const closed = server.close(10_000);
    await expect(late.get(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    open();
    expect(await answer).toEqual({ status: 200, connection: 'close', body: 'done' });
    await closed;
  });

  it('waits for a handler whose client is gone', async () => {
    const { entered, open, handler } = gate();
    let isDone = false;
    const server = await serve(async () => {
      const response = await handler();
      isDone = true;
      return response;
    });
    const leaving = new AbortController();
    const answer = fetch(server.url, { signal: leaving.signal }).catch(() => null);
    await entered;
    leaving.abort();
    await answer;
    const closed = server.close(10_000);
    setTimeout(open, 50);
    await closed;
    expect(isDone).toBe(true);
  });

  it('waits for the end of a stream', async () => {
    const end = Promise.withResolvers<void>();
    const server = await serve(
      () =>
        new Response(
          new ReadableStream({
            async start(controller) {
              controller.enqueue(new TextEncoder().encode('first '));
              await end.promise;
              controller.enqueue(new TextEncoder().encode('last'));
              controller.close();
            },
          }),
        ),
    );
    const response = await fetch(server.url);
    const closed = server.close(10_000);
    setTimeout(end.resolve, 50);
    expect(await response.text()).toBe('first last');
    await closed;
  });

  it('cuts what is left after the grace', async () => {
    const { entered, handler } = gate();
    const server = await serve(handler);
    using client = keepAliveClient();
    const cut = client.get(server.url).catch((error: unknown) => error);
    await entered;
    await server.close(20);
    expect(await cut).toMatchObject({ code: 'ECONNRESET' });
  });

  it('does not wait for connections that ask for nothing', async () => {
    const server = await serve(hello);
    using client = keepAliveClient();
    await client.get(server.url);
    const silent = connect(Number(new URL(server.url).port), '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));
    await server.close(60_000);
    silent.destroy();
  }, 5_000);

  it('can be hurried', async () => {
    const { entered, handler } = gate();
    const server = await serve(handler);
    using client = keepAliveClient();
    const cut = client.get(server.url).catch((error: unknown) => error);
    await entered;
    await Promise.all([server.close(60_000), server.close(20)]);
    expect(await cut).toMatchObject({ code: 'ECONNRESET' });
  }, 5_000);

  it('may be asked for twice', async () => {
    const server = await serve(hello);
    await Promise.all([server.close(0), server.close(60_000), server[Symbol.asyncDispose]()]);
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
  });
});
