/** What may happen once under a key happens once, in whatever order things come and whoever dies on the way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClientError } from '../../schema/errors.ts';
import { createOnce } from '../../src/idempotency/once.ts';
import { createSealing } from '../../src/idempotency/sealing.ts';
import { type IdempotencyStore, StoreUnavailable } from '../../src/idempotency/store.ts';
import { createMemory, describeStores, type OpenStore } from './support.ts';

/** What becomes of one attempt. */
type Fate =
  /** It is done, or would have been. */
  | 'done'
  /** Certainly nothing happened, and the attempt says so: as a result, or as an error. */
  | 'refused'
  | 'not-sent'
  /** Nobody heard; it happened, or did not. */
  | 'unheard-done'
  | 'unheard-lost'
  /** The process dies: before it starts, before it happens, after. */
  | 'dies-early'
  | 'dies-started'
  | 'dies-done'
  /** The store is away from here on: before it starts, or after it happened. */
  | 'store-away-early'
  | 'store-away-late';

const fates: readonly Fate[] = [
  'done',
  'refused',
  'not-sent',
  'unheard-done',
  'unheard-lost',
  'dies-early',
  'dies-started',
  'dies-done',
  'store-away-early',
  'store-away-late',
];

type Told = { readonly kind: 'success'; readonly number: number } | { readonly kind: 'refused' };

class Died extends Error {}

const sealing = createSealing('secret');

describeStores('what is asked for under one key', (open: OpenStore) => {
  describe.each([
    ['with time enough', 60_000],
    // Every lease has run out by the next step: whoever goes on has to find out that it may not.
    ['too slow for every lease', 1],
  ])('%s', (_, leaseMs) => {
    it('happens once at most, and nobody is told otherwise', async () => {
      const store = await open({ leaseMs });
      await fc.assert(
        fc.asyncProperty(
          fc.uuid(),
          fc.array(fc.constantFrom(...fates), { minLength: 1, maxLength: 3 }),
          fc.scheduler(),
          async (key, attempts, scheduler) => {
            let happened = 0;
            const submit = async (fate: Fate) => {
              const life = { isOver: false, storeIsAway: false };
              const once = createOnce({
                store: mortal(store, life, scheduler),
                sealing,
                scope: ['somebody'],
                deadline: new AbortController().signal,
              });
              let own = false;
              const die = () => {
                life.isOver = true;
                throw new Died();
              };
              const happen = () => {
                happened += 1;
                own = true;
              };
              try {
                const told = await once<Told>(
                  key,
                  { the: 'same' },
                  {
                    async run(starting) {
                      if (fate === 'dies-early') die();
                      if (fate === 'store-away-early') life.storeIsAway = true;
                      await starting({ started: true });
                      if (fate === 'dies-started') die();
                      await scheduler.schedule(Promise.resolve(), 'on the way');
                      if (fate === 'refused') return { kind: 'refused' };
                      if (fate === 'not-sent') throw failure('NO');
                      if (fate === 'unheard-lost') throw failure('UNKNOWN');
                      happen();
                      if (fate === 'dies-done') die();
                      if (fate === 'unheard-done') throw failure('UNKNOWN');
                      if (fate === 'store-away-late') life.storeIsAway = true;
                      return { kind: 'success', number: happened };
                    },
                    async resume(notes) {
                      expect(notes).toEqual({ started: true });
                      await scheduler.schedule(Promise.resolve(), 'a look');
                      if (happened === 0) throw failure('UNKNOWN');
                      return { kind: 'success', number: happened };
                    },
                    isDone: ({ kind }) => kind === 'success',
                    mayBeDone: (error) =>
                      !(error instanceof ClientError && error.extensions['applied'] === 'NO'),
                  },
                );
                return { told, own };
              } catch (error) {
                return { error, own };
              }
            };
            const answers = await scheduler.waitFor(Promise.all(attempts.map(submit)));
            for (let tries = 0; tries < 2; tries++) answers.push(await scheduler.waitFor(submit('done')));

            expect(happened).toBeLessThanOrEqual(1);
            for (const { told, error, own } of answers) {
              if (told?.kind === 'success') expect(told).toEqual({ kind: 'success', number: 1 });
              if (told?.kind === 'refused') expect(own).toBe(false);
              if (told !== undefined || error instanceof Died) continue;
              expect(error).toBeInstanceOf(ClientError);
              if (error instanceof ClientError && error.extensions['applied'] === 'NO')
                expect(own).toBe(false);
            }
          },
        ),
        { numRuns: 150 },
      );
    });
  });

  it('is the same whatever the order of its keys, and another for every other difference', async () => {
    const once = createOnce({
      store: await open(),
      sealing,
      scope: ['somebody'],
      deadline: new AbortController().signal,
    });
    const ask = (request: unknown) =>
      once('key-of-this-test', request, {
        run: async (starting) => (await starting(null), new Date(0)),
        resume: async () => new Date(1),
        isDone: () => true,
        mayBeDone: () => true,
      });
    expect(await ask({ a: { b: [1, 2], c: null }, d: 'x' })).toEqual(new Date(0));
    expect(await ask({ d: 'x', a: { c: null, b: [1, 2] } })).toEqual(new Date(0));
    for (const other of [{ a: { b: [2, 1], c: null }, d: 'x' }, { a: { b: [1, 2] }, d: 'x' }, { d: 'x' }])
      await expect(ask(other)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('is unknown to who has another secret, and does not happen again', async () => {
    const store = await open();
    const ask = (secret: string) =>
      createOnce({
        store,
        sealing: createSealing(secret),
        scope: ['somebody'],
        deadline: new AbortController().signal,
      })(
        'key-from-before',
        {},
        {
          run: async (starting) => (await starting(null), secret),
          resume: async () => 'resumed',
          isDone: () => true,
          mayBeDone: () => true,
        },
      );
    expect(await ask('old')).toBe('old');
    await expect(ask('new')).rejects.toMatchObject({
      code: 'WRITE_OUTCOME_UNKNOWN',
      extensions: { applied: 'UNKNOWN' },
    });
  });
});

it('a store that does not answer is not waited for beyond the deadline', async () => {
  const deadline = new AbortController();
  const never = () => new Promise<never>(() => {});
  const once = createOnce({
    store: {
      begin: never,
      start: never,
      complete: never,
      release: never,
      forget: never,
    },
    sealing,
    scope: [],
    deadline: deadline.signal,
  });
  const work = { run: never, resume: never, isDone: () => true, mayBeDone: () => true };
  const answer = once('key', {}, work);
  deadline.abort();
  await expect(answer).rejects.toMatchObject({ code: 'OVERLOADED', extensions: { applied: 'NO' } });
});

it('the keys of one caller leave room for those of others', async () => {
  const store = createMemory({ maxRecords: 4 });
  const done = {
    run: async (starting: (notes: unknown) => Promise<void>) => {
      await starting({});
      return 'done';
    },
    resume: async () => 'resumed',
    isDone: () => true,
    mayBeDone: () => true,
  };
  const onceFor = (subject: string) =>
    createOnce({
      store,
      sealing,
      scope: ['audience', 'issuer', subject],
      deadline: new AbortController().signal,
    });
  for (const key of ['a', 'b']) expect(await onceFor('first')(key, {}, done)).toBe('done');
  await expect(onceFor('first')('c', {}, done)).rejects.toMatchObject({
    code: 'OVERLOADED',
    extensions: { applied: 'NO' },
  });
  expect(await onceFor('second')('c', {}, done)).toBe('done');
});

/** The store as one process sees it: each step takes its turn, and none of a dead process is taken. */
function mortal(
  store: IdempotencyStore,
  life: { readonly isOver: boolean; readonly storeIsAway: boolean },
  scheduler: fc.Scheduler,
): IdempotencyStore {
  const turn = async <Answer>(name: string, step: () => Promise<Answer>): Promise<Answer> => {
    await scheduler.schedule(Promise.resolve(), name);
    if (life.isOver) throw new Died();
    if (life.storeIsAway) throw new StoreUnavailable('away');
    return step();
  };
  return {
    begin: (claim) => turn('begin', () => store.begin(claim)),
    start: (claim, notes) => turn('start', () => store.start(claim, notes)),
    complete: (claim, result) => turn('complete', () => store.complete(claim, result)),
    release: (claim) => turn('release', () => store.release(claim)),
    forget: (claim) => turn('forget', () => store.forget(claim)),
  };
}

function failure(applied: 'NO' | 'UNKNOWN'): ClientError {
  return new ClientError(applied === 'NO' ? 'UPSTREAM_UNAVAILABLE' : 'WRITE_OUTCOME_UNKNOWN', 'failed', {
    applied,
  });
}
