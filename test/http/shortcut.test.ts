/** POSTs that are answered before they become a `Request` are served as everything else is. */
import { expect, it } from 'vitest';
import type { Shortcut } from '../../src/http/listen.ts';
import type { Answer } from '../../src/http/post.ts';
import { silentClient } from '../support/silent-client.ts';
import { exchangeRaw, gate, type Served, serve } from './support.ts';

const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n';
const answer = (body: string, headers: Answer['headers'] = {}): Answer => ({ status: 200, headers, body });
const patience = { headMs: 10_000, requestMs: 10_000, answerMs: 300 };
/** More than the system takes over for a client. */
const big = 'x'.repeat(32 * 1024 * 1024);

function serveShortcut(shortcut: Shortcut): Promise<Served> {
  return serve(() => new Response('the long way'), patience, shortcut);
}

it('what it does not take goes the long way', async () => {
  await using server = await serveShortcut(() => null);
  expect(await exchangeRaw(server.url, post.replace('Host', 'Connection: close\r\nHost'))).toContain(
    'the long way',
  );
});

it('does not take what names no host alone', async () => {
  await using server = await serveShortcut(async () => answer('the short way'));
  const told = await exchangeRaw(server.url, post.replace('Host: a', 'Connection: close\r\nHost: a/b?'));
  expect(told).toMatch(/^HTTP\/1\.1 400/);
});

it('does not take it either behind one that names a host', async () => {
  await using server = await serveShortcut(async () => answer('the short way'));
  const proper = post.replace('Host: a', 'Host: b');
  const told = await exchangeRaw(
    server.url,
    proper + post.replace('Host: a', 'Connection: close\r\nHost: b/c?'),
  );
  expect(told.match(/HTTP\/1\.1 \d+|the short way/g)).toEqual([
    'HTTP/1.1 200',
    'the short way',
    'HTTP/1.1 400',
  ]);
});

it('hears of a client that goes before it is answered', async () => {
  const [entered, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await using server = await serveShortcut(async (asked) => {
    asked.onceGone(left.resolve);
    entered.resolve();
    await left.promise;
    return answer('for nobody');
  });
  const client = await silentClient(server.url, post);
  await entered.promise;
  client[Symbol.dispose]();
  await left.promise;
});

it('hears nothing of a client that goes with its answer', async () => {
  let leaves = 0;
  {
    await using server = await serveShortcut(async (asked) => {
      asked.onceGone(() => leaves++);
      return answer('done');
    });
    const told = await exchangeRaw(server.url, post.replace('Host', 'Connection: close\r\nHost'));
    expect(told).toContain('done');
  }
  expect(leaves).toBe(0);
});

it('each answer ends its connection once the listener drains, those under way included', async () => {
  const { entered, open, handler } = gate();
  await using server = await serveShortcut(async () => answer(await (await handler()).text()));
  const underWay = exchangeRaw(server.url, post);
  await entered;
  server.drain();
  open();
  for (const told of [await underWay, await exchangeRaw(server.url, post)])
    expect(told).toMatch(/connection: close[\s\S]*done/i);
});

it('a client that does not take its answer is cut off', async () => {
  await using server = await serveShortcut(async () => answer(big));
  using client = await silentClient(server.url, post);
  await client.untilCut();
});

it('a client that does not take its answer is cut off behind answers that were small', async () => {
  const answers = [answer('small'), answer(big)];
  await using server = await serveShortcut(async () => answers.shift() ?? answer(''));
  using client = await silentClient(server.url, post + post);
  await client.untilCut();
});

it.each<[string, Shortcut]>([
  [
    'is thrown',
    async () => {
      throw new Error('a bug');
    },
  ],
  ['cannot be sent', async () => answer('', { 'x-bad': 'b\u0001' })],
])('what %s is a bare 500, told to whoever listens', async (_, shortcut) => {
  await using server = await serveShortcut(shortcut);
  const told = await exchangeRaw(server.url, post.replace('Host', 'Connection: close\r\nHost'));
  expect(told).toMatch(/^HTTP\/1\.1 500 /);
  expect(server.errors).toHaveLength(1);
});
