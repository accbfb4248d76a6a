/** Whatever way leads to a user, the same of it can be read. */
import { assertObjectType, getNamedType, isLeafType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { type CallerName, type Cast, providerSecret, type Reply, startCast, users } from '../support/cast.ts';

let cast: Cast;
beforeAll(async () => {
  cast = await startCast();
});
afterAll(() => cast[Symbol.asyncDispose]());
beforeEach(() => void cast.takeUpstreamCalls());

type Way = { readonly query: (fields: string) => string; readonly variables: object };

const readings: Readonly<Record<string, Way>> = {
  user: {
    query: (fields) => `query ($id: ID!) { user(id: $id) { ${fields} } }`,
    variables: { id: users.another },
  },
  _entities: {
    query: (fields) => `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on User { ${fields} } }
    }`,
    variables: { representations: [{ __typename: 'User', id: users.another }] },
  },
  usersByEmail: {
    query: (fields) => `{ usersByEmail(email: "another@example.com") { ${fields} } }`,
    variables: {},
  },
  'users.nodes': { query: (fields) => `{ users { nodes { ${fields} } } }`, variables: {} },
  'users.edges.node': { query: (fields) => `{ users { edges { node { ${fields} } } } }`, variables: {} },
};

const updating = (conditions: string, member: string): Way => ({
  query: (fields) => `mutation ($id: ID!, $input: UpdateUserInput!) {
    updateUser(id: $id, input: $input${conditions}) { ... on ${member} { ${fields} } }
  }`,
  variables: { id: users.another, input: { appMetadata: { plan: 'gold' } } },
});

const updates: Readonly<Record<string, Way>> = {
  UpdateUserSuccess: wrapped('user', updating('', 'UpdateUserSuccess')),
  'UpdateUserSuccess of a dry run': wrapped('user', updating(', dryRun: true', 'UpdateUserSuccess')),
  UserConflict: wrapped(
    'current',
    updating(', ifUnmodifiedSince: "2000-01-01T00:00:00.000Z"', 'UserConflict'),
  ),
};

const everything = Object.values(assertObjectType(createSchema().getType('User')).getFields())
  .map(({ name, type }) => (isLeafType(getNamedType(type)) ? name : `${name} { id profile { email } }`))
  .join(' ');

describe.for(Object.entries(readings))('through %s', ([, way]) => {
  test('all of a user is told to who may read every user', async () => {
    expect(await ask('read', way, everything)).toMatchObject({ errors: [] });
  });

  test('tokens of providers are told to who may read them too', async () => {
    const { errors, text } = await ask('admn', way, tokens);
    expect(errors).toEqual([]);
    expect(text).toContain(providerSecret);
  });

  test('tokens of providers are told to nobody else, and not asked for', async () => {
    await expectTokensKept('read', way);
    await expectTokensKept('supp', way);
  });
});

describe.for(Object.entries(updates))('through %s', ([, way]) => {
  test('all of a user is told to who may update that user, if not read every user', async () => {
    expect(await ask('upd', way, everything)).toMatchObject({ errors: [] });
    expect(await ask('app', way, everything)).toMatchObject({ errors: [] });
  });

  test('tokens of providers are told to who may read them', async () => {
    const { errors, text } = await ask('admn', way, tokens);
    expect(errors).toEqual([]);
    expect(text).toContain(providerSecret);
  });

  test('tokens of providers are told to nobody else', async () => {
    await expectTokensKept('upd', way);
    await expectTokensKept('app', way);
  });
});

const tokens = 'identities { tokens { accessToken accessTokenSecret refreshToken expiresIn } }';

function ask(caller: CallerName, { query, variables }: Way, fields: string): Promise<Reply> {
  return cast.ask(caller, query(fields), variables);
}

async function expectTokensKept(caller: CallerName, way: Way): Promise<void> {
  const withoutTokens = await callsOf(() => ask(caller, way, 'identities { id }'));
  const { text, errors, data } = await ask(caller, way, tokens);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(errors.map(() => 'FORBIDDEN'));
  expect(errors).not.toEqual([]);
  expect(JSON.stringify(data)).toContain('{"tokens":null}');
  expect(text).not.toContain(providerSecret);
  expect(cast.takeUpstreamCalls()).toHaveLength(withoutTokens);
}

async function callsOf(action: () => Promise<unknown>): Promise<number> {
  cast.takeUpstreamCalls();
  await action();
  return cast.takeUpstreamCalls().length;
}

function wrapped(field: string, way: Way): Way {
  return { ...way, query: (fields) => way.query(`${field} { ${fields} }`) };
}
