import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { CallOptions } from '../../src/auth0/client.ts';
import { Auth0Fault, HeldBack } from '../../src/auth0/errors.ts';
import type { WireUser } from '../../src/auth0/wire.ts';
import { createSharedReads, type Reads, type SharedReadsOptions } from '../../src/users/shared-reads.ts';
import { john, person } from './support.ts';

type UnderWay = {
  readonly what: string;
  readonly options: CallOptions;
  readonly answer: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
};

/** Reads through a client whose calls end when the test says so. */
function bench(options: SharedReadsOptions = {}) {
  const calls: UnderWay[] = [];
  const call = (what: string, options: CallOptions) =>
    new Promise<never>((resolve, reject) => {
      calls.push({ what, options, answer: resolve as (value: unknown) => void, fail: reject });
      options.signal.addEventListener('abort', () => reject(options.signal.reason as Error), { once: true });
    });
  const client: Reads = {
    getUser: (id, options) => call(id, options),
    usersByEmail: (email, options) => call(email, options),
    listUsers: (page, options) => call(JSON.stringify(page), options),
    getIdpTokens: (id, options) => call(`tokens of ${id}`, options),
  };
  const reads = createSharedReads(client, options);
  return {
    reads,
    calls,
    read: (more: Partial<CallOptions> = {}, id = john.user_id) =>
      reads.reads.getUser(id, { ...patiently(), ...more }),
    answer: (at: number, user: WireUser | null = john) => calls[at]?.answer(user),
  };
}

function patiently(): CallOptions {
  return { signal: new AbortController().signal };
}

const changed: WireUser = { ...john, name: 'Changed' };

it.each(['__proto__', 'constructor', 'toString', '1'])('nobody has read %s before anybody did', (key) => {
  const { reads, calls } = bench();
  for (let times = 0; times < 2; times++) {
    void reads.reads.getUser(key, patiently());
    void reads.reads.usersByEmail(key, patiently());
  }
  expect(calls.map(({ what }) => what)).toEqual([key, key]);
});

describe('reads of the same', () => {
  it.each<[string, (client: Reads) => Promise<unknown>, unknown]>([
    ['user', (client) => client.getUser('auth0|1', patiently()), person(1)],
    ['address', (client) => client.usersByEmail('a@example.com', patiently()), [person(1)]],
    [
      'page',
      (client) => client.listUsers({ q: 'name:J', page: 1, perPage: 2 }, patiently()),
      { users: [person(1)], total: 1 },
    ],
  ])('%s at once are one, and later ones another', async (_, read, answer) => {
    const { reads, calls } = bench();
    const all = [read(reads.reads), read(reads.reads), read(reads.reads)];
    expect(calls).toHaveLength(1);
    calls[0]?.answer(answer);
    expect(await Promise.all(all)).toEqual([answer, answer, answer]);
    void read(reads.reads);
    expect(calls).toHaveLength(2);
  });

  it('are told apart by all that is asked for', () => {
    const { reads, calls } = bench();
    const { reads: client } = reads;
    void client.getUser('auth0|1', patiently());
    void client.getUser('auth0|2', patiently());
    void client.usersByEmail('auth0|1', patiently());
    for (const page of [{}, { q: 'x' }, { sort: 'x' }, { page: 1 }, { perPage: 1 }])
      void client.listUsers({ page: 0, perPage: 2, ...page }, patiently());
    expect(calls).toHaveLength(8);
  });

  it('fail together, and the next is made anew', async () => {
    const { calls, read, answer } = bench();
    const both = [read(), read()];
    const fault = new Auth0Fault('unavailable', 'canary', { outcome: 'unknown' });
    calls[0]?.fail(fault);
    for (const one of both) await expect(one).rejects.toBe(fault);
    const next = read();
    answer(1);
    expect(await next).toBe(john);
  });

  it('never share the tokens of providers', () => {
    const { reads, calls } = bench();
    void reads.reads.getIdpTokens('auth0|1', patiently());
    void reads.reads.getIdpTokens('auth0|1', patiently());
    expect(calls).toHaveLength(2);
  });
});

describe('who leaves', () => {
  it('takes nothing from the others', async () => {
    const { calls, read, answer } = bench();
    const leaving = new AbortController();
    const first = read({ signal: leaving.signal });
    const second = read();
    leaving.abort(new DOMException('', 'TimeoutError'));
    await expect(first).rejects.toMatchObject({ code: 'timeout' });
    expect(calls[0]?.options.signal.aborted).toBe(false);
    answer(0);
    expect(await second).toBe(john);
  });

  it('last ends the read, and who comes then begins another', async () => {
    const { calls, read } = bench();
    const leaving = [new AbortController(), new AbortController()];
    const both = leaving.map(({ signal }) => read({ signal }).catch((error: unknown) => error));
    for (const { abort } of leaving.map((one) => ({ abort: () => one.abort() }))) abort();
    expect(await Promise.all(both)).toMatchObject([{ code: 'aborted' }, { code: 'aborted' }]);
    expect(calls[0]?.options.signal.aborted).toBe(true);
    void read();
    expect(calls).toHaveLength(2);
  });

  it('before it began reads nothing, and leaves nothing behind', async () => {
    const { calls, read, answer } = bench();
    await expect(read({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    expect(calls).toEqual([]);
    const next = read();
    answer(0);
    expect(await next).toBe(john);
  });
});

describe('a deadline', () => {
  it('is each one’s own: where there was no budget in time for the first, there may be for who has longer', async () => {
    const { calls, read, answer } = bench();
    const first = read({ endsAt: 1_000 });
    const second = read({ endsAt: 1_200 });
    const third = read({ endsAt: 1_100 });
    expect(calls.map(({ options }) => options.endsAt)).toEqual([1_000]);
    const heldBack = new HeldBack(700);
    calls[0]?.fail(heldBack);
    await expect(first).rejects.toBe(heldBack);
    expect(calls.map(({ options }) => options.endsAt)).toEqual([1_000, 1_200]);
    answer(1);
    expect(await Promise.all([second, third])).toEqual([john, john]);
  });

  it('makes no difference to what is no matter of time', async () => {
    const { calls, read } = bench();
    const both = [read({ endsAt: 1_000 }), read({ endsAt: 1_200 })];
    calls[0]?.fail(new Auth0Fault('bad_response', 'canary', { outcome: 'unknown' }));
    for (const one of both) await expect(one).rejects.toMatchObject({ code: 'bad_response' });
    expect(calls).toHaveLength(1);
  });

  it('ends it for all where nobody has longer', async () => {
    const { calls, read } = bench();
    const both = [read({ endsAt: 1_000 }), read({ endsAt: 1_000 })];
    calls[0]?.fail(new HeldBack(700));
    for (const one of both) await expect(one).rejects.toBeInstanceOf(HeldBack);
    expect(calls).toHaveLength(1);
  });
});

describe('a read that waits for the budget', () => {
  it('may wait in the place of each who shares it, whenever they come', () => {
    const { calls, read } = bench();
    const places = (['bulk', 'interactive', 'interactive'] as const).map((lane, at) => ({
      lane,
      caller: `${at}`,
    }));
    void read({ place: { lane: 'bulk', caller: '0' } });
    void read({ place: { lane: 'interactive', caller: '1' } });
    const told: unknown[] = [];
    const { place } = calls[0]?.options ?? {};
    expect(place).toMatchObject({ lane: 'bulk', caller: '0' });
    place?.others?.((other) => void told.push(other));
    void read({ place: { lane: 'interactive', caller: '2' } });
    void read({ place: { lane: 'interactive', caller: '2' } });
    expect(told).toEqual(places.slice(1));
  });
});

describe('a write', () => {
  it('is seen by every read that begins once it has begun, and once it has ended', async () => {
    const { reads, calls, read, answer } = bench();
    const before = read();
    const write = Promise.withResolvers<string>();
    const writing = reads.writing(john.user_id, () => write.promise);
    const during = read();
    expect(calls).toHaveLength(2);
    write.resolve('done');
    expect(await writing).toBe('done');
    const after = read();
    const afterToo = read();
    expect(calls).toHaveLength(3);
    answer(0);
    answer(1);
    answer(2, changed);
    expect(await Promise.all([before, during, after, afterToo])).toEqual([john, john, changed, changed]);
  });

  it('that fails may have been made all the same', async () => {
    const { reads, calls, read } = bench();
    await expect(
      reads.writing(john.user_id, async () => {
        void read();
        throw new Error('no answer');
      }),
    ).rejects.toThrow('no answer');
    void read();
    expect(calls).toHaveLength(2);
  });

  it('concerns reads of that user, and every list', () => {
    const { reads, calls, read } = bench();
    const lists = () => {
      void reads.reads.usersByEmail('a@example.com', patiently());
      void reads.reads.listUsers({ page: 0, perPage: 1 }, patiently());
    };
    lists();
    void read({}, 'auth0|other');
    reads.forget(john.user_id);
    lists();
    void read({}, 'auth0|other');
    expect(calls.map(({ what }) => what)).toEqual([
      'a@example.com',
      '{"page":0,"perPage":1}',
      'auth0|other',
      'a@example.com',
      '{"page":0,"perPage":1}',
    ]);
  });
});

it.each([0, 100_000])(
  'no read tells less than what was written when it began (cache: %i ms)',
  async (ttlMs) => {
    const step = fc.oneof(
      fc.constant({ kind: 'read' as const }),
      fc.constant({ kind: 'write' as const }),
      fc.record({ kind: fc.constantFrom('answer' as const, 'end' as const), which: fc.nat(2) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
        const { reads, calls, read } = bench({ ttlMs });
        let written = 0;
        /** What the tenant knows when a call begins: an answer may be as old as that. */
        const known: number[] = [];
        const open = new Set<number>();
        const writes: (() => void)[] = [];
        const told: Promise<void>[] = [];
        const answer = (at: number) => {
          open.delete(at);
          calls[at]?.answer({ ...john, version: known[at] });
        };
        for (const step of steps) {
          if (step.kind === 'read') {
            const least = written;
            const before = calls.length;
            told.push(read().then((user) => expect(user?.['version']).toBeGreaterThanOrEqual(least)));
            if (calls.length > before) {
              known[before] = written;
              open.add(before);
            }
          } else if (step.kind === 'write') {
            const end = Promise.withResolvers<void>();
            const done = reads.writing(john.user_id, () => end.promise);
            writes.push(() => end.resolve());
            told.push(done);
          } else if (step.kind === 'answer') {
            const [at] = [...open].slice(step.which);
            if (at !== undefined) answer(at);
          } else {
            const [end] = writes.splice(step.which, 1);
            if (end) {
              // It is made before whoever asked for it hears of it.
              written++;
              end();
            }
          }
          await new Promise(setImmediate);
        }
        for (const end of writes) end();
        for (const at of open) answer(at);
        await Promise.all(told);
      }),
    );
  },
);

describe('the cache', () => {
  /** By a clock that only the test moves. */
  function cached(ttlMs: number) {
    let nowMs = 1_000;
    return {
      ...bench({ ttlMs, now: () => nowMs }),
      pass(ms: number) {
        nowMs += ms;
      },
    };
  }

  it('serves a user again for as long as it may, from when the read began', async () => {
    const { calls, read, answer, pass } = cached(500);
    const first = read();
    pass(100);
    answer(0);
    await first;
    pass(400);
    expect(await read()).toBe(john);
    expect(calls).toHaveLength(1);
    pass(1);
    void read();
    expect(calls).toHaveLength(2);
  });

  it('is off unless it is asked for', async () => {
    const { calls, read, answer } = bench();
    const first = read();
    answer(0);
    await first;
    void read();
    expect(calls).toHaveLength(2);
  });

  it('remembers nobody who was not found, and no failure', async () => {
    const { calls, read, answer } = cached(500);
    const missing = read();
    answer(0, null);
    expect(await missing).toBeNull();
    const failing = read().catch(() => 'failed');
    calls[1]?.fail(new Error('canary'));
    expect(await failing).toBe('failed');
    void read();
    expect(calls).toHaveLength(3);
  });

  it('forgets a user that is written, and takes no read for new that began before or during it', async () => {
    const { reads, calls, read, answer } = cached(500);
    const old = read();
    answer(0);
    await old;
    const write = Promise.withResolvers<void>();
    const writing = reads.writing(john.user_id, () => write.promise);
    const early = read();
    answer(1);
    await early;
    const slow = read({}, 'auth0|other').then(() => read());
    write.resolve();
    await writing;
    answer(2, person(2));
    await vi.waitFor(() => expect(calls).toHaveLength(4));
    answer(3, changed);
    expect(await slow).toBe(changed);
    expect(await read()).toBe(changed);
    expect(calls).toHaveLength(4);
  });

  it('keeps nothing of a read that a write overtook', async () => {
    const { reads, calls, read, answer } = cached(500);
    const old = read();
    await reads.writing(john.user_id, async () => {});
    answer(0);
    expect(await old).toBe(john);
    void read();
    expect(calls).toHaveLength(2);
  });

  it('is bounded by the size of what it holds', async () => {
    const { calls, read } = cached(500);
    const big = { bio: 'x'.repeat(900_000) };
    for (let number = 0; number < 80; number++) {
      const one = read({}, `auth0|${number}`);
      calls[number]?.answer(person(number, big));
      await one;
    }
    void read({}, 'auth0|79');
    expect(calls).toHaveLength(80);
    void read({}, 'auth0|0');
    expect(calls).toHaveLength(81);
    const huge = read({}, 'auth0|huge');
    calls[81]?.answer({ user_id: 'auth0|huge', bio: 'x'.repeat(2_000_000) });
    await huge;
    void read({}, 'auth0|huge');
    expect(calls).toHaveLength(83);
  });
});
