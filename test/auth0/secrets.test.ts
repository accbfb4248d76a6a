/** Whatever goes wrong, the error can be logged: nothing in it was said by Auth0, and nothing is a secret. */
import { inspect } from 'node:util';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  broken,
  failure,
  json,
  patiently,
  raw,
  refusal,
  reset,
  type Scene,
  silence,
  startScene,
  startSceneWithToken,
  text,
  token,
  tooLarge,
  within,
} from './support.ts';

const id = 'auth0|canary-id';
const canary = 'canary-upstream';
const calls: [string, (scene: Scene) => Promise<unknown>][] = [
  ['getUser', ({ client }) => client.getUser(id, within(120))],
  ['getIdpTokens', ({ client }) => client.getIdpTokens(id, within(120))],
  ['listUsers', ({ client }) => client.listUsers({ q: canary, page: 0, perPage: 1 }, within(120))],
  ['usersByEmail', ({ client }) => client.usersByEmail('canary@example.com', within(120))],
  ['updateUser', ({ client }) => client.updateUser(id, { password: 'canary-password' }, within(120))],
];

const answers: [string, Answer][] = [
  ['400', refusal(400, 'invalid_body')],
  ['a code that is none', json({ errorCode: 'canary says', message: canary }, { status: 409 })],
  ['401', refusal(401)],
  ['403', refusal(403)],
  ['a 404 page', text(canary, { status: 404 })],
  ['429', refusal(429, canary, { headers: { 'x-canary': canary } })],
  ['500', refusal(500)],
  ['a redirect', text(canary, { status: 302, headers: { location: `http://${canary}/` } })],
  ['text', text(canary)],
  ['almost JSON', text(`{"user_id":"${canary}" 5`)],
  ['long numbers and almost JSON', text(`{"user_id":12345678901234567,"a":${canary}`)],
  ['another user', json({ user_id: canary, total: canary })],
  ['another encoding', json({}, { headers: { 'content-encoding': canary } })],
  ['too large a body', text(tooLarge)],
  ['half a body', broken(canary, 'cut')],
  ['an endless body', broken(canary, 'drip', { headers: { 'x-canary': canary } })],
  ['something else than HTTP', raw(`${canary}\r\n\r\n`)],
  ['a header that is none', raw(`HTTP/1.1 200 OK\r\n${canary} : : \r\n\r\n`)],
  ['a chunk that is none', raw(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${canary}\r\n`)],
  ['headers without end', raw(`HTTP/1.1 200 OK\r\nx: ${canary.repeat(10_000)}\r\n\r\n`)],
  ['a reset', reset],
  ['silence', silence],
];

describe.each(answers)('%s', (_, answer) => {
  it.each(calls)('leaves no trace in the error of %s', async (_, call) => {
    await using scene = await startScene();
    scene.answer(answer);
    expectNoCanary(await failure(call(scene)));
  });

  it('leaves none in the error of who needs a token', async () => {
    await using scene = await startScene();
    scene.answerToken(answer);
    expectNoCanary(await failure(scene.client.getUser(id, within(120))));
  });
});

describe('no trace is left either', () => {
  it('of a token that is no header', async () => {
    await using scene = await startScene();
    scene.answerToken(token({ access_token: 'canary\r\ntoken' }));
    expectNoCanary(await failure(scene.client.getUser(id, patiently())));
  });

  it('of a call that could not be sent', async () => {
    await using scene = await startSceneWithToken();
    await scene.stop();
    for (const [, call] of calls) expectNoCanary(await failure(call(scene)));
    await scene.restart();
  });

  it('of a call whose correlation id is no header', async () => {
    await using scene = await startScene();
    const call = scene.client.getUser(id, { ...patiently(), correlationId: 'canary\r\nx: y' });
    expectNoCanary(await failure(call));
  });

  it('of a call that a disposal ended', async () => {
    await using scene = await startSceneWithToken();
    scene.answer(silence);
    const ended = calls.map(([, call]) => failure(call(scene)));
    await scene.client[Symbol.asyncDispose]();
    for (const error of await Promise.all(ended)) expectNoCanary(error);
  });
});

it('what a refusal said is there for who asks for it by name', async () => {
  await using scene = await startScene();
  scene.answer(refusal(400));
  const error = await failure(scene.client.updateUser(id, {}, patiently()));
  expect(Reflect.get(Object(error), 'upstreamMessage')).toBe(canary);
  expect({ ...Object(error) }).not.toHaveProperty('upstreamMessage');
});

function expectNoCanary(error: unknown): void {
  const chain: unknown[] = [];
  for (let next: unknown = error; next instanceof Error; next = next.cause) chain.push(next);
  expect(chain).not.toHaveLength(0);
  const lines: string[] = [];
  pino({}, { write: (line) => void lines.push(line) }).error({ err: error }, 'failed');
  const texts = chain.flatMap((error) => [
    String(error),
    (error as Error).stack,
    JSON.stringify(error),
    JSON.stringify({ ...(error as Error) }),
    inspect(error, { depth: Infinity, maxArrayLength: null, maxStringLength: null }),
  ]);
  expect([...texts, ...lines].join('\n')).not.toContain('canary');
}
