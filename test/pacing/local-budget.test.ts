import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Rate, type Reading, type Ticket, waitOf } from '../../src/pacing/budget.ts';
import { LocalBudget } from '../../src/pacing/local-budget.ts';
import { atOnce, excess, tenantBucket } from './support.ts';

const enterprise: Rate = { burst: 50, perSecond: 16 };

/** A budget by a clock that only the test moves. */
function bench(rate: Rate = enterprise) {
  let nowMs = 1_000;
  const budget = new LocalBudget(rate, () => nowMs);
  return {
    budget,
    now: () => nowMs,
    pass(ms: number) {
      nowMs += ms;
    },
    granted(wanted = 1_000) {
      return budget.take(wanted).granted;
    },
    wait() {
      return waitOf(budget.take(0).forecast, 0);
    },
    /** How many calls a second it comes to, with nothing at hand. */
    rate() {
      return 1_000 / budget.take(0).forecast.intervalMs;
    },
  };
}

const none: Reading = { limit: 50, remaining: 0, fullInMs: 4_125 };
const rates = fc.record({
  burst: fc.integer({ min: 1, max: 60 }),
  perSecond: fc.double({ min: 0.1, max: 100, noNaN: true }),
});
const readings = fc.record({
  limit: fc.integer({ min: 1, max: 10_000 }),
  remaining: fc.integer({ min: 0, max: 20_000 }),
  fullInMs: fc.oneof(fc.integer({ min: -1e6, max: 70_000 }), fc.integer({ min: 0, max: 3e12 })),
});

describe('the budget', () => {
  it('grants a burst, and then what flows back', () => {
    const { granted, pass } = bench();
    expect(granted()).toBe(46);
    expect(granted()).toBe(0);
    pass(1_000);
    expect(granted()).toBe(16);
    pass(60_000);
    expect(granted()).toBe(46);
  });

  it('grants no more than is wanted', () => {
    const { granted } = bench();
    expect([granted(20), granted(20), granted(20)]).toEqual([20, 20, 6]);
  });

  it('says when there will be more', () => {
    const { budget, granted, wait, pass } = bench({ burst: 4, perSecond: 4 });
    granted();
    const { forecast } = budget.take(3);
    expect([0, 1, 2].map((ahead) => waitOf(forecast, ahead))).toEqual([250, 500, 750]);
    pass(200);
    expect(wait()).toBeCloseTo(50);
    pass(50);
    expect([wait(), granted()]).toEqual([0, 1]);
  });

  it('has one more for each that was not sent, and never more than it holds', () => {
    const { budget, granted } = bench();
    granted(30);
    budget.giveBack();
    expect(granted()).toBe(17);
    for (let times = 0; times < 60; times++) budget.giveBack();
    expect(granted()).toBe(46);
  });

  it('never grants more than the bucket allows in any stretch of time, whatever the tenant says', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 3_000 }) }),
      fc.record({ kind: fc.constant('take' as const), wanted: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ kind: fc.constant('correct' as const), reading: readings }),
      fc.record({
        kind: fc.constant('pause' as const),
        ms: fc.integer({ min: 0, max: 2_000 }),
        reading: readings,
      }),
    );
    fc.assert(
      fc.property(rates, fc.array(step, { maxLength: 60, size: 'max' }), (rate, steps) => {
        const { budget, now, pass } = bench(rate);
        const at: number[] = [];
        let ticket: Ticket = { at: now(), count: 0 };
        for (const step of steps) {
          if (step.kind === 'pass') pass(step.ms);
          else if (step.kind === 'correct') budget.correct(ticket, step.reading);
          else if (step.kind === 'pause') budget.pause(ticket, step.ms, step.reading);
          else {
            const grant = budget.take(step.wanted);
            ticket = grant.ticket;
            at.push(...Array.from({ length: grant.granted }, now));
          }
        }
        expect(excess(at, rate)).toBeLessThanOrEqual(1e-3);
      }),
      { numRuns: 500 },
    );
  });

  it('comes back from whatever the tenant says', () => {
    fc.assert(
      fc.property(rates, fc.array(readings), (rate, readings) => {
        const { budget, granted, pass, rate: present } = bench(rate);
        for (const reading of readings) {
          const { ticket } = budget.take(1);
          budget.correct(ticket, reading);
          budget.pause(ticket, 60_000, reading);
        }
        pass(60_000 + 1_000 / Math.min(1, rate.perSecond));
        expect(granted()).toBeGreaterThanOrEqual(1);
        pass(300_000);
        expect(present()).toBeCloseTo(rate.perSecond);
      }),
    );
  });
});

describe('what the tenant says of its bucket', () => {
  it('counts where others have taken from it', () => {
    const { budget, granted } = bench();
    const { ticket } = budget.take(1);
    budget.correct(ticket, { limit: 50, remaining: 7, fullInMs: 3_000 });
    expect(granted()).toBe(8);
  });

  it('is as old as the call it answers', () => {
    const { budget, granted, pass } = bench();
    const { ticket } = budget.take(1);
    granted(5);
    pass(250);
    // 30 were left of it; 5 have gone since, and 4 come.
    budget.correct(ticket, { limit: 50, remaining: 30, fullInMs: 3_000 });
    expect(granted()).toBe(30);
  });

  it('gives nothing that the own bucket has not', () => {
    const { budget, granted } = bench();
    const { ticket } = budget.take(46);
    budget.correct(ticket, { limit: 1_500, remaining: 1_400, fullInMs: 1_000 });
    expect(granted()).toBe(0);
  });

  it('makes the bucket as small as it is, and large again', () => {
    const { budget, granted, pass } = bench();
    const { ticket } = budget.take(1);
    budget.correct(ticket, { limit: 10, remaining: 9, fullInMs: 1_000 });
    pass(60_000);
    expect(granted()).toBe(7);
    budget.correct(ticket, { limit: 100, remaining: 100, fullInMs: 0 });
    pass(60_000);
    expect(granted()).toBe(46);
  });

  it('never slows calls that nobody else makes: they are as many as the bucket allows, and none is refused', () => {
    const delays = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 50, maxLength: 50 });
    // With room for what flows back between two looks at it.
    const tenants = fc
      .record({ burst: fc.integer({ min: 2, max: 50 }), perSecond: fc.integer({ min: 2, max: 50 }) })
      .filter((rate) => atOnce(rate) >= 2);
    fc.assert(
      fc.property(tenants, delays, (rate, delays) => {
        const { budget, now, pass } = bench(rate);
        const tenant = tenantBucket(rate, now);
        const sent: { arrivesAt: number; answersAt: number; ticket: Ticket }[] = [];
        const answers: { at: number; ticket: Ticket; remaining: number }[] = [];
        let granted = 0;
        for (let ms = 0; ms < 5_000; ms += 5) {
          for (const call of sent.filter(({ arrivesAt }) => arrivesAt === now())) {
            const { isAdmitted, remaining } = tenant.admit();
            expect(isAdmitted).toBe(true);
            answers.push({ at: call.answersAt, ticket: call.ticket, remaining });
          }
          for (const { ticket, remaining } of answers.filter(({ at }) => at === now()))
            budget.correct(ticket, { limit: rate.burst, remaining, fullInMs: 1_000 });
          const grant = budget.take(100);
          for (let call = 0; call < grant.granted; call++) {
            // A line keeps the order of what is sent over it.
            const arrivesAt = now() + 50;
            const delay = 5 * Math.ceil((delays[granted++ % delays.length] ?? 1) / 5);
            sent.push({ arrivesAt, answersAt: arrivesAt + delay, ticket: grant.ticket });
          }
          pass(5);
        }
        expect(granted).toBeGreaterThanOrEqual(Math.floor(atOnce(rate) + 4.99 * rate.perSecond));
      }),
      { numRuns: 20 },
    );
  });
});

it('calls that are a quarter of a second late, one or the other, are not too many for the tenant', () => {
  const calls = fc.array(
    fc.record({
      afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500 })),
      wanted: fc.integer({ min: 1, max: 30 }),
      lateMs: fc.array(fc.constantFrom(0, 250, 100), { minLength: 30, maxLength: 30 }),
    }),
    { minLength: 1, maxLength: 40 },
  );
  const rates = fc
    .record({ burst: fc.integer({ min: 2, max: 50 }), perSecond: fc.integer({ min: 1, max: 50 }) })
    .filter(({ burst, perSecond }) => perSecond <= burst);
  fc.assert(
    fc.property(rates, calls, (rate, calls) => {
      const { budget, now, pass } = bench(rate);
      const arrivals: number[] = [];
      for (const { afterMs, wanted, lateMs } of calls) {
        pass(afterMs);
        const { granted } = budget.take(wanted);
        for (const ms of lateMs.slice(0, granted)) arrivals.push(now() + ms);
      }
      expect(
        excess(
          arrivals.toSorted((one, other) => one - other),
          rate,
        ),
      ).toBeLessThanOrEqual(1e-3);
    }),
    { numRuns: 1_000 },
  );
});

describe('a refusal', () => {
  it('pauses everything for as long as it says', () => {
    const { budget, granted, wait, pass } = bench();
    const { ticket } = budget.take(1);
    budget.pause(ticket, 1_700, null);
    expect([granted(), wait()]).toEqual([0, 1_700]);
    budget.pause(ticket, 1_000, null);
    pass(1_699);
    expect(granted()).toBe(0);
    pass(1);
    expect(granted()).toBeGreaterThan(1);
  });

  it('that lasts is put to the proof every two seconds, by one call', () => {
    const { budget, granted, wait, pass } = bench();
    budget.pause(budget.take(1).ticket, 30_000, null);
    const { forecast } = budget.take(1);
    expect([waitOf(forecast, 0), waitOf(forecast, 1)]).toEqual([2_000, 30_000]);
    pass(2_000);
    expect([granted(), granted(), wait()]).toEqual([1, 0, 2_000]);
    pass(2_000);
    const { ticket } = budget.take(5);
    budget.pause(ticket, 30_000, null);
    pass(1_999);
    expect(granted()).toBe(0);
    pass(1);
    const probe = budget.take(5);
    expect(probe.granted).toBe(1);
    // An answer to a call from before says nothing of it.
    budget.correct(ticket, { limit: 50, remaining: 50, fullInMs: 0 });
    expect(granted()).toBe(0);
    budget.correct(probe.ticket, null);
    expect(granted()).toBeGreaterThan(1);
  });

  it('means that there is nothing left, even where it asks for no pause', () => {
    const { budget, granted } = bench();
    const { ticket } = budget.take(1);
    budget.pause(ticket, 0, null);
    expect(granted()).toBe(0);
  });

  it('halves the rate, once for all calls that were under way', () => {
    const { budget, rate } = bench();
    const tickets = [budget.take(1), budget.take(1), budget.take(1)];
    for (const { ticket } of tickets) budget.pause(ticket, 0, null);
    expect(rate()).toBeCloseTo(8);
    const { ticket } = bench().budget.take(0);
    budget.pause(ticket, 0, null);
    expect(rate()).toBeCloseTo(8);
  });

  it('halves it again when it comes again, down to a call a second', () => {
    const { budget, rate, pass } = bench();
    const seen: number[] = [];
    for (let times = 0; times < 6; times++) {
      pass(1_000);
      const { ticket } = budget.take(1);
      budget.pause(ticket, 0, null);
      seen.push(Math.round(rate()));
    }
    expect(seen).toEqual([8, 4, 2, 1, 1, 1]);
  });

  it('lowers the rate no further than what it says of the bucket', () => {
    // 50 calls in at most 4.125 s are 12 a second at least, and in at least 2.125 s are 23 at most.
    const { budget, rate } = bench();
    const { ticket } = budget.take(1);
    budget.pause(ticket, 83, none);
    expect(rate()).toBeCloseTo(50 / 4.125);
    // As little as 5 calls in 3 s or more.
    const lower = bench({ burst: 1e6, perSecond: 1e6 });
    lower.budget.pause(lower.budget.take(1).ticket, 0, { limit: 5, remaining: 0, fullInMs: 5_000 });
    expect(lower.rate()).toBeCloseTo(5 / 3);
  });

  it('is forgotten within five minutes', () => {
    const { budget, rate, pass } = bench();
    budget.pause(budget.take(1).ticket, 0, null);
    pass(75_000);
    expect(rate()).toBeCloseTo(12);
    pass(75_000);
    expect(rate()).toBeCloseTo(16);
  });
});
