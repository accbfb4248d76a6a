import { describe, expect, it, vi } from 'vitest';
import { Circuit, type CircuitState } from '../../src/auth0/circuit.ts';
import { Auth0Fault, Auth0Refusal, type FaultCode, type Outcome } from '../../src/auth0/errors.ts';
import {
  deadline,
  fault,
  john,
  json,
  patiently,
  refusal,
  reset,
  silence,
  startSceneWithToken,
  within,
} from './support.ts';

const faultOf = (code: FaultCode, outcome: Outcome = 'unknown') =>
  new Auth0Fault(code, 'canary', { outcome });
const down = faultOf('unavailable');

/** A circuit by a clock that only the test moves, and attempts that end as they are told. */
function bench() {
  let nowMs = 1_000;
  const states: CircuitState[] = [];
  const circuit = new Circuit(
    (state) => states.push(state),
    () => nowMs,
  );
  const guard = async <Result>(attempt: () => Promise<Result>, blames?: boolean): Promise<Result> => {
    circuit.admit();
    try {
      const result = await attempt();
      circuit.succeeded();
      return result;
    } catch (thrown) {
      circuit.failed(thrown, blames);
      throw thrown;
    }
  };
  const end = async (error: unknown = null, blames?: boolean): Promise<unknown> => {
    const attempt = async () => {
      if (error !== null) throw error;
      return 'done';
    };
    return guard(attempt, blames).catch((thrown: unknown) => thrown);
  };
  return {
    guard,
    states,
    end,
    pass(ms: number) {
      nowMs += ms;
    },
    async fail(times: number) {
      for (let time = 0; time < times; time++) await end(down);
    },
    /** Whether an attempt is let through, which gives no answer. */
    async isOpen() {
      const attempt = vi.fn<() => Promise<never>>(() => Promise.reject(faultOf('aborted')));
      await guard(attempt).catch(() => {});
      return attempt.mock.calls.length === 0;
    },
  };
}

describe('the circuit', () => {
  it('opens after ten failures in a row, and says when to come again', async () => {
    const { fail, end, isOpen, states, pass } = bench();
    await fail(9);
    expect([await isOpen(), states]).toEqual([false, []]);
    await fail(1);
    expect([await isOpen(), states]).toEqual([true, ['open']]);
    pass(500);
    expect(await end()).toMatchObject({ code: 'unavailable', outcome: 'not-applied', retryAfterMs: 1_500 });
  });

  it.each<[string, unknown]>([
    ['a success', null],
    ['a refusal', new Auth0Refusal({ status: 400, errorCode: null, upstreamMessage: '' })],
    ['a 429', faultOf('rate_limited', 'not-applied')],
    ['a refused token', faultOf('credentials_unavailable', 'not-applied')],
    ['nonsense', faultOf('bad_response')],
  ])('stays closed where %s is among the failures', async (_, answer) => {
    const { fail, end, isOpen } = bench();
    await fail(9);
    await end(answer);
    await fail(9);
    expect(await isOpen()).toBe(false);
  });

  it.each<[string, Auth0Fault]>([
    ['given up', faultOf('aborted')],
    ['never sent', faultOf('timeout', 'not-applied')],
  ])('takes no notice of a call that was %s', async (_, error) => {
    const { fail, end, isOpen } = bench();
    for (let times = 0; times < 20; times++) await end(error);
    expect(await isOpen()).toBe(false);
    await fail(9);
    await end(error);
    await fail(1);
    expect(await isOpen()).toBe(true);
  });

  it('counts what was sent and not answered in time', async () => {
    const { end, isOpen } = bench();
    for (let times = 0; times < 10; times++) await end(faultOf('timeout'));
    expect(await isOpen()).toBe(true);
  });

  it.each([
    [999, false],
    [1_000, true],
  ])('counts what had %i ms to be answered: %s', async (waitedMs, counts) => {
    const { end, isOpen } = bench();
    const error = new Auth0Fault('timeout', 'canary', { outcome: 'unknown', waitedMs });
    for (let times = 0; times < 10; times++) await end(error);
    expect(await isOpen()).toBe(counts);
  });

  it('takes no notice of failures that may be due to what was asked', async () => {
    const { end, isOpen } = bench();
    for (let times = 0; times < 20; times++) await end(down, false);
    expect(await isOpen()).toBe(false);
  });

  it('lets one call through in every pause, and no other', async () => {
    const { guard, fail, pass, isOpen, end, states } = bench();
    await fail(10);
    pass(1_999);
    expect(await isOpen()).toBe(true);
    pass(1);
    const probe = Promise.withResolvers<string>();
    const probing = guard(() => probe.promise);
    expect([await isOpen(), await isOpen()]).toEqual([true, true]);
    // One that hangs keeps nobody from the next.
    pass(2_000);
    await end(down);
    expect(await isOpen()).toBe(true);
    probe.resolve('done');
    expect(await probing).toBe('done');
    expect([await isOpen(), states]).toEqual([false, ['open', 'closed']]);
  });

  it('that is closed again takes ten more failures to open', async () => {
    const { fail, pass, end, isOpen, states } = bench();
    await fail(10);
    pass(2_000);
    expect(await end()).toBe('done');
    await fail(9);
    expect(await isOpen()).toBe(false);
    await fail(1);
    expect(states).toEqual(['open', 'closed', 'open']);
  });
});

describe('a client of a tenant that keeps failing', () => {
  it('stops asking, answers at once, and is back when the tenant is', async () => {
    const states: CircuitState[] = [];
    await using scene = await startSceneWithToken({ onCircuit: (state) => void states.push(state) });
    scene.answer(refusal(503), reset);
    const update = () => scene.client.updateUser(john.user_id, { name: 'J' }, patiently());
    for (let times = 0; times < 10; times++)
      expect(await fault(update())).toMatchObject({ outcome: 'unknown' });
    expect(states).toEqual(['open']);
    // Within no time at all: nothing is sent.
    for (const call of [update(), scene.client.getUser(john.user_id, within(60_000))])
      expect(await fault(call)).toMatchObject({
        code: 'unavailable',
        outcome: 'not-applied',
        retryAfterMs: expect.any(Number),
      });
    expect(scene.requests).toHaveLength(10);
    scene.answer(json(john));
    await vi.waitFor(async () => expect(await update()).toEqual(john), { timeout: 10_000, interval: 100 });
    expect(states).toEqual(['open', 'closed']);
  });

  it('goes on asking where calls came too late to be answered', async () => {
    await using scene = await startSceneWithToken();
    scene.answer(silence);
    for (let times = 0; times < 12; times++) {
      const { pass, ...late } = deadline();
      const call = fault(scene.client.updateUser(john.user_id, {}, late));
      await vi.waitFor(() => expect(scene.requests).toHaveLength(times + 1));
      pass();
      expect(await call).toMatchObject({ code: 'timeout', outcome: 'unknown' });
    }
    scene.answer(json(john));
    expect(await scene.client.getUser(john.user_id, patiently())).toEqual(john);
  });

  it('goes on asking where searches fail, or the tenant refuses', async () => {
    await using scene = await startSceneWithToken();
    scene.answer(refusal(503));
    for (let times = 0; times < 6; times++)
      await fault(scene.client.listUsers({ q: '*', page: 0, perPage: 1 }, patiently()));
    scene.answer(refusal(429, undefined, { headers: { 'retry-after': '0' } }));
    for (let times = 0; times < 12; times++)
      await fault(scene.client.updateUser(john.user_id, {}, patiently()));
    scene.answer(json(john));
    expect(await scene.client.getUser(john.user_id, patiently())).toEqual(john);
  });
});
