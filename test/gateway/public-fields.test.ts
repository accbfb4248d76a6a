import { assertObjectType, getNamedType, isLeafType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { type CallerName, type Cast, providerSecret, startCast, users } from '../support/cast.ts';
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

describe('where nickname and identities are public', () => {
  let cast: Cast;
  beforeAll(async () => {
    cast = await startCast({ publicUserFields: ['nickname', 'identities'] });
  });
  afterAll(() => cast[Symbol.asyncDispose]());

  /** Who may read nobody, or only themselves. */
  const strangers: readonly CallerName[] = ['self', 'prof', 'meta', 'idp', 'upd', 'app', 'mcur', 'mnon'];
  const typeOf = (name: string) => assertObjectType(createSchema().getType(name));
  const fieldsOf = (name: string) => Object.values(typeOf(name).getFields());
  const codesTo = async (caller: CallerName, fields: string) => {
    const query = `query ($id: ID!, $representations: [_Any!]!) {
      user(id: $id) { ${fields} }
      _entities(representations: $representations) { ... on User { ${fields} } }
    }`;
    const id = users.another;
    const representations = [{ __typename: 'User', id }];
    const { errors, text } = await cast.ask(caller, query, { id, representations });
    expect(text).not.toContain(providerSecret);
    return errors.map(({ extensions }) => extensions.code);
  };

  test.for(fieldsOf('User'))('every caller reads $name of others as they should', async ({ name, type }) => {
    const isPublic = ['id', 'nickname', 'identities'].includes(name);
    for (const caller of strangers) {
      const codes = await codesTo(caller, isLeafType(getNamedType(type)) ? name : `${name} { id }`);
      expect(codes).toEqual(isPublic ? [] : ['FORBIDDEN', 'FORBIDDEN']);
    }
  });

  test.for(fieldsOf('Identity'))('identities bring $name along as they should', async ({ name, type }) => {
    const [first] = isLeafType(getNamedType(type)) ? [] : fieldsOf(getNamedType(type).name);
    for (const caller of strangers) {
      const codes = await codesTo(caller, `identities { ${name} ${first ? `{ ${first.name} }` : ''} }`);
      expect(codes).toEqual(name === 'tokens' ? ['FORBIDDEN', 'FORBIDDEN'] : []);
    }
  });

  test('nothing is public to who is nobody', async () => {
    expect(await codesTo('none', 'nickname')).toContain('UNAUTHENTICATED');
  });

  test('users are searched by nobody else, and updated by nobody else', async () => {
    const update = 'mutation ($id: ID!) { updateUser(id: $id, input: { nickname: "x" }) { __typename } }';
    cast.takeUpstreamCalls();
    for (const id of [users.another, 'auth0|nobody', ''])
      for (const query of [update, '{ users { nodes { nickname } } }'])
        expect(await cast.ask('prof', query, query === update ? { id } : {})).toMatchObject({
          errors: [{ extensions: { code: 'FORBIDDEN' } }],
        });
    expect(cast.takeUpstreamCalls()).toEqual([]);
  });
});

function ask(fields: string, of = id) {
  return gateway.ask(`query ($id: ID!) { user(id: $id) { ${fields} } }`, { id: of }, john);
}
