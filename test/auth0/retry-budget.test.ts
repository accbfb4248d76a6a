import { describe, expect, it } from 'vitest';
import { RetryBudget } from '../../src/auth0/retry-budget.ts';

/** A budget by a clock that only the test moves. */
function bench() {
  let nowMs = 5_500;
  const budget = new RetryBudget(() => nowMs);
  return {
    requests(count: number) {
      for (let times = 0; times < count; times++) budget.countRequest();
    },
    pass(ms: number) {
      nowMs += ms;
    },
    /** How many repetitions there are at this moment. */
    spend() {
      let taken = 0;
      while (taken < 1_000 && budget.take()) taken++;
      return taken;
    },
  };
}

describe('the retry budget', () => {
  it.each([
    [0, 10],
    [9, 10],
    [10, 11],
    [1_000, 110],
  ])('after %i requests is %i repetitions in ten seconds', (requests, repetitions) => {
    const budget = bench();
    budget.requests(requests);
    expect(budget.spend()).toBe(repetitions);
    budget.pass(8_000);
    expect(budget.spend()).toBe(0);
    budget.pass(2_000);
    expect(budget.spend()).toBe(10);
  });

  it('comes back with what was spent, second by second', () => {
    const { requests, pass, spend } = bench();
    requests(10);
    pass(4_000);
    requests(30);
    expect(spend()).toBe(14);
    pass(4_000);
    requests(100);
    expect(spend()).toBe(10);
    // The first ten requests are forgotten, and no repetition.
    pass(2_000);
    expect(spend()).toBe(0);
    pass(4_000);
    expect(spend()).toBe(10);
  });

  it('goes by a clock of its own where it is given none', () => {
    const budget = new RetryBudget();
    const taken = Array.from({ length: 100 }, () => budget.take());
    expect(taken.filter(Boolean)).toHaveLength(10);
  });
});
