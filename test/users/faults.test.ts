import { describe, expect, it } from 'vitest';
import { ClientError, type ErrorCode } from '../../schema/errors.ts';
import { Auth0Fault, Auth0Refusal, type FaultCode, type Outcome } from '../../src/auth0/errors.ts';
import { type Behaviour, command, john, operation } from './support.ts';

const faults: [FaultCode, ErrorCode][] = [
  ['rate_limited', 'UPSTREAM_RATE_LIMITED'],
  ['unavailable', 'UPSTREAM_UNAVAILABLE'],
  ['timeout', 'UPSTREAM_TIMEOUT'],
  ['bad_response', 'UPSTREAM_BAD_RESPONSE'],
  ['credentials_unavailable', 'CREDENTIALS_UNAVAILABLE'],
  ['aborted', 'SHUTTING_DOWN'],
];

describe('a fault', () => {
  it.each(faults)('%s of a read is told as %s', async (fault, code) => {
    for (const error of await readErrors(new Auth0Fault(fault, 'canary', { outcome: 'unknown' })))
      expect(error.extensions).toEqual({ code });
  });

  it.each(faults)('%s of a write that was not applied is told as %s', async (fault, code) => {
    const error = await writeError(new Auth0Fault(fault, 'canary', { outcome: 'not-applied' }));
    expect(error.extensions).toEqual({ code, applied: 'NO' });
  });

  it.each(faults)('%s of a write that may be applied is an unknown outcome', async (fault) => {
    const error = await writeError(new Auth0Fault(fault, 'canary', { outcome: 'unknown', retryAfterMs: 5 }));
    expect(error.extensions).toEqual({ code: 'WRITE_OUTCOME_UNKNOWN', applied: 'UNKNOWN' });
  });

  it.each(faults)('%s of the read before a write is told as %s', async (fault, code) => {
    for (const outcome of ['unknown', 'not-applied'] satisfies Outcome[]) {
      const getUser = () => Promise.reject(new Auth0Fault(fault, 'canary', { outcome }));
      const { users, callsOf } = operation([john], { behaviour: { getUser } });
      const error = await failure(users.update(command({ name: 'Jack' }, { tellChanges: true })));
      expect(error.extensions).toEqual({ code, applied: 'NO' });
      expect(callsOf('updateUser')).toEqual([]);
    }
  });

  it('says when to try again, where that is known', async () => {
    const fault = new Auth0Fault('rate_limited', 'canary', { outcome: 'not-applied', retryAfterMs: 1500 });
    expect((await readErrors(fault))[0]?.extensions).toEqual({
      code: 'UPSTREAM_RATE_LIMITED',
      retryAfterMs: 1500,
    });
    expect((await writeError(fault)).extensions).toEqual({
      code: 'UPSTREAM_RATE_LIMITED',
      retryAfterMs: 1500,
      applied: 'NO',
    });
  });

  it('is the cause of the error and lends it no words', async () => {
    const fault = new Auth0Fault('unavailable', 'canary', { outcome: 'not-applied' });
    const before = operation([john], { behaviour: { getUser: () => Promise.reject(fault) } });
    const errors = [
      ...(await readErrors(fault)),
      await writeError(fault),
      await failure(before.users.update(command({ name: 'Jack' }, { dryRun: true }))),
    ];
    for (const error of errors) {
      expect(error.originalError).toBe(fault);
      expect(JSON.stringify(error) + error.message).not.toContain('canary');
    }
  });
});

describe('a refusal of a read', () => {
  const scope = { status: 403, errorCode: 'insufficient_scope', upstreamMessage: 'canary' };

  it('is a failure of the gateway, not of its caller', async () => {
    for (const error of await readErrors(new Auth0Refusal(scope))) {
      expect(error.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE' });
      expect(error.message).not.toContain('canary');
    }
  });

  it('before a write says that nothing was applied', async () => {
    const getUser = () => Promise.reject(new Auth0Refusal(scope));
    const { users } = operation([john], { behaviour: { getUser } });
    expect((await failure(users.update(command({ name: 'Jack' }, { dryRun: true })))).extensions).toEqual({
      code: 'UPSTREAM_UNAVAILABLE',
      applied: 'NO',
    });
  });

  it.each([
    [400, 'invalid_query_string'],
    [400, 'invalid_paging'],
    [400, null],
    [414, null],
  ])('with %i %s is of a search that Auth0 cannot read', async (status, errorCode) => {
    const refusal = new Auth0Refusal({ status, errorCode, upstreamMessage: 'canary' });
    const { users } = operation([], {
      behaviour: { listUsers: () => Promise.reject(refusal), usersByEmail: () => Promise.reject(refusal) },
    });
    for (const search of [
      users.search({ query: 'AND AND', sort: null, offset: 0, limit: 1 }),
      users.findByEmail('no address'),
    ]) {
      const error = await failure(search);
      expect(error.extensions).toEqual({ code: 'BAD_USER_INPUT' });
      expect(error.message).not.toContain('canary');
    }
  });

  it.each([
    [400, 'Bearer'],
    [403, 'insufficient_scope'],
  ])('with %i %s is not taken for a bad search', async (status, errorCode) => {
    const refusal = new Auth0Refusal({ status, errorCode, upstreamMessage: 'canary' });
    const { users } = operation([], { behaviour: { listUsers: () => Promise.reject(refusal) } });
    const error = await failure(users.search({ query: 'name:x', sort: null, offset: 0, limit: 1 }));
    expect(error.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

describe('a bug', () => {
  it.each(['find', 'update', 'update after a read'])(
    'in the way of %s is handed on as it is',
    async (what) => {
      const bug = new TypeError('a bug');
      const behaviour = { getUser: () => Promise.reject(bug), updateUser: () => Promise.reject(bug) };
      const { users } = operation([john], { behaviour });
      const attempt =
        what === 'find' ? users.find(john.user_id) : users.update(command({}, { dryRun: what !== 'update' }));
      await expect(attempt).rejects.toBe(bug);
    },
  );
});

/** What each kind of read comes to when every call to Auth0 fails like this. */
async function readErrors(thrown: Error): Promise<ClientError[]> {
  const fail = () => Promise.reject(thrown);
  const behaviour: Behaviour = { getUser: fail, listUsers: fail, usersByEmail: fail, getIdpTokens: fail };
  const { users } = operation([john], { behaviour });
  return Promise.all(
    [
      users.find(john.user_id),
      users.findByEmail('john.doe@example.com'),
      users.search({ query: null, sort: null, offset: 0, limit: 1 }),
      users.idpTokens(john.user_id),
    ].map(failure),
  );
}

async function writeError(thrown: Error): Promise<ClientError> {
  const { users } = operation([john], { behaviour: { updateUser: () => Promise.reject(thrown) } });
  return failure(users.update(command({ name: 'Jack' })));
}

async function failure(attempt: Promise<unknown>): Promise<ClientError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ClientError)) throw new Error('Expected a ClientError', { cause: error });
  return error;
}
