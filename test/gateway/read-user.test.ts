import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { admin, john, johnId, startGateway, support, type TestGateway } from '../support/gateway.ts';
import { MeDocument, UserDocument, UsersByEmailDocument } from '../support/operations/graphql.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

describe('me', () => {
  test("is the caller's own user", async () => {
    const { status, data, errors } = await gateway.ask(MeDocument, {}, john);
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    expect(data?.me).toMatchObject({ id: johnId, email: 'john.doe@gmail.com' });
  });

  test('is null for a machine token', async () => {
    expect(await gateway.ask(MeDocument, {}, 'machine')).toMatchObject({
      data: { me: null },
      errors: undefined,
    });
  });

  test('needs a caller', async () => {
    const { status, data, errors } = await gateway.ask(MeDocument, {}, 'nobody');
    expect(status).toBe(200);
    expect(data).toEqual({ me: null });
    expect(errors).toMatchObject([{ path: ['me'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});

describe('user', () => {
  test('is null where there is none, for who may read every user', async () => {
    expect(await gateway.ask(UserDocument, { id: 'auth0|nobody' }, support)).toMatchObject({
      data: { user: null },
      errors: undefined,
    });
  });

  test.for(['', 'nopipe', '|', 'auth0|', '|x', '.', '..', 'auth0|\u0007', `auth0|${'x'.repeat(250)}`])(
    'is null for the impossible id %j, without a call upstream',
    async (id) => {
      gateway.takeUpstreamCalls();
      expect(await gateway.ask(UserDocument, { id }, support)).toMatchObject({
        data: { user: null },
        errors: undefined,
      });
      expect(gateway.takeUpstreamCalls()).toEqual([]);
    },
  );

  test.for([
    'auth0|../../clients',
    'auth0|a b',
    'auth0|a%7Cb',
    'auth0|?q=1#x',
    'samlp|a|b',
    'auth0|ü',
    'auth0|a;b/c',
  ])('asks for %j in one path segment', async (id) => {
    gateway.takeUpstreamCalls();
    await gateway.ask(UserDocument, { id }, support);
    expect(gateway.takeUpstreamCalls().map(({ path }) => path)).toEqual([
      `/api/v2/users/${encodeURIComponent(id)}`,
    ]);
  });

  test('tells "not allowed" and "does not exist" apart for nobody else', async () => {
    gateway.takeUpstreamCalls();
    const refusals = await Promise.all(
      ['auth0|nobody', 'nopipe', ''].map((id) => gateway.ask(UserDocument, { id }, john)),
    );
    const texts = refusals.map(({ data, errors }) =>
      JSON.stringify({
        data,
        errors: errors?.map(({ extensions, ...error }) => ({ ...error, code: extensions.code })),
      }),
    );
    expect(new Set(texts).size).toBe(1);
    expect(refusals[0]?.errors).toMatchObject([{ path: ['user'], extensions: { code: 'FORBIDDEN' } }]);
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });

  test('is asked for once, however often it is named', async () => {
    gateway.takeUpstreamCalls();
    const { data } = await gateway.ask<Record<string, { id: string } | null>, object>(
      `query ($id: ID!) { a: user(id: $id) { id } b: user(id: $id) { id email } c: me { id } }`,
      { id: johnId },
      john,
    );
    expect(data).toMatchObject({ a: { id: johnId }, b: { id: johnId }, c: { id: johnId } });
    expect(gateway.takeUpstreamCalls()).toHaveLength(1);
  });

  test('reads every built-in shape of user without an error', async () => {
    const ids = await allIds(gateway);
    expect(ids.length).toBeGreaterThan(10);
    for (const id of ids) {
      const { data, errors } = await gateway.ask(UserDocument, { id }, admin);
      expect({ id, errors }).toEqual({ id, errors: undefined });
      const identities = data?.user?.identities ?? [];
      expect(identities.filter(({ isPrimary }) => isPrimary)).toHaveLength(1);
      expect(identities[0]?.isPrimary).toBe(true);
      for (const { id: identity, provider, userId } of identities)
        expect(identity).toBe(`${provider}|${userId}`);
    }
  });
});

describe('usersByEmail', () => {
  test('finds an address in any case', async () => {
    const { data } = await gateway.ask(UsersByEmailDocument, { email: 'John.Doe@GMAIL.com' }, support);
    expect(data?.usersByEmail?.map(({ id }) => id)).toContain(johnId);
  });

  test('is empty where nobody has the address', async () => {
    expect(await gateway.ask(UsersByEmailDocument, { email: 'no@example.org' }, support)).toMatchObject({
      data: { usersByEmail: [] },
    });
  });

  test("takes read:users, for one's own address too", async () => {
    expect(await gateway.ask(UsersByEmailDocument, { email: 'john.doe@gmail.com' }, john)).toMatchObject({
      data: { usersByEmail: null },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });
});

describe("an identity provider's tokens", () => {
  const tokens = `query ($id: ID!) { user(id: $id) { identities { provider tokens { accessToken refreshToken expiresIn } } } }`;
  type Data = { user: { identities: { provider: string; tokens: { accessToken: string | null } | null }[] } };

  test('are for who holds read:user_idp_tokens', async () => {
    const { data, errors } = await gateway.ask<Data, object>(tokens, { id: await googleId(gateway) }, admin);
    expect(errors).toBeUndefined();
    expect(data?.user.identities[0]?.tokens?.accessToken).toEqual(expect.stringMatching(/./));
  });

  test('are refused to who may read the user only', async () => {
    const { data, errors } = await gateway.ask<Data, object>(
      tokens,
      { id: await googleId(gateway) },
      support,
    );
    expect(data?.user.identities[0]?.tokens).toBeNull();
    expect(errors?.[0]).toMatchObject({
      path: ['user', 'identities', 0, 'tokens'],
      extensions: { code: 'FORBIDDEN' },
    });
  });

  test('are null where there are none', async () => {
    const { data, errors } = await gateway.ask<Data, object>(tokens, { id: johnId }, admin);
    expect({ errors, tokens: data?.user.identities.map((identity) => identity.tokens) }).toEqual({
      errors: undefined,
      tokens: [null],
    });
  });

  test('stand in no other field', async () => {
    const id = await googleId(gateway);
    const [{ data: withTokens }, everything] = await Promise.all([
      gateway.ask<Data, object>(tokens, { id }, admin),
      gateway.ask(UserDocument, { id }, admin),
    ]);
    const secret = withTokens?.user.identities[0]?.tokens?.accessToken;
    expect(secret).toBeTruthy();
    expect(JSON.stringify(everything)).not.toContain(secret);
  });
});

async function allIds(of: TestGateway): Promise<string[]> {
  const { data } = await of.ask<{ users: { nodes: { id: string }[] } }, object>(
    '{ users(first: 100) { nodes { id } } }',
    {},
    admin,
  );
  return data?.users.nodes.map(({ id }) => id) ?? [];
}

async function googleId(of: TestGateway): Promise<string> {
  for (const id of await allIds(of)) {
    const user = JSON.stringify(await of.restUser(id));
    if (user.includes('"access_token"') && id.startsWith('google-oauth2|')) return id;
  }
  throw new Error('Expected somebody with tokens of Google.');
}
