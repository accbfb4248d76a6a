import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyLimit, readBody } from '../../src/http/body.ts';
import { exchangeRaw, type Served, serve } from './support.ts';

let server: Served;
beforeAll(async () => {
  server = await serve(async (request) => {
    const body = await readBody(request);
    return Response.json('text' in body ? { length: body.text.length } : body);
  });
});
afterAll(() => server[Symbol.asyncDispose]());

describe.each([
  ['of a told length', true],
  ['in chunks', false],
])('a body %s', (_, isTold) => {
  it.each([0, 1, bodyLimit])('is read where it has %i bytes', async (size) => {
    expect(await post(size, isTold)).toEqual({ length: size });
  });

  it.each([bodyLimit + 1, 50 * bodyLimit])('is refused where it has %i bytes', async (size) => {
    expect(await post(size, isTold)).toEqual({ problem: 'too-large' });
  });
});

it('is counted in bytes, and is text in UTF-8', async () => {
  const text = 'é'.repeat(bodyLimit / 2);
  expect(await (await fetch(server.url, { method: 'POST', body: text })).json()).toEqual({
    length: text.length,
  });
  const body = new Uint8Array([0x61, 0xff]);
  expect(await (await fetch(server.url, { method: 'POST', body })).json()).toEqual({ problem: 'broken' });
});

it('is refused before it comes, where it tells its length', async () => {
  const head = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${bodyLimit + 1}\r\n\r\n`;
  expect(await exchangeRaw(server.url, head)).toContain('too-large');
});

it('that is refused does not keep its connection from serving others', async () => {
  await post(50 * bodyLimit, false);
  expect(await post(1, true)).toEqual({ length: 1 });
});

it('that breaks off is no error of the handler', async () => {
  const broken = Promise.withResolvers<unknown>();
  await using server = await serve(async (request) => {
    broken.resolve(await readBody(request));
    return new Response();
  });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
  await expect.poll(() => server.calls()).toBe(1);
  socket.resetAndDestroy();
  expect(await broken.promise).toEqual({ problem: 'broken' });
  expect(server.errors).toEqual([]);
});

async function post(size: number, isTold: boolean): Promise<unknown> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest(server.url, {
      method: 'POST',
      headers: isTold ? { 'content-length': size } : { 'transfer-encoding': 'chunked' },
    });
    request.on('response', resolve).on('error', reject);
    for (let left = size; left > 0; left -= 10_000) request.write('a'.repeat(Math.min(left, 10_000)));
    request.end();
  });
  return json(response);
}
