/** The image's steps are carried out; what comes of them runs where there is nothing of the project. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { ready, run, tenantEnv } from '../process/support.ts';
import { startCollector } from '../support/collector.ts';
import { freePort } from '../support/free-port.ts';
import { buildImage, type Image } from './image.ts';

let image: Image;
beforeAll(async () => {
  image = await buildImage();
}, 120_000);
afterAll(() => image?.[Symbol.asyncDispose]());

/** On loopback and any free port, else as the image says. */
const start = (more: Record<string, string> = {}) =>
  run(image.entrypoint[1] ?? '', { ...image.env, ...here, ...more }, [], { cwd: image.folder });
const here = { HOST: '127.0.0.1', PORT: '0', SANDBOX_PORT: '0' };

test('the image holds one file, for everybody who reaches the container', async () => {
  expect(await readdir(image.folder)).toEqual(['gateway.mjs']);
  expect(image.entrypoint).toEqual(['node', 'gateway.mjs']);
  expect(image.env).toEqual({ NODE_ENV: 'production', HOST: '0.0.0.0', PORT: '4000' });
});

test("it holds one GraphQL.js, for two would not know each other's types", async () => {
  const text = await readFile(join(image.folder, 'gateway.mjs'), 'utf8');
  expect(text.match(/class GraphQLError extends Error/g)).toHaveLength(1);
});

test('Node can hold the file with one byte a letter', async () => {
  const bytes = await readFile(join(image.folder, 'gateway.mjs'));
  expect(bytes.findIndex((byte) => byte > 127)).toBe(-1);
});

describe('in front of the sandbox', () => {
  test('it answers a query and an update, and stops when it is told to', async () => {
    await using gateway = start();
    const url = await listening(gateway);
    const ask = await signedIn(url);

    expect(await ask('{ me { nickname identities { provider } } }')).toMatchObject({
      data: { me: { identities: [{ provider: 'auth0' }] } },
    });
    expect(
      await ask(
        'mutation { updateUser(id: "auth0|507f1f77bcf86cd799439020", input: { nickname: "Jack" }) { ... on UpdateUserSuccess { user { nickname } } } }',
      ),
    ).toEqual({ data: { updateUser: { user: { nickname: 'Jack' } } } });

    gateway.signal(image.stopSignal as NodeJS.Signals);
    expect(await gateway.exited).toBe(0);
    expect(gateway.stderr()).not.toContain('Warning');
  });

  test('it serves its pages with all that belongs to them', async () => {
    await using gateway = start();
    const url = await listening(gateway);
    for (const path of ['/graphql', '/profile']) {
      const page = await (await fetch(url + path, { headers: { accept: 'text/html' } })).text();
      const parts = [...page.matchAll(/(?:href|src)="(\/pages\/[^"]+)"/g)].map(([, part = '']) => part);
      expect(parts.length).toBeGreaterThan(2);
      for (const part of parts) {
        const response = await fetch(url + part);
        expect([part, response.status, (await response.text()).length > 100]).toEqual([part, 200, true]);
      }
    }
    const script = await (await fetch(`${url}/pages/graphiql.js`)).text();
    expect(script).toContain('mutation UpdateUser');
    expect((await (await fetch(`${url}/pages/graphiql/library.js`)).text()).length).toBeGreaterThan(
      2_000_000,
    );
  });

  test('it sends traces and its log where it is told to, and has all that this takes', async () => {
    await using collector = await startCollector();
    await using gateway = start({ ...collector.env });
    const ask = await signedIn(await listening(gateway));
    await ask('query Traced { me { nickname } }');
    const spans = await collector.untilCollected((all) => all.length >= 2);
    expect(spans.find(({ kind }) => kind === 2)?.attributes).toMatchObject({
      'graphql.operation.name': 'Traced',
    });
    await collector.untilRecord(({ attributes }) => attributes['operation'] === 'Traced');
    gateway.signal(image.stopSignal as NodeJS.Signals);
    expect(await gateway.exited).toBe(0);
    expect(gateway.stderr()).not.toMatch(/Warning|Error/);
  });

  test('it has what it takes to look for a Redis', async () => {
    await using gateway = start({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
    await gateway.untilWritten('stdout', /"reason":"connect ECONNREFUSED/);
  });

  test('its health check tells a gateway that lives from one that does not', async () => {
    await using gateway = start();
    const { port } = new URL(await listening(gateway));
    const check = () =>
      promisify(execFile)(process.execPath, image.healthcheck.slice(1), { env: { PORT: port } });
    expect(image.healthcheck[0]).toBe('node');
    await expect(check()).resolves.toMatchObject({ stderr: '' });
    gateway.signal('SIGKILL');
    await gateway.exited;
    await expect(check()).rejects.toMatchObject({ code: 1 });
  });
});

test('in front of a tenant, it leaves out what Node has for a fetch of its own, and HTTP/2', async () => {
  await using sandbox = await startSandbox({ port: 0 });
  const tell = `process.once('exit', () => console.error(String(process.moduleLoadList)))`;
  await using gateway = start({
    ...tenantEnv(sandbox.origin),
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tell)}`,
  });
  const url = await listening(gateway);
  await ready(url);
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  });
  expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
  gateway.signal(image.stopSignal as NodeJS.Signals);
  await gateway.exited;
  expect(gateway.stderr()).toContain('NativeModule http,');
  expect(gateway.stderr()).not.toMatch(/undici|NativeModule http2/);
});

async function listening(gateway: ReturnType<typeof start>): Promise<string> {
  const [, url = ''] = await gateway.untilWritten('stdout', /"url":"([^"]+)"/);
  return url;
}

async function signedIn(url: string): Promise<(query: string) => Promise<unknown>> {
  const post = async (path: string, body: object, headers: Record<string, string> = {}): Promise<unknown> => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const token = (await post('/sandbox/token', { email: 'john.doe@gmail.com' })) as { access_token: string };
  return (query) => post('/graphql', { query }, { authorization: `Bearer ${token.access_token}` });
}
