import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { john, startGateway, support, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
let id: string;
beforeAll(async () => {
  gateway = await startGateway({ gateway: { publicUserFields: ['nickname', 'blocked'] } });
  const admin = gateway.sandbox.people.find(({ email }) => email === 'admin@example.com');
  id = admin?.userId ?? '';
});
afterAll(() => gateway[Symbol.asyncDispose]());

describe('where some fields are public', () => {
  test('they and the id can be read of anybody', async () => {
    expect(await ask('id nickname blocked')).toMatchObject({
      data: { user: { id, nickname: expect.any(String), blocked: false } },
      errors: undefined,
    });
  });

  test('every other field is FORBIDDEN by itself', async () => {
    expect(await ask('nickname email appMetadata')).toMatchObject({
      data: { user: { nickname: expect.any(String), email: null, appMetadata: null } },
      errors: [
        { path: ['user', 'email'], extensions: { code: 'FORBIDDEN' } },
        { path: ['user', 'appMetadata'], extensions: { code: 'FORBIDDEN' } },
      ],
    });
  });

  test('a field that cannot be null takes its user with it', async () => {
    expect(await ask('nickname userMetadata')).toMatchObject({
      data: { user: null },
      errors: [{ path: ['user', 'userMetadata'], extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test('who exists is public too', async () => {
    expect(await ask('nickname', 'auth0|nobody')).toMatchObject({ data: { user: null }, errors: undefined });
  });

  test('a caller is needed all the same', async () => {
    expect(
      await gateway.ask(`query ($id: ID!) { user(id: $id) { nickname } }`, { id }, 'nobody'),
    ).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  test('who may read every user reads all of it', async () => {
    expect(
      await gateway.ask(`query ($id: ID!) { user(id: $id) { email userMetadata } }`, { id }, support),
    ).toMatchObject({ data: { user: { email: 'admin@example.com' } }, errors: undefined });
  });
});

function ask(fields: string, of = id) {
  return gateway.ask(`query ($id: ID!) { user(id: $id) { ${fields} } }`, { id: of }, john);
}
