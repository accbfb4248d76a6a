/** Answers that are too large, too deep, packed, or of another shape than anyone agreed upon. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { UserDocument } from '../support/operations/graphql.ts';
import {
  answer,
  startTroubledTenant,
  type Trouble,
  type TroubledTenant,
} from '../support/troubled-tenant.ts';
import { upstreamUsers } from '../users/support.ts';

let tenant: TroubledTenant;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    tenantInFront: async (sandbox) => (tenant = await startTroubledTenant(sandbox.origin)),
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

const read = () => gateway.ask(UserDocument, { id: johnId }, admin);
const isNonsense = { data: { user: null }, errors: [{ extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }] };
const megabyte = 1024 * 1024;
const json = { 'content-type': 'application/json' };

/** GitHub's ids are numbers of any length. */
function toJson(body: unknown): string {
  return JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
}

/** Fifty megabytes, as fast as they are taken; tells how many were. */
function flood(): { readonly instead: Trouble['instead']; readonly sent: Promise<number> } {
  const { promise: sent, resolve } = Promise.withResolvers<number>();
  const piece = Buffer.alloc(megabyte / 4, ' ');
  const instead: Trouble['instead'] = (response) => {
    let bytes = 0;
    response.once('close', () => resolve(bytes));
    response.writeHead(200, json);
    const more = () => {
      while (bytes < 50 * megabyte && !response.destroyed) {
        bytes += piece.length;
        if (!response.write(piece)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  };
  return { instead, sent };
}

describe('a read', () => {
  test('of a flood stops it', async () => {
    const { instead, sent } = flood();
    tenant.trouble({ instead });
    expect(await read()).toMatchObject(isNonsense);
    // Four megabytes are read; what else was taken, the sockets hold.
    expect(await sent).toBeLessThan(25 * megabyte);
  });

  test('asks for nothing packed, and unpacks nothing', async () => {
    let asked: unknown;
    const bomb = gzipSync(Buffer.alloc(20 * megabyte, '['));
    tenant.trouble({
      instead: (response) => {
        asked = response.req.headers['accept-encoding'];
        response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(bomb);
      },
    });
    expect(await read()).toMatchObject(isNonsense);
    expect(asked).toBe('identity');
  });

  test.for<[string, string]>([
    ['arrays', '['.repeat(200_000) + ']'.repeat(200_000)],
    ['objects', `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`],
  ])('of %s nested without an end is nonsense', async ([, nested]) => {
    const body = `{"user_id":"${johnId}","user_metadata":{"nested":${nested}}}`;
    const deep: Trouble = { instead: (response) => void response.writeHead(200, json).end(body) };
    tenant.trouble(deep, deep, deep);
    expect(await read()).toMatchObject(isNonsense);
    await read();
  });

  test('of whatever is in a user is a user, or nonsense, and never a bug', async () => {
    const strange = fc.oneof(
      { weight: 4, arbitrary: upstreamUsers.map((user) => ({ ...user, user_id: johnId })) },
      { weight: 1, arbitrary: fc.jsonValue() },
    );
    await fc.assert(
      fc.asyncProperty(strange, async (body) => {
        tenant.trouble({
          instead: (response) => void response.writeHead(200, json).end(toJson(body)),
        });
        const { data, errors } = await read();
        if (errors === undefined) expect(data).toMatchObject({ user: { id: johnId } });
        else expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
        tenant.takeCalls();
      }),
      { numRuns: 150 },
    );
  });

  test('of a user whose attributes are epochs, texts and nulls has what can be read', async () => {
    const drifted = {
      user_id: johnId,
      identities: null,
      created_at: 1_767_225_600,
      last_login: 'yesterday',
      email_verified: 'true',
      logins_count: '12',
      user_metadata: [],
      nobody_knows_this: {},
    };
    tenant.trouble({ instead: answer(200, drifted) });
    expect(
      await gateway.ask(
        `query ($id: ID!) { user(id: $id) {
          id createdAt lastLogin emailVerified loginsCount userMetadata identities { id }
        } }`,
        { id: johnId },
        admin,
      ),
    ).toMatchObject({
      data: {
        user: {
          id: johnId,
          createdAt: null,
          lastLogin: null,
          emailVerified: true,
          loginsCount: 12,
          userMetadata: {},
          identities: [],
        },
      },
      errors: undefined,
    });
  });
});
