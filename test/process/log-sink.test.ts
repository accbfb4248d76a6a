/** What becomes of a gateway whose log nobody reads. */
import { closeSync, openSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { type Process, type RunOptions, ready, run } from './support.ts';

const update = JSON.stringify({
  query:
    'mutation { updateUser(id: "auth0|507f1f77bcf86cd799439020", input: { nickname: "J" }) { ... on UpdateUserSuccess { applied } } }',
});

test('a reader of stdout that is gone ends nothing, and the audit goes to stderr', async () => {
  await using gateway = sandboxed({ stdout: 'closed' });
  await worksAndStops(gateway);
  expect(gateway.stderr()).toContain('"event":"audit"');
  expect(gateway.stderr()).not.toContain('EPIPE');
});

test('a reader of stdout that has stopped holds up nothing, not even the end', async () => {
  await using gateway = sandboxed({ stdout: 'unread' });
  await worksAndStops(gateway);
});

test('a full disk under stdout ends nothing, and the audit goes to stderr', async () => {
  const file = openSync('/dev/full', 'w');
  try {
    await using gateway = sandboxed({ stdout: { file } });
    await worksAndStops(gateway);
    expect(gateway.stderr()).toContain('"event":"audit"');
  } finally {
    closeSync(file);
  }
});

test('an exception that ends the process does not take the last lines with it', async () => {
  const thrower = `import { subscribe } from 'node:diagnostics_channel';
    subscribe('http.server.response.finish', ({ request }) => {
      if (request.url === '/graphql') throw new Error('thrown elsewhere');
    });`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(thrower)}` };
  await using gateway = sandboxed({}, env);
  const [, url = ''] = await gateway.untilWritten('stdout', /"url":"([^"]+)"/);
  await ready(url);
  await ask(url, { query: 'query Last { __typename }' }).catch(() => {});
  expect(await gateway.exited).not.toBe(0);
  // What was written may still be on its way.
  await vi.waitFor(() => expect(gateway.stderr()).toContain('thrown elsewhere'));
  await vi.waitFor(() => expect(gateway.stdout()).toContain('"operation":"Last"'));
});

function sandboxed(options: RunOptions, env: Record<string, string> = {}): Process {
  return run('src/main.ts', { PORT: '0', SANDBOX_PORT: '0', ...env }, [], options);
}

async function worksAndStops(gateway: Process): Promise<void> {
  const [, url = ''] = await gateway.untilWritten('stderr', /GraphiQL: open (\S+)\/graphql/);
  await ready(url);
  // More than any pipe holds.
  const longName = 'x'.repeat(4_000);
  for (let times = 0; times < 150; times++) {
    const { status } = await ask(url, { query: `query ${longName} { __typename }` });
    expect(status).toBe(200);
  }
  const token = await fetch(`${url}/sandbox/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'john.doe@gmail.com' }),
  });
  const { access_token } = (await token.json()) as { access_token: string };
  const response = await ask(url, JSON.parse(update) as object, access_token);
  expect(await response.json()).toEqual({ data: { updateUser: { applied: true } } });
  gateway.signal('SIGTERM');
  expect(await gateway.exited).toBe(0);
}

async function ask(url: string, body: object, token?: string): Promise<Response> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
}
