import fc from 'fast-check';
import {
  assertInputObjectType,
  assertObjectType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import {
  type CallerName,
  type Cast,
  callerNames,
  providerSecret,
  type Reply,
  startCast,
  users,
  type Whose,
} from '../support/cast.ts';

/**
 * Who may do what. Every query, every field of a user and of an identity, and every input field of an update stands
 * here twice, for the caller's own user and for another's; test/support/cast.ts says who the callers are.
 *
 *     +  allowed
 *     .  FORBIDDEN
 *     ?  UNAUTHENTICATED
 *     !  HTTP 401: nothing of the request is executed
 *     0  nothing, and no error
 */
const table = `
                                           none expd self prof meta idp  read upd  app  supp admn mach mcur mnon
Query.me                           own     ?    !    +    +    +    +    +    +    +    +    +    0    0    0
Query.user                         own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
Query.user                         another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
Query._entities                    own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
Query._entities                    another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
Query.users                        own     ?    !    .    .    .    .    +    .    .    +    +    +    .    .
Query.users                        another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
Query.usersByEmail                 own     ?    !    .    .    .    .    +    .    .    +    +    +    .    .
Query.usersByEmail                 another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
Query._service                     own     +    !    +    +    +    +    +    +    +    +    +    +    +    +

User.id                            own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.id                            another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.email                         own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.email                         another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.emailVerified                 own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.emailVerified                 another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.username                      own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.username                      another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.phoneNumber                   own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.phoneNumber                   another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.phoneVerified                 own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.phoneVerified                 another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.name                          own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.name                          another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.nickname                      own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.nickname                      another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.givenName                     own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.givenName                     another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.familyName                    own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.familyName                    another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.picture                       own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.picture                       another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.blocked                       own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.blocked                       another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.identities                    own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.identities                    another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.userMetadata                  own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.userMetadata                  another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.appMetadata                   own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.appMetadata                   another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.multifactor                   own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.multifactor                   another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.lastIp                        own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.lastIp                        another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.lastLogin                     own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.lastLogin                     another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.loginsCount                   own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.loginsCount                   another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.createdAt                     own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.createdAt                     another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
User.updatedAt                     own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
User.updatedAt                     another ?    !    .    .    .    .    +    .    .    +    +    +    .    .

Identity.id                        own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
Identity.id                        another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
Identity.provider                  own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
Identity.provider                  another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
Identity.connection                own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
Identity.connection                another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
Identity.userId                    own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
Identity.userId                    another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
Identity.isSocial                  own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
Identity.isSocial                  another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
Identity.isPrimary                 own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
Identity.isPrimary                 another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
Identity.profile                   own     ?    !    +    +    +    +    +    +    +    +    +    +    .    .
Identity.profile                   another ?    !    .    .    .    .    +    .    .    +    +    +    .    .
Identity.tokens                    own     ?    !    .    .    .    +    .    .    .    .    +    +    .    .
Identity.tokens                    another ?    !    .    .    .    .    .    .    .    .    +    +    .    .

Mutation.updateUser                own     ?    !    .    +    +    .    .    +    +    +    +    +    .    .
Mutation.updateUser                another ?    !    .    .    .    .    .    +    +    +    +    +    .    .
UpdateUserInput.blocked            own     ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.blocked            another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.emailVerified      own     ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.emailVerified      another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.email              own     ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.email              another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.phoneNumber        own     ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.phoneNumber        another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.phoneVerified      own     ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.phoneVerified      another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.userMetadata       own     ?    !    .    +    +    .    .    +    .    .    +    +    .    .
UpdateUserInput.userMetadata       another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.appMetadata        own     ?    !    .    .    .    .    .    +    +    +    +    +    .    .
UpdateUserInput.appMetadata        another ?    !    .    .    .    .    .    +    +    +    +    +    .    .
UpdateUserInput.givenName          own     ?    !    .    +    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.givenName          another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.familyName         own     ?    !    .    +    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.familyName         another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.name               own     ?    !    .    +    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.name               another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.nickname           own     ?    !    .    +    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.nickname           another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.picture            own     ?    !    .    +    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.picture            another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.verifyEmail        own     ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.verifyEmail        another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.verifyPhoneNumber  own     ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.verifyPhoneNumber  another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.password           own     ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.password           another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.connection         own     ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.connection         another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.clientId           own     ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.clientId           another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.username           own     ?    !    .    .    .    .    .    +    .    .    +    +    .    .
UpdateUserInput.username           another ?    !    .    .    .    .    .    +    .    .    +    +    .    .
`;

type Outcome = '+' | '.' | '?' | '!' | '0';
type Row = {
  /** Type and field. */
  readonly name: string;
  readonly type: string;
  readonly field: string;
  readonly whose: Whose;
  readonly expected: Readonly<Record<CallerName, Outcome>>;
};

const schema = createSchema();
const rows = toRows(table);

let cast: Cast;
beforeAll(async () => {
  cast = await startCast();
});
afterAll(() => cast[Symbol.asyncDispose]());
beforeEach(() => void cast.takeUpstreamCalls());

describe('the matrix', () => {
  const fieldsOf = (type: string) => Object.keys(assertObjectType(schema.getType(type)).getFields());
  const inputFields = Object.keys(assertInputObjectType(schema.getType('UpdateUserInput')).getFields());
  const inSchema = ['Query', 'Mutation', 'User', 'Identity']
    .flatMap((type) => fieldsOf(type).map((field) => `${type}.${field}`))
    .concat(inputFields.map((field) => `UpdateUserInput.${field}`));

  test.for(inSchema)('holds %s, for the own user and for another', (name) => {
    const found = rows.filter((row) => row.name === name).map(({ whose }) => whose);
    expect(found).toEqual(['Query.me', 'Query._service'].includes(name) ? ['own'] : ['own', 'another']);
  });

  test('holds nothing that is not in the schema', () => {
    expect(inSchema).toEqual(expect.arrayContaining(rows.map(({ name }) => name)));
  });

  test('knows every other type: none of them leads to a user by itself', () => {
    const others = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
      .map(({ name }) => name)
      .filter((name) => !['Query', 'Mutation', 'User', 'Identity'].includes(name));
    expect(others.toSorted()).toEqual([
      'IdentityProfile',
      'IdentityTokens',
      'InputIssue',
      'InvalidUserInput',
      'PageInfo',
      'UpdateRejected',
      'UpdateUserSuccess',
      'UserConflict',
      'UserConnection',
      'UserEdge',
      'UserNotFound',
      '_Service',
    ]);
  });
});

describe.for(rows.filter(({ type }) => type === 'Query'))('$name of $whose', (row) => {
  test('is answered to those who may ask, and to nobody else', async () => {
    const question = questions[row.field];
    if (question === undefined) throw new Error(`Nobody knows how to ask ${row.name}.`);
    const { query, variables, calls = 1 } = question(row.whose);
    expect(await answers((caller) => cast.ask(caller, query, variables), { calls })).toEqual(row.expected);
  });
});

describe.for(rows.filter(({ type }) => type === 'User' || type === 'Identity'))('$name of $whose', (row) => {
  test('is told to those who may read it, and to nobody else', async () => {
    const selection = selectionOf(row.type, row.field);
    const fields = row.type === 'User' ? selection : `identities { ${selection} }`;
    const id = users[row.whose];
    const variables = { id, representations: [{ __typename: 'User', id }] };
    // By every way that leads to one user.
    const query = `query ($id: ID!, $representations: [_Any!]!) {
      user(id: $id) { ${fields} }
      _entities(representations: $representations) { ... on User { ${fields} } }
    }`;
    const isSecret = row.field === 'tokens';
    expect(
      await answers((caller) => cast.ask(caller, query, variables), { calls: isSecret ? 2 : 1, isSecret }),
    ).toEqual(row.expected);
  });
});

describe.for(rows.filter(({ type }) => type === 'Mutation' || type === 'UpdateUserInput'))(
  '$name of $whose',
  (row) => {
    const id = users[row.whose];

    test('can be used by those who may, and by nobody else, who learn nothing of its rules', async () => {
      const { good, bad } = samples[row.field] ?? {};
      if (good === undefined || bad === undefined) throw new Error(`${row.field} has no samples.`);
      for (const caller of callerNames) {
        const reply = await cast.ask(caller, update, { id, input: good });
        expect({ [caller]: outcomeOf(reply) }).toEqual({ [caller]: row.expected[caller] });
        const calls = cast.takeUpstreamCalls().map(({ method, path }) => `${method} ${path}`);
        const again = await cast.ask(caller, update, { id, input: bad });
        if (row.expected[caller] === '+') {
          expect(calls).toEqual(good === nothing ? [] : [`PATCH /api/v2/users/${encodeURIComponent(id)}`]);
          expect(again.data).toMatchObject({ updateUser: { __typename: 'InvalidUserInput' } });
        } else {
          expect(calls).toEqual([]);
          expect(again.text).toBe(reply.text);
        }
        if (row.expected[caller] === '.') {
          expect(refusedFieldsOf(reply)).toEqual(Object.keys(good).toSorted());
          expect(reply.errors).toMatchObject([{ extensions: { applied: 'NO' } }]);
        }
        expect(cast.takeUpstreamCalls()).toEqual([]);
      }
    });
  },
);

test('an update is refused for each field that may not be updated, whatever else it holds', async () => {
  const inputRows = rows.filter(({ type }) => type === 'UpdateUserInput');
  const known = callerNames.filter((name) => name !== 'none' && name !== 'expd');
  const anyUpdate = fc.record({
    caller: fc.constantFrom(...known),
    whose: fc.constantFrom<Whose>('own', 'another'),
    fields: fc.uniqueArray(fc.constantFrom(...inputRows.map(({ field }) => field)), { minLength: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(anyUpdate, async ({ caller, whose, fields }) => {
      const refused = fields.filter((name) =>
        inputRows.some((row) => row.field === name && row.whose === whose && row.expected[caller] !== '+'),
      );
      const input = Object.fromEntries(fields.map((name) => [name, samples[name]?.good[name]]));
      const reply = await cast.ask(caller, update, { id: users[whose], input });
      const calls = cast.takeUpstreamCalls();
      if (refused.length === 0) {
        expect(reply.errors).toEqual([]);
        return;
      }
      expect(calls).toEqual([]);
      expect(outcomeOf(reply)).toBe('.');
      expect(refusedFieldsOf(reply)).toEqual(refused.toSorted());
    }),
  );
});

const update =
  'mutation ($id: ID!, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) { __typename } }';

type Question = {
  readonly query: string;
  readonly variables: object;
  /** Upstream, where it is allowed. Default 1. */
  readonly calls?: number;
};

/** How to ask each root field for a user. */
const questions: Readonly<Record<string, (whose: Whose) => Question>> = {
  me: () => ({ query: '{ me { id } }', variables: {} }),
  user: (whose) => ({
    query: 'query ($id: ID!) { user(id: $id) { id } }',
    variables: { id: users[whose] },
  }),
  _entities: (whose) => ({
    query:
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { id } } }',
    variables: { representations: [{ __typename: 'User', id: users[whose] }] },
  }),
  _service: () => ({ query: '{ _service { sdl } }', variables: {}, calls: 0 }),
  users: (whose) => ({
    query: 'query ($query: String) { users(query: $query) { nodes { id } } }',
    variables: { query: `user_id:"${users[whose]}"` },
  }),
  usersByEmail: (whose) => ({
    query: 'query ($email: String!) { usersByEmail(email: $email) { id } }',
    variables: { email: `${whose}@example.com` },
  }),
};

const nothing = {};

/**
 * For each input field an update that is fine and one that breaks a rule, of the same fields. A connection alone
 * updates nothing: it goes with a field that nobody else may update.
 */
const samples: Readonly<
  Record<string, { readonly good: Readonly<Record<string, unknown>>; readonly bad: object }>
> = {
  updateUser: { good: nothing, bad: nothing },
  blocked: { good: { blocked: false }, bad: { blocked: null } },
  emailVerified: { good: { emailVerified: true }, bad: { emailVerified: null } },
  email: { good: { email: 'new@example.com' }, bad: { email: 'new' } },
  phoneNumber: { good: { phoneNumber: '+15550199' }, bad: { phoneNumber: '1' } },
  phoneVerified: { good: { phoneVerified: true }, bad: { phoneVerified: null } },
  userMetadata: { good: { userMetadata: { theme: 'light' } }, bad: { userMetadata: {} } },
  appMetadata: { good: { appMetadata: { plan: 'silver' } }, bad: { appMetadata: {} } },
  givenName: { good: { givenName: 'New' }, bad: { givenName: '' } },
  familyName: { good: { familyName: 'New' }, bad: { familyName: '' } },
  name: { good: { name: 'New' }, bad: { name: '' } },
  nickname: { good: { nickname: 'New' }, bad: { nickname: '' } },
  picture: { good: { picture: 'https://example.com/new.png' }, bad: { picture: 'javascript:alert(1)' } },
  verifyEmail: { good: { verifyEmail: false }, bad: { verifyEmail: null } },
  verifyPhoneNumber: { good: { verifyPhoneNumber: false }, bad: { verifyPhoneNumber: null } },
  password: { good: { password: 'Correct-Horse-7' }, bad: { password: '' } },
  connection: {
    good: { connection: 'Username-Password-Authentication', emailVerified: true },
    bad: { connection: '', emailVerified: null },
  },
  clientId: { good: { clientId: 'spa' }, bad: { clientId: '' } },
  username: { good: { username: 'renamed' }, bad: { username: '' } },
};

/** What comes of one question, whoever asks it; and nothing is asked upstream that is not answered. */
async function answers(
  ask: (caller: CallerName) => Promise<Reply>,
  { calls, isSecret = false }: { readonly calls: number; readonly isSecret?: boolean },
): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const caller of callerNames) {
    const reply = await ask(caller);
    const outcome = outcomeOf(reply);
    outcomes[caller] = outcome;
    // A field may be refused of a user that is read, and costs nothing then.
    const isRead = Object.values(reply.data ?? {})
      .flat()
      .some((value) => value !== null);
    expect(cast.takeUpstreamCalls()).toHaveLength(outcome === '+' ? calls : Number(isRead));
    expect(reply.text.includes(providerSecret)).toBe(outcome === '+' && isSecret);
  }
  return outcomes;
}

function outcomeOf({ status, data, errors }: Reply): Outcome {
  if (status === 401) return '!';
  expect(status).toBe(200);
  const codes = new Set(errors.map(({ extensions }) => extensions.code));
  if (codes.size === 0) return leavesOf(data).includes(null) ? '0' : '+';
  expect(new Set(leavesOf(data))).toEqual(new Set([null]));
  if (codes.size === 1 && codes.has('FORBIDDEN')) return '.';
  if (codes.size === 1 && codes.has('UNAUTHENTICATED')) return '?';
  throw new Error(`Expected FORBIDDEN or UNAUTHENTICATED, but got ${[...codes].join(', ')}.`);
}

function refusedFieldsOf({ errors }: Reply): string[] {
  return errors.flatMap(({ extensions }) => extensions['inputFields'] as string[]).toSorted();
}

/** Every value in an answer that holds no other. */
function leavesOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  return Object.values(value).flatMap(leavesOf);
}

/** The field with what its type holds directly. */
function selectionOf(type: string, field: string): string {
  const fieldType = assertObjectType(schema.getType(type)).getFields()[field]?.type;
  const named: GraphQLNamedType | undefined = fieldType && getNamedType(fieldType);
  return isObjectType(named) ? `${field} { ${leafFieldsOf(named).join(' ')} }` : field;
}

function leafFieldsOf(type: GraphQLObjectType): string[] {
  return Object.values(type.getFields())
    .filter((field) => isLeafType(getNamedType(field.type)))
    .map(({ name }) => name);
}

function toRows(text: string): readonly Row[] {
  const [header = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  const names = header.trim().split(/ +/);
  return lines.map((line) => {
    const [place = '', whose = '', ...cells] = line.split(/ +/);
    const [type = '', field = ''] = place.split('.');
    const expected = Object.fromEntries(names.map((name, index) => [name, cells[index]]));
    return { name: place, type, field, whose: whose as Whose, expected: expected as Row['expected'] };
  });
}
