import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { MeDocument, UserDocument, UsersDocument } from '../support/operations/graphql.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

describe('a token that is not good', () => {
  test.for(['Bearer', 'Bearer a.b.c', 'Bearer a b', 'Basic YTpi', 'Bearer eyJhbGciOiJub25lIn0.e30.'])(
    'is answered 401 with a challenge and a GraphQL body: %s',
    async (authorization) => {
      gateway.takeUpstreamCalls();
      const response = await send(authorization);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
      expect(gateway.takeUpstreamCalls()).toEqual([]);
    },
  );

  test('may be a good one for another audience', async () => {
    const response = await fetch(`${gateway.sandbox.origin}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: 'gateway',
        client_secret: 'gateway-secret',
        audience: `${gateway.sandbox.origin}/api/v2/`,
      }),
    });
    const { access_token } = (await response.json()) as { access_token: string };
    expect((await send(`Bearer ${access_token}`)).status).toBe(401);
  });
});

describe('a token of a person', () => {
  test('grants by its permissions, whatever scope was asked for', async () => {
    const { access_token } = await passwordGrant('support@example.com', 'openid');
    const { errors } = await gateway.ask(UsersDocument, {}, { token: access_token });
    expect(errors).toBeUndefined();
  });

  test('lets them read themselves whatever it grants', async () => {
    const { access_token } = await passwordGrant('john.doe@gmail.com');
    expect(await gateway.ask(MeDocument, {}, { token: access_token })).toMatchObject({
      data: { me: { email: 'john.doe@gmail.com' } },
    });
  });
});

describe('a machine token', () => {
  test('holds every permission and no user', async () => {
    const id = gateway.sandbox.people[0]?.userId ?? '';
    expect(await gateway.ask(UserDocument, { id }, 'machine')).toMatchObject({ data: { user: { id } } });
    expect(await gateway.ask(MeDocument, {}, 'machine')).toMatchObject({
      data: { me: null },
      errors: undefined,
    });
  });
});

describe('the permissions claim', () => {
  test('is the one the operator names, and only that', async () => {
    await using strict = await startGateway({ permissionsClaim: 'scope' });
    // Its permissions would do; its scope was narrowed to nothing.
    const { access_token } = await passwordGrant('support@example.com', 'openid', strict);
    expect(await strict.ask(UsersDocument, {}, { token: access_token })).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    expect((await gateway.ask(UsersDocument, {}, { email: 'support@example.com' })).errors).toBeUndefined();
  });
});

describe("without the issuer's keys", () => {
  test('callers hear IDP_UNAVAILABLE, not that their token is bad', async () => {
    await using cut = await startGateway();
    const token = `${await cut.tokenOf({ email: 'john.doe@gmail.com' })}`;
    await using keyless = await startGatewayWithoutKeys();
    const { status, errors } = await keyless.ask(MeDocument, {}, { token });
    expect(status).toBe(200);
    expect(errors).toMatchObject([{ path: ['me'], extensions: { code: 'IDP_UNAVAILABLE' } }]);
    // The management token may still be on its way, which is another reason.
    await expect
      .poll(async () => {
        const health = await fetch(`${keyless.url}/readyz`);
        return { code: health.status, ...((await health.json()) as object) };
      })
      .toEqual({ code: 503, status: 'not ready', reasons: ["the issuer's keys were never loaded"] });
  });
});

describe('/sandbox/token', () => {
  test("gives a person's token to the gateway's own pages", async () => {
    const response = await sandboxToken({ email: 'john.doe@gmail.com' });
    const { access_token } = (await response.json()) as { access_token: string };
    expect(await gateway.ask(MeDocument, {}, { token: access_token })).toMatchObject({
      data: { me: { email: 'john.doe@gmail.com' } },
    });
  });

  test.for<[number, unknown, Record<string, string>]>([
    [403, { email: 'john.doe@gmail.com' }, { origin: 'https://evil.example' }],
    [403, { email: 'john.doe@gmail.com' }, { 'sec-fetch-site': 'cross-site' }],
    [415, { email: 'john.doe@gmail.com' }, { 'content-type': 'text/plain' }],
    [400, { mail: 1 }, {}],
    [404, { email: 'nobody@example.com' }, {}],
  ])('answers %s to %j with %j', async ([status, body, headers]) => {
    expect((await sandboxToken(body, headers)).status).toBe(status);
  });
});

function startGatewayWithoutKeys(): Promise<TestGateway> {
  return startGateway({ awaitReady: false, gateway: { callers: unreachableCallers } });
}

const unreachableCallers = {
  issuer: 'http://127.0.0.1:9/',
  jwksUri: 'http://127.0.0.1:9/.well-known/jwks.json',
  audience: 'https://users.gateway.example/',
  permissionsClaim: null,
};

function sandboxToken(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}/sandbox/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function send(authorization: string): Promise<Response> {
  return fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: '{ me { id } }' }),
  });
}

async function passwordGrant(
  username: string,
  scope?: string,
  of = gateway,
): Promise<{ access_token: string }> {
  const response = await fetch(`${of.sandbox.origin}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'password',
      client_id: 'console',
      client_secret: 'console-secret',
      audience: 'https://users.gateway.example/',
      username,
      password: 'sandbox',
      scope,
    }),
  });
  return (await response.json()) as { access_token: string };
}
