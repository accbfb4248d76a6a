/** The one line that the log has of each operation. */
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { UpdateUserDocument, type UpdateUserMutationVariables } from '../support/operations/graphql.ts';

let gateway: TestGateway;
let lines: Record<string, unknown>[] = [];
beforeAll(async () => {
  const log = pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line)) });
  gateway = await startGateway({ gateway: { log } });
});
afterAll(() => gateway[Symbol.asyncDispose]());
beforeEach(() => {
  lines = [];
});

describe('of an update, the log says what the client was told', () => {
  test('where it was made', async () => {
    await update({ nickname: 'a' });
    expect(operations()).toMatchObject([{ operation: 'UpdateUser', type: 'mutation', applied: 'YES' }]);
  });

  test('where it was refused once it had been taken on', async () => {
    const idempotencyKey = 'a key';
    await update({ nickname: 'b' }, { idempotencyKey });
    lines = [];
    const { errors } = await update({ nickname: 'c' }, { idempotencyKey });
    expect(errors).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_KEY_REUSED', applied: 'NO' } }]);
    expect(operations()).toMatchObject([{ errors: ['IDEMPOTENCY_KEY_REUSED'], applied: 'NO' }]);
  });

  test('where it never got to be executed', async () => {
    const { errors } = await gateway.ask('mutation { nothing }', {}, admin);
    expect(errors).toMatchObject([{ extensions: { applied: 'NO' } }]);
    expect(operations()).toMatchObject([{ applied: 'NO' }]);
  });
});

test('where a token is not accepted, the log says why, and nothing of the token', async () => {
  await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
    body: '{"query":"{ me { id } }"}',
  });
  expect(operations()).toMatchObject([{ status: 401, refusal: expect.stringMatching(/^\w[\w ]+$/) }]);
  expect(JSON.stringify(operations())).not.toContain('eyJ');
});

test("the log has the first 100 characters of an operation's name", async () => {
  const name = 'a'.repeat(90_000);
  await gateway.ask(`query ${name} { me { id } }`, {}, admin);
  expect(operations()).toMatchObject([{ operation: name.slice(0, 100), type: 'query' }]);
});

function update(
  input: UpdateUserMutationVariables['input'],
  more: Partial<UpdateUserMutationVariables> = {},
) {
  return gateway.ask(UpdateUserDocument, { id: johnId, input, ...more }, admin);
}

/** All but the audit. */
function operations(): Record<string, unknown>[] {
  return lines.filter((line) => line['event'] !== 'audit');
}
