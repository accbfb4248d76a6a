import { describe, expect, it } from 'vitest';
import { Auth0Refusal } from '../../src/auth0/errors.ts';
import { command, john, operation } from './support.ts';

const later = new Date('2026-02-01T00:00:00.001Z');
const updated = new Date('2026-02-01T00:00:00.000Z');
const earlier = new Date('2026-01-31T23:59:59.999Z');

describe('an update', () => {
  it('is one PATCH and answers the user it made', async () => {
    const { users, calls } = operation([john], { correlationId: 'request-1' });
    expect(await users.update(command({ givenName: 'Jack', familyName: null }))).toMatchObject({
      kind: 'success',
      user: { id: john.user_id, givenName: 'Jack', familyName: null, email: 'john.doe@example.com' },
      changedFields: null,
      applied: true,
    });
    expect(calls).toMatchObject([
      {
        name: 'updateUser',
        arguments: [john.user_id, { given_name: 'Jack', family_name: null }],
        options: { correlationId: 'request-1' },
      },
    ]);
  });

  it('tells what changed, for a read before', async () => {
    const { users, calls } = operation([john]);
    const outcome = await users.update(
      command({ givenName: 'Jack', name: 'John Doe' }, { tellChanges: true }),
    );
    expect(outcome).toMatchObject({ kind: 'success', changedFields: ['givenName'], applied: true });
    expect(calls.map(({ name }) => name)).toEqual(['getUser', 'updateUser']);
  });

  it('compares with Auth0, not with what was read earlier', async () => {
    const { users, callsOf } = operation([john]);
    await users.find(john.user_id);
    await users.update(command({ name: 'Jack' }, { tellChanges: true }));
    expect(callsOf('getUser')).toHaveLength(2);
  });

  it.each([{}, { dryRun: true }, { tellChanges: true }, { ifUnmodifiedSince: earlier }])(
    'of nobody is not found, with %o',
    async (more) => {
      const { users } = operation([]);
      expect(await users.update(command({ name: 'Jack' }, more))).toEqual({
        kind: 'not-found',
        id: john.user_id,
      });
    },
  );

  it.each(['', 'auth0', 'auth0|', 'auth0|\n', '..'])('of %j is not found without a call', async (id) => {
    const { users, calls } = operation([john]);
    expect(await users.update(command({ name: 'Jack' }, { id, tellChanges: true }))).toEqual({
      kind: 'not-found',
      id,
    });
    expect(calls).toEqual([]);
  });

  it('that Auth0 refuses is rejected', async () => {
    const refusal = {
      status: 400,
      errorCode: 'auth0_idp_error',
      upstreamMessage: 'The specified new email already exists',
    };
    const { users } = operation([john], {
      behaviour: { updateUser: () => Promise.reject(new Auth0Refusal(refusal)) },
    });
    expect(await users.update(command({ email: 'jane@example.com' }))).toEqual({
      kind: 'rejected',
      message: 'Another user of this connection has this e-mail address.',
      reason: 'auth0_idp_error',
      fields: ['email'],
    });
  });

  it('goes on when the client is gone, and ends with the deadline', async () => {
    const [deadline, readsEnd] = [new AbortController(), new AbortController()];
    const { users, calls } = operation([john], { deadline, readsEnd });
    readsEnd.abort();
    await users.update(command({ name: 'Jack' }, { tellChanges: true }));
    expect(calls.map(({ name, options }) => [name, options.signal.aborted])).toEqual([
      ['getUser', false],
      ['updateUser', false],
    ]);
    deadline.abort();
    expect(calls.every(({ options }) => options.signal.aborted)).toBe(true);
  });
});

describe('ifUnmodifiedSince', () => {
  it('is a conflict with the user that changed later', async () => {
    const { users, callsOf } = operation([john]);
    expect(await users.update(command({ name: 'Jack' }, { ifUnmodifiedSince: earlier }))).toMatchObject({
      kind: 'conflict',
      current: { id: john.user_id, name: 'John Doe', updatedAt: updated.toISOString() },
    });
    expect(callsOf('updateUser')).toEqual([]);
  });

  it.each([updated, later])('is met by a user that has not changed since %o', async (ifUnmodifiedSince) => {
    const { users } = operation([john]);
    expect(await users.update(command({ name: 'Jack' }, { ifUnmodifiedSince }))).toMatchObject({
      kind: 'success',
      changedFields: null,
      applied: true,
    });
  });

  it.each([undefined, {}, ''])('is met by a user whose updated_at is %o', async (updated_at) => {
    const { users } = operation([{ ...john, updated_at }]);
    expect(await users.update(command({ name: 'Jack' }, { ifUnmodifiedSince: earlier }))).toMatchObject({
      applied: true,
    });
  });

  it('holds for a dry run too', async () => {
    const { users } = operation([john]);
    const outcome = await users.update(
      command({ name: 'Jack' }, { ifUnmodifiedSince: earlier, dryRun: true }),
    );
    expect(outcome.kind).toBe('conflict');
  });
});

describe('a dry run', () => {
  it('answers the user as it would be, and sends no PATCH', async () => {
    const { users, calls } = operation([john]);
    const input = {
      givenName: null,
      userMetadata: { colour: null, size: 3 },
      appMetadata: null,
      blocked: false,
    };
    expect(await users.update(command(input, { dryRun: true }))).toMatchObject({
      kind: 'success',
      user: {
        givenName: null,
        userMetadata: { address: { city: 'Paris' }, size: 3 },
        appMetadata: {},
        updatedAt: updated.toISOString(),
      },
      changedFields: ['givenName', 'userMetadata', 'appMetadata'],
      applied: false,
    });
    expect(calls.map(({ name }) => name)).toEqual(['getUser']);
  });
});
