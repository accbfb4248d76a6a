/** Answers that would be longer than any that are given: what is big in Auth0, asked for many times over. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Person } from '../../src/sandbox/sandbox.ts';
import { admin, startGateway, type TestGateway } from '../support/gateway.ts';

/** What someone kept in Auth0 from before it had limits. */
const big = 'x'.repeat(1_000_000);
const id = 'auth0|big';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    sandbox: {
      people: [
        { ...person('admin'), permissions: ['read:users', 'update:users'] },
        { ...person('big'), user_metadata: { big } },
      ],
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());
beforeEach(() => void gateway.takeUpstreamCalls());

const metadata = (times: number) =>
  Array.from({ length: times }, (_, index) => `m${index}: userMetadata`).join(' ');

test('an answer as long as it may be is given', async () => {
  const { data, errors } = await ask(`{ user(id: "${id}") { ${metadata(16)} } }`);
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ user: { m15: { big } } });
});

test('a longer one is refused, with HTTP 200, as it was executed', async () => {
  const answer = await ask(`{ user(id: "${id}") { ${metadata(17)} } }`);
  expect(answer).toMatchObject({
    status: 200,
    data: null,
    errors: [{ extensions: { code: 'OPERATION_TOO_COMPLEX', requestId: expect.any(String) } }],
  });
  expect(answer.errors).toHaveLength(1);
  expect(answer.errors?.[0]?.extensions).not.toHaveProperty('applied');
});

test('an update whose answer is too long says that it was applied', async () => {
  const { status, data, errors } = await ask(
    `mutation { updateUser(id: "${id}", input: { nickname: "Huge" }) { ... on UpdateUserSuccess { user { ${metadata(17)} } } } }`,
  );
  expect([status, data]).toEqual([200, null]);
  expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_COMPLEX', applied: 'YES' } }]);
  expect(await gateway.restUser(id)).toMatchObject({ nickname: 'Huge' });
});

function ask(query: string) {
  return gateway.ask(query, {}, admin);
}

function person(name: string): Person {
  return {
    user_id: `auth0|${name}`,
    email: `${name}@example.com`,
    identities: [
      {
        connection: 'Username-Password-Authentication',
        user_id: name,
        provider: 'auth0',
        isSocial: false,
      },
    ],
  };
}
