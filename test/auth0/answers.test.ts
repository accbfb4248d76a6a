import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { Auth0Refusal } from '../../src/auth0/errors.ts';
import {
  type Answer,
  broken,
  deadline,
  failure,
  fault,
  john,
  json,
  patiently,
  raw,
  refusal,
  type Scene,
  startScene,
  text,
  tooLarge,
} from './support.ts';

const html = { 'content-type': 'text/html' };
const megabyte = 1024 * 1024;

const get = (scene: Scene) => scene.client.getUser(john.user_id, patiently());
const update = (scene: Scene) => scene.client.updateUser(john.user_id, { name: 'J' }, patiently());

describe('a user', () => {
  it.each([
    ['with attributes nobody knows', { loyalty: { tier: [1, null] }, last_login: 5, ...john }],
    ['with nothing but an id', { user_id: john.user_id }],
    ['with an attribute of any name', JSON.parse(`{"user_id":"${john.user_id}","__proto__":{"a":1}}`)],
  ])('arrives as it is: %s', async (_, user) => {
    await using scene = await startScene();
    scene.answer(json(user));
    expect(JSON.stringify(await get(scene))).toBe(JSON.stringify(user));
  });

  it('loses identities that are none', async () => {
    await using scene = await startScene();
    const [identity] = john['identities'] as object[];
    scene.answer(
      json({ ...john, identities: null }),
      json({ ...john, identities: [null, identity, 'x', []] }),
    );
    expect(await get(scene)).not.toHaveProperty('identities');
    expect(await get(scene)).toEqual(john);
  });

  it('loses a token that stands beside its identities', async () => {
    await using scene = await startScene();
    scene.answer(json({ ...john, access_token: 'canary' }));
    expect(await get(scene)).toEqual(john);
  });

  it('keeps every digit of its numbers', async () => {
    await using scene = await startScene();
    const body = `{"user_id":"github|12345678901234567890","identities":[{"user_id":12345678901234567890},
      {"user_id":12345678},{"user_id":"007"}],"app_metadata":{"order":9007199254740993,"count":3}}`;
    scene.answer(text(body));
    expect(await scene.client.getUser('github|12345678901234567890', patiently())).toEqual({
      user_id: 'github|12345678901234567890',
      identities: [{ user_id: '12345678901234567890' }, { user_id: '12345678' }, { user_id: '007' }],
      app_metadata: { order: '9007199254740993', count: 3 },
    });
  });

  it('arrives whole however it is cut into pieces', async () => {
    await using scene = await startScene();
    const bytes = Buffer.from(JSON.stringify({ ...john, name: 'Jörg \u{1f600}' }));
    scene.answer((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (const byte of bytes) response.write(Buffer.of(byte));
      response.end();
    });
    expect(await get(scene)).toMatchObject({ name: 'Jörg \u{1f600}' });
  });

  it('may be announced by other answers', async () => {
    await using scene = await startScene();
    scene.answer((response, request) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      json(john)(response, request);
    });
    expect(await get(scene)).toEqual(john);
  });

  it('may be large', async () => {
    await using scene = await startScene();
    const large = { ...john, user_metadata: { notes: 'x'.repeat(3 * megabyte) } };
    scene.answer(json(large));
    expect(await get(scene)).toEqual(large);
  });
});

describe('nobody', () => {
  it("is Auth0's own 404", async () => {
    await using scene = await startScene();
    scene.answer(refusal(404, 'inexistent_user'));
    expect(await get(scene)).toBeNull();
    expect(await update(scene)).toBeNull();
    expect(await scene.client.getIdpTokens(john.user_id, patiently())).toBeNull();
  });

  it.each<[string, Answer]>([
    ['a page', text('<html>Not Found</html>', { status: 404, headers: html })],
    ['nothing', text('', { status: 404 })],
    ['a list', json([], { status: 404 })],
    ["another API's", json({ error: 'Not Found', path: '/' }, { status: 404 })],
    ['a status within that is another', json({ statusCode: 403 }, { status: 404 })],
    ['half an error', broken('{"statusCode":404,', 'cut', { status: 404 })],
  ])("is not somebody else's 404: %s", async (_, answer) => {
    await using scene = await startScene();
    scene.answer(answer);
    for (const call of [get(scene), update(scene), scene.client.getIdpTokens(john.user_id, patiently())])
      expect(await fault(call)).toMatchObject({ code: 'bad_response', outcome: 'not-applied' });
  });

  it('is found by a list or an address as a refusal', async () => {
    await using scene = await startScene();
    scene.answer(refusal(404));
    const list = scene.client.listUsers({ page: 0, perPage: 1 }, patiently());
    expect(await failure(list)).toMatchObject({ code: 'refused', status: 404 });
    expect(await failure(scene.client.usersByEmail('a@b.c', patiently()))).toBeInstanceOf(Auth0Refusal);
  });
});

describe('a refusal', () => {
  it.each([400, 403, 409, 410, 422])('%i is told with its code and its words', async (status) => {
    await using scene = await startScene();
    scene.answer(refusal(status, 'invalid_body'));
    for (const call of [get(scene), update(scene)]) {
      const error = await failure(call);
      expect(error).toBeInstanceOf(Auth0Refusal);
      expect(error).toMatchObject({ code: 'refused', status, errorCode: 'invalid_body' });
      expect((error as Auth0Refusal).upstreamMessage).toBe('canary-upstream');
    }
  });

  it.each<[string, Answer]>([
    ['no code', json({ statusCode: 403 }, { status: 403 })],
    ['a code that is none', json({ errorCode: 'canary for john@example.com' }, { status: 403 })],
    ['a code without end', json({ errorCode: 'x'.repeat(65) }, { status: 403 })],
    ['other types', json({ errorCode: 5, message: { a: 1 } }, { status: 403 })],
    ['a list', json([1], { status: 403 })],
    ['a page', text('<html>', { status: 403, headers: html })],
    ['nothing', text('', { status: 403 })],
    ['too much', text(tooLarge, { status: 403 })],
    ['half a body', broken('{', 'cut', { status: 403 })],
    ['an encoding', text(gzipSync('{}'), { status: 403, headers: { 'content-encoding': 'gzip' } })],
    ['no UTF-8', text(Buffer.of(0xff), { status: 403 })],
  ])('with %s is one all the same', async (_, answer) => {
    await using scene = await startScene();
    scene.answer(answer);
    const error = await failure(update(scene));
    expect(error).toMatchObject({ code: 'refused', status: 403, errorCode: null });
    expect((error as Auth0Refusal).upstreamMessage).toBe('');
  });

  it('stands although its body never ends', async () => {
    await using scene = await startScene();
    scene.answer(broken('{', 'silence', { status: 409 }));
    const { pass, ...options } = deadline();
    const call = failure(scene.client.updateUser(john.user_id, {}, options));
    await vi.waitFor(() => expect(scene.requests).toHaveLength(1));
    await sleep(200);
    pass();
    expect(await call).toMatchObject({ code: 'refused', status: 409 });
  });
});

describe('no answer to believe', () => {
  it.each<[string, Answer]>([
    ['another user', json({ ...john, user_id: 'auth0|another' })],
    ['the same id in capitals', json({ ...john, user_id: john.user_id.toUpperCase() })],
    ['a user without an id', json({ name: 'John' })],
    ['an id that is a number', json({ user_id: 5 })],
    ['an empty id', json({ user_id: '' })],
    ['a list', json([john])],
    ['null', json(null)],
    ['nothing', text('')],
    ['no content', (response) => void response.writeHead(204).end()],
    ['half of JSON', text('{"user_id":')],
    ['a page', text('<html>Sign in to the Wi-Fi</html>', { headers: html })],
    ['no UTF-8', text(Buffer.from(`{"user_id":"${john.user_id}","name":"\xff"}`, 'latin1'))],
    ['another encoding', text(gzipSync(JSON.stringify(john)), { headers: { 'content-encoding': 'gzip' } })],
    ['an encoding that is none', json(john, { headers: { 'content-encoding': 'br' } })],
    ['less than announced', broken(JSON.stringify(john), 'cut', { headers: { 'content-length': 5_000 } })],
    ['chunks that do not end', broken(JSON.stringify(john), 'cut', { headers: {} })],
    ['something else than HTTP', raw('SSH-2.0-OpenSSH_9.6\r\n')],
    ['headers without end', raw(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`)],
    ['chunks of no size', raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}')],
    ['too large', text(tooLarge)],
    ['too large, in chunks', text(tooLarge, { headers: { 'transfer-encoding': 'chunked' } })],
    ['a redirect without a place', text('', { status: 302 })],
    ['not modified', (response) => void response.writeHead(304).end()],
  ])('is %s', async (_, answer) => {
    await using scene = await startScene();
    scene.answer(answer);
    expect(await fault(get(scene))).toMatchObject({ code: 'bad_response', outcome: 'unknown' });
    expect(await fault(update(scene))).toMatchObject({ code: 'bad_response', outcome: 'unknown' });
    const tokens = scene.client.getIdpTokens(john.user_id, patiently());
    expect(await fault(tokens)).toMatchObject({ code: 'bad_response' });
  });

  it.each([301, 302, 303, 307, 308])('is a redirect (%i), which nobody follows', async (status) => {
    await using scene = await startScene();
    await using elsewhere = await startScene();
    scene.answer(text('', { status, headers: { location: `${elsewhere.origin}/api/v2/users/x` } }));
    for (const call of [get(scene), update(scene)]) expect((await fault(call)).code).toBe('bad_response');
    scene.answer(text('', { status, headers: { location: `${scene.origin}/api/v2/users/x` } }));
    await fault(get(scene));
    expect(elsewhere.connections.opened).toBe(0);
    expect(scene.requests.map(({ method }) => method)).toEqual(['GET', 'PATCH', 'GET']);
  });

  it.each([
    ['no list of users', { total: 1 }],
    ['a user without an id', { users: [john, {}], total: 2 }],
    ['no total', { users: [john] }],
    ['a total in words', { users: [john], total: '1' }],
    ['a total of less than nothing', { users: [], total: -1 }],
    ['half a user', { users: [], total: 0.5 }],
    ['a list without totals', [john]],
  ])('is a page with %s', async (_, page) => {
    await using scene = await startScene();
    scene.answer(json(page));
    const list = scene.client.listUsers({ page: 0, perPage: 2 }, patiently());
    expect(await fault(list)).toMatchObject({ code: 'bad_response' });
  });

  it.each([{ users: [john] }, [john, null], [{ email: 'john.doe@example.com' }], [{ user_id: '' }], null])(
    'is %j for the users of an address',
    async (users) => {
      await using scene = await startScene();
      scene.answer(json(users));
      const found = scene.client.usersByEmail('john.doe@example.com', patiently());
      expect(await fault(found)).toMatchObject({ code: 'bad_response' });
    },
  );
});

it('an answer says identity where it is not encoded', async () => {
  await using scene = await startScene();
  scene.answer(json(john, { headers: { 'content-encoding': 'identity' } }));
  expect(await get(scene)).toEqual(john);
});
