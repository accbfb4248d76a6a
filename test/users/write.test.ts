import { describe, expect, it } from 'vitest';
import type { UpdateUserInput } from '../../schema/update-user-input.ts';
import { Auth0Fault, Auth0Refusal } from '../../src/auth0/errors.ts';
import type { WirePatch, WireUser } from '../../src/auth0/wire.ts';
import { predict } from '../../src/users/predict.ts';
import type { ReconciliationEvent } from '../../src/users/write.ts';
import { command, john, operation } from './support.ts';

const lost = new Auth0Fault('unavailable', 'canary', { outcome: 'unknown' });
const late = new Auth0Fault('timeout', 'canary', { outcome: 'unknown', mayStillArrive: true });
const unsent = new Auth0Fault('unavailable', 'canary', { outcome: 'not-applied' });
const refused = new Auth0Refusal({ status: 400, errorCode: 'invalid_body', upstreamMessage: 'canary' });

/** What becomes of one PATCH: whether it is applied, and how it is answered. */
type Fate = { readonly applied: boolean; readonly answer: Error | null };

/** A tenant that keeps its users, however it answers: one fate after the other. */
function tenantOf(...fates: Fate[]) {
  let stored: WireUser = john;
  const patches: WirePatch[] = [];
  const events: ReconciliationEvent[] = [];
  const reads: (WireUser | Error | null)[] = [];
  const { users, calls } = operation([john], {
    onReconciliation: (event) => events.push(event),
    behaviour: {
      getUser: async () => {
        const read = reads.shift();
        if (read instanceof Error) throw read;
        return read === undefined ? stored : read;
      },
      updateUser: async (_, patch) => {
        patches.push(patch);
        const { applied, answer } = fates.shift() ?? { applied: true, answer: null };
        if (applied) stored = { ...predict(stored, patch), updated_at: '2026-03-01T00:00:00.000Z' };
        if (answer) throw answer;
        return stored;
      },
    },
  });
  const update = (input: UpdateUserInput, more: object = {}) =>
    users.update(command(input, more)).catch((error: unknown) => error);
  return { update, patches, events, calls, reads };
}

const known = { tellChanges: true };

describe('an update that was not answered', () => {
  it.each([lost, late])('and shows is a success, with the user as it is: %s', async (answer) => {
    const { update, patches, events, calls } = tenantOf({ applied: true, answer });
    expect(await update({ name: 'Jack' })).toMatchObject({
      kind: 'success',
      user: { name: 'Jack' },
      changedFields: null,
      applied: true,
    });
    expect(patches).toHaveLength(1);
    expect(calls.map(({ name }) => name)).toEqual(['updateUser', 'getUser']);
    expect(events).toEqual([{ fault: answer.code, verdict: 'applied', repeated: false }]);
  });

  it('and shows tells what changed', async () => {
    const { update } = tenantOf({ applied: true, answer: lost });
    expect(await update({ name: 'Jack' }, known)).toMatchObject({ changedFields: ['name'], applied: true });
  });

  it('and was certainly not applied is sent once more', async () => {
    const { update, patches, events } = tenantOf({ applied: false, answer: lost });
    expect(await update({ name: 'Jack' }, known)).toMatchObject({ kind: 'success', applied: true });
    expect(patches).toEqual([{ name: 'Jack' }, { name: 'Jack' }]);
    expect(events).toEqual([{ fault: 'unavailable', verdict: 'not-applied', repeated: true }]);
  });

  it('nor the second time is not applied where that is certain', async () => {
    const { update, patches } = tenantOf(
      { applied: false, answer: lost },
      { applied: false, answer: lost },
      { applied: true, answer: null },
    );
    expect(await update({ name: 'Jack' }, known)).toMatchObject({
      extensions: { code: 'UPSTREAM_UNAVAILABLE', applied: 'NO' },
    });
    expect(patches).toHaveLength(2);
  });

  it.each<[string, Fate, object]>([
    ['a success', { applied: true, answer: lost }, { kind: 'success', applied: true }],
    [
      'unknown',
      { applied: false, answer: late },
      { extensions: { code: 'WRITE_OUTCOME_UNKNOWN', applied: 'UNKNOWN' } },
    ],
    ['a rejection', { applied: false, answer: refused }, { kind: 'rejected', reason: 'invalid_body' }],
    [
      'not applied',
      { applied: false, answer: unsent },
      { extensions: { code: 'UPSTREAM_UNAVAILABLE', applied: 'NO' } },
    ],
  ])('may be %s the second time', async (_, second, outcome) => {
    const { update } = tenantOf({ applied: false, answer: lost }, second);
    expect(await update({ name: 'Jack' }, known)).toMatchObject(outcome);
  });

  it.each<[string, UpdateUserInput]>([
    ['a password', { password: 'canary' }],
    ['a mail', { verifyEmail: true }],
    ['an address', { email: 'jack@example.com' }],
  ])('and was certainly not applied is not sent again with %s in it', async (_, input) => {
    const { update, patches } = tenantOf({ applied: false, answer: lost });
    expect(await update(input, known)).toMatchObject({
      extensions: { code: 'UPSTREAM_UNAVAILABLE', applied: 'NO' },
    });
    expect(patches).toHaveLength(1);
  });

  it.each<[string, Error, UpdateUserInput, object, (WireUser | Error | null)[]]>([
    ['it was too late, and may yet be', late, { name: 'Jack' }, known, []],
    ['it does not show, and nobody read the user before', lost, { name: 'Jack' }, {}, []],
    ['the user cannot be read', lost, { name: 'Jack' }, {}, [unsent]],
    ['the user is gone', lost, { name: 'Jack' }, {}, [null]],
  ])('is unknown, and sent once, where %s', async (_, answer, input, more, reads) => {
    const tenant = tenantOf({ applied: false, answer });
    tenant.reads.push(...reads);
    expect(await tenant.update(input, more)).toMatchObject({
      extensions: { code: 'WRITE_OUTCOME_UNKNOWN', applied: 'UNKNOWN' },
    });
    expect(tenant.patches).toHaveLength(1);
    expect(tenant.events).toMatchObject([{ verdict: 'unknown', repeated: false }]);
  });

  it.each([unsent, refused])('that is known not to be applied is not asked about: %s', async (answer) => {
    const { update, calls, events } = tenantOf({ applied: false, answer });
    // As John is already: whoever read him would take it for done.
    expect(await update({ name: String(john['name']) })).not.toMatchObject({ kind: 'success' });
    expect(calls.map(({ name }) => name)).toEqual(['updateUser']);
    expect(events).toEqual([]);
  });

  it('leaves a fifth of the time, or two seconds, to find out', async () => {
    for (const [leftMs, shareMs] of [
      [100_000, 2_000],
      [5_000, 1_000],
    ] as const) {
      const endsAt = performance.now() + leftMs;
      const { users, calls } = operation([john], { endsAt });
      await users.update(command({ name: 'Jack' }));
      const forWrite = calls[0]?.options.endsAt ?? 0;
      expect(endsAt - forWrite).toBeGreaterThan(0.8 * shareMs);
      expect(endsAt - forWrite).toBeLessThanOrEqual(shareMs);
    }
  });

  it('is given up while there is time to find out', async () => {
    const endsAt = performance.now() + 300;
    const { users } = operation([john], {
      endsAt,
      behaviour: {
        updateUser: (_, __, { signal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(late))),
      },
    });
    await expect(users.update(command({ name: 'Jack' }))).rejects.toMatchObject({
      extensions: { code: 'WRITE_OUTCOME_UNKNOWN' },
    });
    expect(performance.now()).toBeGreaterThan(endsAt - 100);
  });
});
