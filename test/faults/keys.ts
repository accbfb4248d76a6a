/** I2: what is sent under one key of one caller is done once at most, and everybody who sends it is told the same truth. */
import { strict as assert } from 'node:assert';
import type { TenantCall } from '../support/troubled-tenant.ts';
import { isAlone, type Operation } from './schedule.ts';
import type { Conclusion, Sent } from './sent.ts';

/** One that the gateway has come to the end of. */
export type Concluded = Sent & { readonly conclusion: Conclusion };

/** Holds between all that was sent under one key, in whatever order, where nothing is under way any more. */
export function isOnce(sends: readonly Concluded[], ledger: readonly TenantCall[]): void {
  const patches = patchesIn(ledger, sends);
  assert.ok(doneBy(patches) <= 1, storyOf(sends, ledger));
  const concluded = new Map(sends.map((sent) => [sent.id, sent.conclusion]));
  for (const [at, earlier] of patches.entries())
    for (const later of patches.slice(at + 1)) {
      if (later.operation === earlier.operation) continue;
      // Nobody writes under a key unless those who did before are known to have been in vain.
      const { applied, calls } = concluded.get(earlier.operation) as Conclusion;
      assert.ok(applied === 'NO' && calls <= later.turn, storyOf(sends, ledger));
    }
  for (const sent of sends) isTrue(sent, sends, ledger);
}

function isTrue(sent: Concluded, all: readonly Concluded[], ledger: readonly TenantCall[]): void {
  const { applied, code, calls } = sent.conclusion;
  const same = all.filter(({ operation }) => operation === sent.operation);
  const others = all.filter(({ operation }) => operation !== sent.operation);
  const patches = patchesIn(ledger, same);
  const story = storyOf(all, ledger, sent.id);

  if (applied === 'YES') assert.equal(doneBy(patches), 1, story);
  // Nor will it be done by one that was under way by then.
  if (applied === 'NO') assert.equal(doneBy(patches.filter(({ turn }) => turn < calls)), 0, story);

  const isRefused = code?.startsWith('IDEMPOTENCY_') ?? false;
  if (isRefused) assert.ok(!ledger.some(({ operation }) => operation === sent.id), story);
  if (code === 'IDEMPOTENCY_IN_PROGRESS')
    assert.ok(
      same.some((each) => each !== sent && wereUnderWayAtOnce(each, sent)),
      story,
    );
  if (code === 'IDEMPOTENCY_KEY_REUSED')
    assert.ok(
      others.some((each) => holdsKey(each, sent) || wereUnderWayAtOnce(each, sent)),
      story,
    );

  for (const earlier of same.filter((each) => each.conclusion.at < sent.sentAt)) {
    if (isKept(earlier)) assert.ok(applied !== 'NO', story);
    if (earlier.conclusion.applied !== 'YES') continue;
    assert.equal(applied, 'YES', story);
    assert.ok(!ledger.some(({ operation }) => operation === sent.id), story);
    if (earlier.answer && sent.answer) assert.equal(sent.answer.text, earlier.answer.text, story);
  }
}

/** What is told of an operation that is sent once more under its key, in peace, after all of these. */
export function answersInPeace(
  operation: Operation,
  all: readonly Concluded[],
  ledger: readonly TenantCall[],
): readonly string[] {
  const kept = all.filter(isKept);
  if (kept.length === 0) return ['YES'];
  const same = kept.filter((each) => each.operation === operation);
  if (same.length === 0) return ['IDEMPOTENCY_KEY_REUSED'];
  if (same.some(({ conclusion }) => conclusion.applied === 'YES')) return ['YES'];
  const isDone = doneBy(patchesIn(ledger, same)) === 1;
  if (!isDone) return ['WRITE_OUTCOME_UNKNOWN'];
  return isAlone(operation) ? ['YES'] : ['YES', 'WRITE_OUTCOME_UNKNOWN'];
}

/** Whether the gateway has to remember it. */
function isKept({ conclusion: { applied, code } }: Concluded): boolean {
  return applied === 'YES' || code === 'WRITE_OUTCOME_UNKNOWN';
}

function holdsKey(holder: Concluded, sent: Concluded): boolean {
  return isKept(holder) && holder.sentAt < sent.conclusion.at;
}

function wereUnderWayAtOnce(one: Concluded, other: Concluded): boolean {
  return one.sentAt < other.conclusion.at && other.sentAt < one.conclusion.at;
}

type Patch = TenantCall & { readonly turn: number };

function patchesIn(ledger: readonly TenantCall[], sends: readonly Sent[]): Patch[] {
  const ids = new Set(sends.map(({ id }) => id));
  return ledger
    .map((call, turn) => ({ ...call, turn }))
    .filter(({ operation, method }) => method === 'PATCH' && ids.has(operation));
}

function doneBy(patches: readonly TenantCall[]): number {
  return patches.reduce((sum, { done }) => sum + done, 0);
}

function storyOf(sends: readonly Concluded[], ledger: readonly TenantCall[], of = ''): string {
  return JSON.stringify({
    of,
    sends: sends.map(({ operation: { kind, user }, ...sent }) => ({ kind, user, ...sent })),
    patches: patchesIn(ledger, sends).map(({ operation, turn, done }) => ({ operation, turn, done })),
  });
}
