/** What every store of idempotency records promises, whatever it is made of. */
import { expect, it } from 'vitest';
import { type Claim, type IdempotencyStore, StoreUnavailable } from '../../src/idempotency/store.ts';
import { claim, createMemory, describeStores } from './support.ts';

/** Long enough for a few steps, short enough to be waited for. */
const soon = { leaseMs: 300 };
const patiently = { timeout: 10_000 };

describeStores('a record', (open) => {
  it('is held by who begins it, and running for everybody else', async () => {
    const store = await open();
    const first = claim();
    expect(await store.begin(first)).toEqual({ kind: 'begun' });
    expect(await store.begin({ ...first, token: 'second' })).toEqual({ kind: 'running' });
    expect(await store.start(first, 'notes')).toBe(true);
    expect(await store.begin({ ...first, token: 'second' })).toEqual({ kind: 'running' });
  });

  it('tells its result once it is done, as often as it is asked', async () => {
    const store = await open();
    const first = claim();
    await store.begin(first);
    await store.start(first, 'notes');
    await store.complete(first, 'result');
    for (const token of ['second', 'third'])
      expect(await store.begin({ ...first, token })).toEqual({ kind: 'done', result: 'result' });
  });

  it.each(['begun', 'started', 'done'])('that is %s is another one to another request', async (state) => {
    const store = await open();
    const first = claim();
    await store.begin(first);
    if (state !== 'begun') await store.start(first, 'notes');
    if (state === 'done') await store.complete(first, 'result');
    expect(await store.begin({ ...first, token: 'second', fingerprint: 'other' })).toEqual({
      kind: 'other',
      fingerprint: 'f',
    });
  });

  it('that was started and released is resumed by one, with the notes', async () => {
    const store = await open();
    const first = claim();
    await store.begin(first);
    await store.start(first, 'notes');
    await store.release(first);
    const claims = ['second', 'third', 'fourth'].map((token) => ({ ...first, token }));
    const begun = await Promise.all(claims.map((each) => store.begin(each)));
    expect(begun.map(({ kind }) => kind).toSorted()).toEqual(['resumed', 'running', 'running']);
    expect(begun).toContainEqual({ kind: 'resumed', notes: 'notes' });
  });

  it('that was resumed can be released and resumed again, and completed', async () => {
    const store = await open();
    const first = claim();
    const [second, third] = [
      { ...first, token: 'second' },
      { ...first, token: 'third' },
    ];
    await store.begin(first);
    await store.start(first, 'notes');
    await store.release(first);
    await store.begin(second);
    await store.release(second);
    expect(await store.begin(third)).toEqual({ kind: 'resumed', notes: 'notes' });
    await store.complete(third, 'result');
    expect(await store.begin({ ...first, token: 'fourth' })).toEqual({ kind: 'done', result: 'result' });
  });

  it('that is forgotten never was', async () => {
    const store = await open();
    const first = claim();
    await store.begin(first);
    await store.start(first, 'notes');
    await store.forget(first);
    expect(await store.begin({ ...first, fingerprint: 'other' })).toEqual({ kind: 'begun' });
  });

  it('is begun by one of many at once', async () => {
    const store = await open();
    const first = claim();
    const begun = await Promise.all(
      Array.from({ length: 20 }, (_, number) => store.begin({ ...first, token: `${number}` })),
    );
    expect(begun.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    expect(begun.filter(({ kind }) => kind === 'running')).toHaveLength(19);
  });

  it('is none of the business of who does not hold it', async () => {
    const store = await open();
    const first = claim();
    const stranger = { ...first, token: 'stranger' };
    await store.begin(first);
    expect(await store.start(stranger, 'strange')).toBe(false);
    await store.forget(stranger);
    await store.start(first, 'notes');
    await store.complete(stranger, 'strange');
    await store.release(stranger);
    await store.forget(stranger);
    expect(await store.begin(stranger)).toEqual({ kind: 'running' });
  });

  it('cannot be started twice', async () => {
    const store = await open();
    const first = claim();
    await store.begin(first);
    expect(await store.start(first, 'notes')).toBe(true);
    expect(await store.start(first, 'notes')).toBe(false);
  });

  it('that nobody starts in time is free again, and its holder cannot start it any more', async () => {
    const store = await open(soon);
    const first = claim();
    await store.begin(first);
    await expect
      .poll(async () => (await store.begin({ ...first, token: 'second' })).kind, patiently)
      .toBe('begun');
    expect(await store.start(first, 'notes')).toBe(false);
  });

  it('that nobody completes in time is resumed by the next', async () => {
    const store = await open(soon);
    const first = claim();
    await store.begin(first);
    await store.start(first, 'notes');
    await expect
      .poll(() => store.begin({ ...first, token: 'second' }), patiently)
      .toEqual({ kind: 'resumed', notes: 'notes' });
    await store.complete(first, 'late');
    expect(await store.begin({ ...first, token: 'third' })).not.toMatchObject({ kind: 'done' });
  });

  it('is gone after its time, done or not', async () => {
    const store = await open({ keepMs: 300 });
    const [done, started] = [claim(), claim()];
    for (const each of [done, started]) {
      await store.begin(each);
      await store.start(each, 'notes');
    }
    await store.complete(done, 'result');
    for (const each of [done, started])
      await expect
        .poll(
          async () => (await store.begin({ ...each, token: 'next', fingerprint: 'other' })).kind,
          patiently,
        )
        .toBe('begun');
  });
});

it('a memory that is full takes nothing new, keeps what it has, and takes again what has room', async () => {
  const store = createMemory({ maxRecords: 2 });
  const [first, second, third] = [claim(), claim(), claim()];
  await store.begin(first);
  await store.begin(second);
  await expect(store.begin(third)).rejects.toThrow(StoreUnavailable);
  await store.start(second, 'notes');
  await store.complete(second, 'result');
  expect(await store.begin({ ...second, token: 'again' })).toEqual({ kind: 'done', result: 'result' });
  await store.forget(first);
  expect(await store.begin(third)).toEqual({ kind: 'begun' });
});

it('a memory counts what it holds in bytes, too', async () => {
  const store = createMemory({ maxBytes: 10_000 });
  const [first, second] = [claim(), claim()];
  await store.begin(first);
  await store.start(first, 'x'.repeat(10_000));
  await expect(store.begin(second)).rejects.toThrow(StoreUnavailable);
  await store.forget(first);
  expect(await store.begin(second)).toEqual({ kind: 'begun' });
});

it('a memory makes room where the time of records is over', async () => {
  let time = 0;
  const store = createMemory({ maxRecords: 1, leaseMs: 10, keepMs: 100, now: () => time });
  const first = claim();
  await store.begin(first);
  await store.start(first, 'notes');
  await store.complete(first, 'result');
  time = 99;
  await expect(store.begin(claim())).rejects.toThrow(StoreUnavailable);
  time = 100;
  expect(await store.begin(claim())).toEqual({ kind: 'begun' });
});

it('a memory is not filled by one caller, nor by two, and no record of theirs is lost', async () => {
  const store = createMemory({ maxRecords: 90 });
  const first = await fill(store, { owner: 'first' });
  expect(first).toHaveLength(45);
  const second = await fill(store, { owner: 'second' });
  expect(second).toHaveLength(23);
  expect(await store.begin(claim({ owner: 'third' }))).toEqual({ kind: 'begun' });
  for (const each of [...first, ...second])
    expect(await store.begin({ ...each, token: 'again' })).toEqual({ kind: 'running' });
  for (const each of first.slice(0, 30)) await store.forget(each);
  expect(await fill(store, { owner: 'first' })).not.toHaveLength(0);
});

it('a memory has room in bytes for others, too, however much one caller begins at once', async () => {
  const store = createMemory({ maxBytes: 1_000_000 });
  const claims = await fill(store, { owner: 'first', until: 100 });
  const started = await Promise.allSettled(claims.map((each) => store.start(each, 'x'.repeat(50_000))));
  expect(started.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(10);
  const other = claim({ owner: 'second' });
  await store.begin(other);
  expect(await store.start(other, 'notes')).toBe(true);
});

/** Begins records until there is no more room, or there are so many. */
async function fill(
  store: IdempotencyStore,
  { owner, until = 1_000 }: { owner: string; until?: number },
): Promise<Claim[]> {
  const begun: Claim[] = [];
  while (begun.length < until) {
    const next = claim({ owner });
    try {
      await store.begin(next);
    } catch (error) {
      if (error instanceof StoreUnavailable) break;
      throw error;
    }
    begun.push(next);
  }
  return begun;
}
