import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rate, Reading } from '../../src/pacing/budget.ts';
import { LocalBudget } from '../../src/pacing/local-budget.ts';
import { type Admission, OverBudget, Pacer, PacerStopped } from '../../src/pacing/pacer.ts';
import { lanes } from '../../src/pacing/place.ts';
import { atOnce, excess, place, slow, virtualClock } from './support.ts';

const never = new AbortController().signal;

type Told = { at: number; slot?: Slot; error?: unknown };

/** Leave to send one call. */
type Slot = {
  giveBack(): void;
  correct(reading: Reading | null): void;
  pause(ms: number, reading: Reading | null): void;
};

/** A pacer on virtual time, and what becomes of each call that asks it. */
function bench({ rate = { burst: 2.5, perSecond: 2 }, mostWaiting = 5_000, delayMs = 0 } = {}) {
  const clock = virtualClock();
  const local = new LocalBudget(rate, clock.now);
  const budget = delayMs > 0 ? slow(local, clock, delayMs) : local;
  const pacer = new Pacer(budget, { clock, mostWaiting });
  const order: string[] = [];
  const ask = (name: string, admission: Partial<Admission> = {}): Told => {
    const told: Told = { at: Number.NaN };
    void Promise.try(() => pacer.admit({ place: place(name[0] ?? ''), signal: never, ...admission })).then(
      (ticket) => {
        order.push(name);
        const slot: Slot = {
          giveBack: () => pacer.giveBack(),
          correct: (reading) => pacer.correct(ticket, reading),
          pause: (ms, reading) => pacer.pause(ticket, ms, reading),
        };
        return Object.assign(told, { at: clock.now(), slot });
      },
      (error: unknown) => Object.assign(told, { at: clock.now(), error }),
    );
    return told;
  };
  return { clock, pacer, order, ask };
}

const calls = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 300 }),
    timeoutMs: fc.integer({ min: 1, max: 5_000 }),
    leavesAfterMs: fc.option(fc.integer({ min: 0, max: 3_000 }), { freq: 6 }),
    caller: fc.constantFrom('a', 'b', 'c'),
    lane: fc.constantFrom(...lanes),
    next: fc.constantFrom('nothing', 'nothing', 'nothing', 'give back', 'pause'),
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
);
const rates: fc.Arbitrary<Rate> = fc.record({
  burst: fc.integer({ min: 1, max: 10 }),
  perSecond: fc.integer({ min: 1, max: 30 }),
});

describe('the pacer', () => {
  it('lets calls go while there is budget, and the others when there is more', async () => {
    const { clock, ask } = bench();
    const told = ['a1', 'a2', 'a3', 'a4'].map((name) => ask(name));
    await clock.pass(10_000);
    expect(told.map(({ at }) => at)).toEqual([0, 0, 500, 1_000]);
  });

  it.each([0, 7])(
    'keeps to the bucket, keeps nobody beyond their deadline, and forgets nobody (budget asked for %i ms)',
    async (delayMs) => {
      await fc.assert(
        fc.asyncProperty(rates, calls, async (rate, calls) => {
          const { clock, ask } = bench({ rate, delayMs });
          const asked: { readonly endsAt: number; readonly leavesAt: number; readonly told: Told }[] = [];
          const sent: number[] = [];
          for (const { afterMs, timeoutMs, leavesAfterMs, caller, lane, next } of calls) {
            await clock.pass(afterMs);
            const leaving = new AbortController();
            if (leavesAfterMs !== null) clock.after(leavesAfterMs, () => leaving.abort(new Error('left')));
            const endsAt = clock.now() + timeoutMs;
            const told = ask(caller, { place: place(caller, lane), endsAt, signal: leaving.signal });
            asked.push({ endsAt, leavesAt: clock.now() + (leavesAfterMs ?? Number.POSITIVE_INFINITY), told });
            await clock.pass(0);
            if (next === 'give back' && told.slot) {
              told.slot.giveBack();
              delete told.slot;
            }
            if (next === 'pause') told.slot?.pause(400, null);
          }
          await clock.pass(60_000);
          for (const { endsAt, leavesAt, told } of asked) {
            expect(told.at).toBeLessThan(Math.min(endsAt, leavesAt) + 1e-6 + delayMs);
            if (told.slot) sent.push(told.at);
            else if (told.error instanceof OverBudget) expect(told.error.retryAfterMs).toBeGreaterThan(0);
            else if (told.error !== undefined) expect(told.error).toMatchObject({ message: 'left' });
          }
          expect(
            excess(
              sent.toSorted((one, other) => one - other),
              rate,
            ),
          ).toBeLessThanOrEqual(1e-3 + (delayMs / 1_000) * rate.perSecond);
          // Nothing got lost on the way: what is there after a while is the whole bucket.
          const endsAt = clock.now() + 1 + 3 * delayMs;
          const after = Array.from({ length: atOnce(rate) + 1 }, () => ask('z', { endsAt }));
          await clock.pass(3 * delayMs);
          expect(after.filter(({ slot }) => slot)).toHaveLength(Math.floor(atOnce(rate)));
        }),
        { numRuns: 150 },
      );
    },
  );

  it('lets interactive calls go before bulk, and callers take turns', async () => {
    const { clock, ask, order } = bench({ rate: { burst: 1, perSecond: 10 } });
    ask('x');
    for (const name of ['a1', 'a2']) ask(name, { place: place('a', 'bulk') });
    for (const name of ['b1', 'b2', 'b3', 'c1']) ask(name);
    await clock.pass(1_000);
    expect(order).toEqual(['x', 'b1', 'c1', 'b2', 'b3', 'a1', 'a2']);
  });

  it('gives a quiet caller their turn at once, however much another asks for', async () => {
    const { clock, ask } = bench({ rate: { burst: 1, perSecond: 10 } });
    for (let number = 0; number < 500; number++) ask('a', { endsAt: 10_000 });
    await clock.pass(3_000);
    const quiet = ask('b', { endsAt: 13_000 });
    await clock.pass(1_000);
    expect(quiet.at).toBeLessThanOrEqual(3_200);
  });

  it('has one item wait for several callers where it waits least', async () => {
    const { clock, ask } = bench({ rate: { burst: 1, perSecond: 10 } });
    for (let number = 0; number < 50; number++) ask('a');
    let tell = (_other: ReturnType<typeof place>) => {};
    const joint = ask('a', {
      place: {
        ...place('a'),
        others(told) {
          tell = told;
        },
      },
    });
    await clock.pass(1_000);
    tell(place('b', 'bulk'));
    await clock.pass(1_000);
    expect(joint.at).toBeNaN();
    tell(place('b'));
    await clock.pass(200);
    expect(joint.at).toBeLessThanOrEqual(2_200);
  });
});

describe('a call whose turn would come too late', () => {
  it('is refused at once, and told when to come again', async () => {
    const { clock, ask } = bench();
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) ask(name);
    const late = ask('a6', { endsAt: 1_500 });
    const inTime = ask('a7', { endsAt: 3_000 });
    await clock.pass(0);
    expect(late).toMatchObject({ at: 0, error: { retryAfterMs: 2_000 } });
    expect(late.error).toBeInstanceOf(OverBudget);
    await clock.pass(3_000);
    expect(inTime.at).toBe(2_000);
  });

  it('is let go at once if it comes when it was told, and nobody else has', async () => {
    await fc.assert(
      fc.asyncProperty(
        rates,
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 500 }),
        async (rate, waiting, ms) => {
          const { clock, ask } = bench({ rate });
          for (let call = 0; call < atOnce(rate) + waiting; call++) ask('a');
          await clock.pass(ms);
          const late = await passed(clock, ask('a', { endsAt: clock.now() + 1 }));
          fc.pre(late.error instanceof OverBudget);
          await clock.pass(late.error.retryAfterMs);
          expect((await passed(clock, ask('a', { endsAt: clock.now() + 1 }))).slot).toBeDefined();
        },
      ),
    );
  });

  it('is refused in time for nothing to be sent in vain', async () => {
    const { clock, ask } = bench();
    ask('a1');
    ask('a2');
    // Its slot would come at 500, with less time left than an answer takes.
    expect(await passed(clock, ask('a3', { endsAt: 600 }))).toMatchObject({
      at: 0,
      error: { retryAfterMs: 500 },
    });
    // A short deadline keeps most of itself.
    await clock.pass(400);
    expect((await passed(clock, ask('a4', { endsAt: 540 }), 200)).at).toBe(500);
  });

  it('is refused where others come before it, when that is clear', async () => {
    const { clock, ask } = bench({ rate: { burst: 1, perSecond: 1 } });
    ask('x');
    const bulk = await passed(clock, ask('a', { place: place('a', 'bulk'), endsAt: 2_400 }));
    for (const name of ['b1', 'b2', 'b3']) ask(name);
    await clock.pass(999);
    expect(bulk.at).toBeNaN();
    await clock.pass(1);
    expect(bulk).toMatchObject({ at: 1_000, error: { retryAfterMs: expect.any(Number) } });
  });

  it('is refused at once where a pause begins that lasts longer', async () => {
    const { clock, ask } = bench();
    const first = await passed(clock, ask('a1', { endsAt: 10_000 }));
    ask('a2');
    const probe = ask('a3', { endsAt: 10_000 });
    const waiting = ask('a4', { endsAt: 10_000 });
    const patient = ask('a5');
    await clock.pass(100);
    first.slot?.pause(30_000, null);
    await clock.pass(0);
    expect(waiting).toMatchObject({ at: 100, error: { retryAfterMs: 30_000 } });
    await clock.pass(2_000);
    expect(probe.at).toBe(2_100);
    await clock.pass(500);
    // The tenant did not mean it.
    probe.slot?.correct(null);
    await clock.pass(0);
    expect(patient.at).toBe(2_600);
  });

  it('is refused where too many wait', async () => {
    const { clock, ask } = bench({ mostWaiting: 3 });
    const told = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].map((name) => ask(name));
    await clock.pass(0);
    const quiet = ask('b1');
    await clock.pass(10_000);
    expect(told.filter(({ error }) => error instanceof OverBudget)).not.toHaveLength(0);
    expect(quiet.slot).toBeDefined();
  });
});

describe('a budget that keeps one waiting', () => {
  it('gets back what it granted to who has left meanwhile', async () => {
    const { clock, ask } = bench({ rate: { burst: 1, perSecond: 0.001 }, delayMs: 10 });
    const leaving = new AbortController();
    const left = ask('a1', { signal: leaving.signal });
    await clock.pass(5);
    leaving.abort(new Error('left'));
    await clock.pass(0);
    expect(left).toMatchObject({ at: 5, error: { message: 'left' } });
    await clock.pass(100);
    expect((await passed(clock, ask('a2'), 10)).slot).toBeDefined();
  });

  it('is asked again when something was given back meanwhile', async () => {
    const { clock, ask } = bench({ rate: { burst: 1, perSecond: 0.001 }, delayMs: 10 });
    const first = await passed(clock, ask('a1'), 10);
    const second = ask('a2');
    await clock.pass(5);
    first.slot?.giveBack();
    await clock.pass(15);
    expect(second.slot).toBeDefined();
  });

  it('keeps nobody beyond their deadline', async () => {
    const { clock, ask } = bench({ delayMs: 5_000 });
    const told = ask('a1', { endsAt: 100 });
    await clock.pass(100);
    expect(told).toMatchObject({ at: 75, error: { retryAfterMs: 1_000 } });
  });
});

describe('a call that is given up', () => {
  it('costs nothing, and is told its own reason', async () => {
    const { clock, ask } = bench();
    const leaving = new AbortController();
    ask('a1');
    ask('a2');
    const left = ask('a3', { signal: leaving.signal });
    const next = ask('a4');
    await clock.pass(100);
    const reason = new Error('left');
    leaving.abort(reason);
    await clock.pass(1_000);
    expect(left).toMatchObject({ at: 100, error: reason });
    expect(next.at).toBe(500);
  });

  it('before it was asked for is not asked for', async () => {
    const { clock, ask } = bench();
    const reason = new Error('left');
    expect(await passed(clock, ask('a1', { signal: AbortSignal.abort(reason) }))).toMatchObject({
      error: reason,
    });
    const told = ['a2', 'a3'].map((name) => ask(name));
    await clock.pass(0);
    expect(told.map(({ at }) => at)).toEqual([0, 0]);
  });
});

describe('a slot', () => {
  it('that is given back is the next one’s at once', async () => {
    const { clock, ask } = bench();
    const first = await passed(clock, ask('a1'));
    ask('a2');
    const waiting = ask('a3');
    await clock.pass(100);
    first.slot?.giveBack();
    await clock.pass(0);
    expect(waiting.at).toBe(100);
  });

  it('that was refused is repeated before all else of its caller', async () => {
    const { clock, ask, order } = bench({ rate: { burst: 1, perSecond: 1 } });
    const first = await passed(clock, ask('a1'));
    for (const name of ['a2', 'b1', 'a3']) ask(name);
    first.slot?.pause(1_000, null);
    ask('a1 again', { isRepeated: true });
    await clock.pass(60_000);
    expect(order).toEqual(['a1', 'a1 again', 'b1', 'a2', 'a3']);
  });
});

it('a pacer that is stopped tells everyone who waits', async () => {
  const { clock, pacer, ask } = bench();
  const told = ['a1', 'a2', 'a3', 'a4'].map((name) => ask(name));
  await clock.pass(0);
  pacer[Symbol.dispose]();
  await clock.pass(10_000);
  expect(told.map(({ error }) => error instanceof PacerStopped)).toEqual([false, false, true, true]);
});

async function passed(clock: ReturnType<typeof virtualClock>, told: Told, ms = 0): Promise<Told> {
  await clock.pass(ms);
  return told;
}
