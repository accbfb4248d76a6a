import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure, john, json, patiently, type Received, type Scene, startScene } from './support.ts';

const last = (scene: Scene): Received => {
  const request = scene.requests.at(-1);
  if (request === undefined) throw new Error('Expected a request.');
  return request;
};

describe('the path', () => {
  it.each([
    ['auth0|1', 'auth0%7C1'],
    ['ad|Example-LDAP|../../clients', 'ad%7CExample-LDAP%7C..%2F..%2Fclients'],
    ['sms|+1?fields=a#b', 'sms%7C%2B1%3Ffields%3Da%23b'],
    ['waad|a b%2Fc\\d', 'waad%7Ca%20b%252Fc%5Cd'],
    ['oauth2|ünï\u{1f600}', 'oauth2%7C%C3%BCn%C3%AF%F0%9F%98%80'],
    ['a|\r\nx: y', 'a%7C%0D%0Ax%3A%20y'],
  ])('has %j as one segment', async (id, segment) => {
    await using scene = await startScene();
    scene.answer(json({ user_id: id }));
    await scene.client.getUser(id, patiently());
    await scene.client.getIdpTokens(id, patiently());
    await scene.client.updateUser(id, { name: 'J' }, patiently());
    expect(scene.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /api/v2/users/${segment}`,
      `GET /api/v2/users/${segment}`,
      `PATCH /api/v2/users/${segment}`,
    ]);
  });

  it('leads to one user, whatever the id', async () => {
    await using scene = await startScene();
    const ids = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        ids.filter((id) => !/^\.{1,2}$/.test(id)),
        async (id) => {
          scene.answer(json({ user_id: id }));
          await scene.client.getUser(id, patiently());
          const { pathname, search } = new URL(last(scene).path, scene.origin);
          const [, api, version, users, segment = '', ...more] = pathname.split('/');
          expect([api, version, users, decodeURIComponent(segment), more, search]).toEqual([
            'api',
            'v2',
            'users',
            id,
            [],
            '',
          ]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each(['', '.', '..'])('is never that of something else: %j', async (id) => {
    await using scene = await startScene();
    const { client } = scene;
    const calls = [
      async () => client.getUser(id, patiently()),
      async () => client.getIdpTokens(id, patiently()),
      async () => client.updateUser(id, {}, patiently()),
    ];
    for (const call of calls) expect(await failure(call())).toBeInstanceOf(RangeError);
    expect([...scene.requests, ...scene.tokenRequests]).toEqual([]);
  });
});

describe('the query', () => {
  it('has the page, counted, and nothing else', async () => {
    await using scene = await startScene();
    scene.answer(json({ users: [], total: 0 }));
    await scene.client.listUsers({ page: 3, perPage: 25 }, patiently());
    expect(queryOf(last(scene))).toEqual([
      '/api/v2/users',
      { page: '3', per_page: '25', include_totals: 'true', search_engine: 'v3' },
    ]);
  });

  it('has search and order as they were given', async () => {
    await using scene = await startScene();
    scene.answer(json({ users: [], total: 0 }));
    const q = 'name:"a&b=c" AND email:*+ü%26#?';
    await scene.client.listUsers({ q, sort: 'created_at:-1', page: 0, perPage: 100 }, patiently());
    expect(queryOf(last(scene))).toEqual([
      '/api/v2/users',
      { page: '0', per_page: '100', include_totals: 'true', search_engine: 'v3', q, sort: 'created_at:-1' },
    ]);
  });

  it('has the address as it was given', async () => {
    await using scene = await startScene();
    scene.answer(json([]));
    const email = 'John+tag&x=1@Example.com';
    await scene.client.usersByEmail(email, patiently());
    expect(queryOf(last(scene))).toEqual(['/api/v2/users-by-email', { email }]);
  });
});

describe('the headers', () => {
  const ofReads = {
    authorization: 'Bearer canary-token-1',
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'auth0-users-graphql',
  };

  it('of a read are these and no others', async () => {
    await using scene = await startScene();
    await scene.client.getUser(john.user_id, patiently());
    expect(ownHeaders(last(scene))).toEqual(ofReads);
  });

  it('of an update tell what its body is', async () => {
    await using scene = await startScene();
    const patch = { user_metadata: { größe: '\u2028"' }, email: null };
    await scene.client.updateUser(john.user_id, patch, patiently());
    const { body } = last(scene);
    expect(ownHeaders(last(scene))).toEqual({
      ...ofReads,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
    });
    expect(JSON.parse(body)).toEqual(patch);
  });

  it('carry the correlation id, which nothing else adds', async () => {
    await using scene = await startScene();
    await scene.client.getUser(john.user_id, { ...patiently(), correlationId: 'request-1' });
    await scene.client.updateUser(john.user_id, {}, { ...patiently(), correlationId: 'request-2' });
    expect(scene.requests.map(({ headers }) => headers['x-correlation-id'])).toEqual([
      'request-1',
      'request-2',
    ]);
    expect(ownHeaders(scene.requests[0])).toEqual({ ...ofReads, 'x-correlation-id': 'request-1' });
    expect(scene.tokenRequests[0]?.headers).not.toHaveProperty('x-correlation-id');
  });

  it('cannot be added to by a correlation id', async () => {
    await using scene = await startScene();
    const call = scene.client.getUser(john.user_id, { ...patiently(), correlationId: 'a\r\nx-more: b' });
    expect(await failure(call)).toMatchObject({ code: 'UND_ERR_INVALID_ARG' });
    expect(scene.requests).toEqual([]);
  });
});

it('the token is asked for as the application, for the audience', async () => {
  await using scene = await startScene();
  await scene.client.getUser(john.user_id, patiently());
  const [request] = scene.tokenRequests;
  expect([request?.method, request?.path]).toEqual(['POST', '/oauth/token']);
  expect(JSON.parse(request?.body ?? '')).toEqual({
    grant_type: 'client_credentials',
    client_id: 'gateway',
    client_secret: 'canary-secret',
    audience: 'https://acme.example/api/v2/',
  });
  expect(ownHeaders(request)).toEqual({
    accept: 'application/json',
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'content-length': String(request?.body.length),
    'user-agent': 'auth0-users-graphql',
  });
});

function queryOf({ path }: Received): [path: string, query: Record<string, string>] {
  const { pathname, searchParams } = new URL(path, 'http://tenant');
  return [pathname, Object.fromEntries(searchParams)];
}

/** Without those that every HTTP/1.1 request has. */
function ownHeaders(request: Received | undefined) {
  const { host: _host, connection: _connection, ...headers } = request?.headers ?? {};
  return headers;
}
