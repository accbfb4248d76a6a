import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  admin,
  type Caller,
  john,
  johnId,
  startGateway,
  support,
  type TestGateway,
} from '../support/gateway.ts';
import {
  MeDocument,
  UpdateUserDocument,
  type UpdateUserMutationVariables,
} from '../support/operations/graphql.ts';

type Input = UpdateUserMutationVariables['input'];

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway();
});
afterEach(() => gateway[Symbol.asyncDispose]());

describe('an update', () => {
  test('is read back through GraphQL and through REST', async () => {
    expect(await update({ nickname: 'Jack' })).toMatchObject({
      __typename: 'UpdateUserSuccess',
      applied: true,
      changedFields: ['nickname'],
      user: { id: johnId, nickname: 'Jack' },
    });
    expect(await gateway.ask(MeDocument, {}, john)).toMatchObject({ data: { me: { nickname: 'Jack' } } });
    expect(await gateway.restUser(johnId)).toMatchObject({ nickname: 'Jack' });
  });

  test('sends what was given, and nothing else', async () => {
    gateway.takeUpstreamCalls();
    await update({ userMetadata: { theme: 'dark', old: null }, blocked: false, phoneNumber: null }, admin);
    expect(patches()).toEqual([
      { user_metadata: { theme: 'dark', old: null }, blocked: false, phone_number: null },
    ]);
  });

  test('reads first only where changedFields is selected', async () => {
    gateway.takeUpstreamCalls();
    await gateway.ask(
      `mutation ($id: ID!) { updateUser(id: $id, input: { name: "J" }) { ... on UpdateUserSuccess { applied } } }`,
      { id: johnId },
      john,
    );
    expect(methods()).toEqual(['PATCH']);
    await update({ name: 'John' });
    expect(methods()).toEqual(['GET', 'PATCH']);
  });

  test('merges metadata at the first level and deletes with null', async () => {
    await update({ userMetadata: { a: { x: 1, y: 2 }, b: 1 } });
    await update({ userMetadata: { a: { z: 3 }, b: null } });
    expect(await update({ userMetadata: { c: 1 } })).toMatchObject({
      user: { userMetadata: expect.objectContaining({ a: { z: 3 }, c: 1 }) },
    });
    expect(Object.keys((await gateway.restUser(johnId))['user_metadata'] as object)).not.toContain('b');
  });

  test('clears metadata with null', async () => {
    gateway.takeUpstreamCalls();
    expect(await update({ userMetadata: null, appMetadata: null }, admin)).toMatchObject({
      user: { userMetadata: {}, appMetadata: {} },
      changedFields: ['userMetadata', 'appMetadata'],
    });
    expect(patches()).toEqual([{ user_metadata: {}, app_metadata: {} }]);
  });

  test('tells no change where the value is the same', async () => {
    await update({ nickname: 'same' });
    expect(await update({ nickname: 'same' })).toMatchObject({ applied: true, changedFields: [] });
  });
});

describe('a bad input', () => {
  test('is answered with every broken rule at once, each with its path', async () => {
    gateway.takeUpstreamCalls();
    const outcome = await update(
      {
        givenName: '',
        name: 'x'.repeat(301),
        email: 'nobody',
        phoneNumber: '123',
        connection: null,
        picture: 'javascript:alert(1)',
        password: 'hunter2',
        appMetadata: { lastIP: '::1', fine: 1 },
        userMetadata: {},
      },
      admin,
    );
    expect(outcome).toMatchObject({ __typename: 'InvalidUserInput', message: expect.any(String) });
    expect(outcome).toHaveProperty(
      'issues',
      [
        [['input', 'email'], 'FORMAT', null],
        [['input', 'phoneNumber'], 'PATTERN', null],
        [['input', 'userMetadata'], 'EMPTY', null],
        [['input', 'appMetadata', 'lastIP'], 'RESERVED_KEY', null],
        [['input', 'givenName'], 'TOO_SHORT', 1],
        [['input', 'name'], 'TOO_LONG', 300],
        [['input', 'picture'], 'FORMAT', null],
        [['input', 'connection'], 'NOT_NULLABLE', null],
        [['input', 'password'], 'CONFLICTING_FIELDS', null],
        [['input', 'email'], 'CONFLICTING_FIELDS', null],
      ].map(([path, code, limit]) => ({ path, code, limit, message: expect.any(String) })),
    );
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });

  test.for<[string, Input]>([
    ['nothing', {}],
    ['a connection alone', { connection: 'google-oauth2' }],
  ])('that holds %s is EMPTY as a whole', async ([, input]) => {
    expect(await update(input, admin)).toMatchObject({ issues: [{ path: ['input'], code: 'EMPTY' }] });
  });

  test.for(['constructor', 'toString', '__proto__'])(
    'cannot wipe metadata by a variable that was not given: $%s',
    async (name) => {
      gateway.takeUpstreamCalls();
      const { data } = await gateway.ask(
        `mutation ($id: ID!, $${name}: String) {
          updateUser(id: $id, input: { userMetadata: { a: $${name} } }) {
            ... on InvalidUserInput { issues { path code } }
          }
        }`,
        { id: johnId },
        john,
      );
      expect(data).toEqual({ updateUser: { issues: [{ path: ['input', 'userMetadata'], code: 'EMPTY' }] } });
      expect(gateway.takeUpstreamCalls()).toEqual([]);
    },
  );

  test('is not judged for who may not send it', async () => {
    const { data, errors } = await gateway.ask(
      UpdateUserDocument,
      { id: johnId, input: { email: 'bad' } },
      john,
    );
    expect(data).toEqual({ updateUser: null });
    expect(errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', inputFields: ['email'], applied: 'NO' } },
    ]);
  });
});

describe('an update that is not allowed', () => {
  test('names every field that is not, and calls nothing', async () => {
    gateway.takeUpstreamCalls();
    const { errors } = await gateway.ask(
      UpdateUserDocument,
      { id: johnId, input: { nickname: 'a', email: 'a@example.com', emailVerified: true, blocked: true } },
      john,
    );
    expect(errors).toMatchObject([
      {
        path: ['updateUser'],
        extensions: { code: 'FORBIDDEN', inputFields: ['blocked', 'emailVerified', 'email'], applied: 'NO' },
      },
    ]);
    expect(gateway.takeUpstreamCalls()).toEqual([]);
  });

  test.for<[string, Caller, string, Input, string]>([
    ["somebody else's profile", john, 'auth0|other', { nickname: 'a' }, 'FORBIDDEN'],
    ['beyond app_metadata', support, johnId, { appMetadata: { a: 1 }, name: 'a' }, 'FORBIDDEN'],
    ['without a token', 'nobody', johnId, { name: 'a' }, 'UNAUTHENTICATED'],
  ])('is refused: %s', async ([, caller, id, input, code]) => {
    const { status, errors } = await gateway.ask(UpdateUserDocument, { id, input }, caller);
    expect(status).toBe(200);
    expect(errors).toMatchObject([{ extensions: { code, applied: 'NO', requestId: expect.any(String) } }]);
  });

  test('of app_metadata alone is allowed to support, who reads what comes of it', async () => {
    expect(await update({ appMetadata: { plan: 'gold' } }, support)).toMatchObject({
      __typename: 'UpdateUserSuccess',
      user: { appMetadata: { plan: 'gold' }, email: 'john.doe@gmail.com' },
    });
  });
});

describe('a user that is not there', () => {
  test.for(['auth0|nobody', 'nopipe', ''])(
    'is UserNotFound for who may update every user: %j',
    async (id) => {
      gateway.takeUpstreamCalls();
      expect(await update({ name: 'a' }, admin, { id })).toMatchObject({ __typename: 'UserNotFound', id });
      expect(gateway.takeUpstreamCalls().length > 0).toBe(id.includes('|'));
    },
  );
});

describe('a dry run', () => {
  test('tells the user as it would be, and changes nothing', async () => {
    const before = await gateway.restUser(johnId);
    gateway.takeUpstreamCalls();
    expect(
      await update({ nickname: 'Dry', userMetadata: { wet: false } }, john, { dryRun: true }),
    ).toMatchObject({
      applied: false,
      changedFields: ['nickname', 'userMetadata'],
      user: {
        nickname: 'Dry',
        userMetadata: expect.objectContaining({ wet: false }),
        updatedAt: before['updated_at'],
      },
    });
    expect(methods()).toEqual(['GET']);
    expect(await gateway.restUser(johnId)).toEqual(before);
  });

  test('validates and authorizes all the same', async () => {
    expect(await update({ name: '' }, john, { dryRun: true })).toMatchObject({
      __typename: 'InvalidUserInput',
    });
    expect(await update({ name: 'a' }, admin, { id: 'auth0|nobody', dryRun: true })).toMatchObject({
      __typename: 'UserNotFound',
    });
  });
});

describe('ifUnmodifiedSince', () => {
  test('lets an update through while the user is as it was read', async () => {
    const { updated_at } = await gateway.restUser(johnId);
    expect(await update({ name: 'a' }, john, { ifUnmodifiedSince: String(updated_at) })).toMatchObject({
      __typename: 'UpdateUserSuccess',
    });
  });

  test('stops an update after somebody else has made one', async () => {
    const { updated_at } = await gateway.restUser(johnId);
    await update({ name: 'First' });
    gateway.takeUpstreamCalls();
    expect(await update({ name: 'Second' }, john, { ifUnmodifiedSince: String(updated_at) })).toMatchObject({
      __typename: 'UserConflict',
      current: { name: 'First' },
    });
    expect(methods()).toEqual(['GET']);
  });
});

describe('what Auth0 refuses', () => {
  test('is UpdateRejected with the fields concerned, in words of our own', async () => {
    expect(await update({ email: 'admin@example.com' }, admin)).toMatchObject({
      __typename: 'UpdateRejected',
      reason: 'auth0_idp_error',
      fields: ['email'],
    });
    const weak = await update({ password: 'a' }, admin);
    expect(weak).toMatchObject({ __typename: 'UpdateRejected', fields: ['password'] });
    expect(JSON.stringify(weak)).not.toContain('PasswordStrengthError');
  });

  test('names attributes that are synced from the identity provider', async () => {
    const synced = gateway.sandbox.people.find(({ userId }) => userId.startsWith('google-oauth2|'));
    expect(
      await update({ givenName: 'a', familyName: 'b' }, admin, { id: `${synced?.userId}` }),
    ).toMatchObject({
      __typename: 'UpdateRejected',
      fields: expect.arrayContaining(['givenName', 'familyName']),
    });
  });
});

async function update(
  input: Input,
  as: Caller = john,
  variables: Partial<UpdateUserMutationVariables> = {},
): Promise<unknown> {
  const { data, errors } = await gateway.ask(UpdateUserDocument, { id: johnId, input, ...variables }, as);
  expect(errors).toBeUndefined();
  return data?.updateUser;
}

function methods(): string[] {
  return gateway.takeUpstreamCalls().map(({ method }) => method);
}

function patches(): unknown[] {
  return gateway
    .takeUpstreamCalls()
    .filter(({ method }) => method === 'PATCH')
    .map(({ body }) => body);
}
