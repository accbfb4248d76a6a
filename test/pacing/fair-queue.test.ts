import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../src/pacing/fair-queue.ts';
import { lanes } from '../../src/pacing/place.ts';
import { place } from './support.ts';

const places = fc.record({ caller: fc.constantFrom('a', 'b', 'c', 'd'), lane: fc.constantFrom(...lanes) });

function drained<Item>(queue: FairQueue<Item>): Item[] {
  const items: Item[] = [];
  for (let item = queue.next(); item !== undefined; item = queue.next()) items.push(item);
  return items;
}

describe('the queue', () => {
  it('lets callers take turns, each in the order of what they wait for', () => {
    const queue = new FairQueue<string>(100);
    for (const item of ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2']) queue.add(item, place(item[0] ?? ''));
    expect(drained(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('has lanes that go before each other', () => {
    const queue = new FairQueue<string>(100);
    queue.add('search', place('a', 'bulk'));
    queue.add('read', place('a', 'interactive'));
    queue.add('reconciliation', place('a', 'reconciliation'));
    expect(drained(queue)).toEqual(['reconciliation', 'read', 'search']);
  });

  it('puts what is repeated before all else of its caller, and before nobody else', () => {
    const queue = new FairQueue<string>(100);
    for (const item of ['a1', 'a2', 'b1']) queue.add(item, place(item[0] ?? ''));
    queue.add('b0', place('b'), true);
    expect(drained(queue)).toEqual(['a1', 'b0', 'a2', 'b1']);
  });

  it('gives back each item once, in the order of its caller and lane, but those taken out', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(places, fc.boolean())), (entries) => {
        const queue = new FairQueue<number>(1_000);
        for (const [item, [place]] of entries.entries()) queue.add(item, place);
        for (const [item, [, isLeaving]] of entries.entries()) if (isLeaving) queue.remove(item);
        const staying = entries.flatMap(([, isLeaving], item) => (isLeaving ? [] : [item]));
        const order = drained(queue);
        expect(order.toSorted((one, other) => one - other)).toEqual(staying);
        const kindOf = (item: number) => JSON.stringify(entries[item]?.[0]);
        for (const kind of new Set(order.map(kindOf))) {
          const own = order.filter((item) => kindOf(item) === kind);
          expect(own).toEqual(own.toSorted((one, other) => one - other));
        }
        expect(queue.size).toBe(0);
      }),
    );
  });

  it('gives no caller a second turn before each other that waits has had one', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }), (callers) => {
        const queue = new FairQueue<number>(1_000);
        for (const [item, caller] of callers.entries()) queue.add(item, place(caller));
        const order = drained(queue).map((item) => callers[item] ?? '');
        for (const [turn, caller] of order.entries()) {
          const again = order.indexOf(caller, turn + 1);
          const between = again < 0 ? [] : order.slice(turn + 1, again);
          const waiting = new Set(order.slice(again < 0 ? order.length : turn + 1));
          waiting.delete(caller);
          if (again >= 0) expect(new Set(between)).toEqual(waiting);
          expect(between).toHaveLength(new Set(between).size);
        }
      }),
    );
  });

  it('starves nobody, whatever else comes', () => {
    fc.assert(
      fc.property(
        places,
        fc.infiniteStream(places),
        fc.array(places, { maxLength: 30 }),
        (own, more, there) => {
          const queue = new FairQueue<number | 'own'>(10_000);
          for (const [item, place] of there.entries()) queue.add(item, place);
          queue.add('own', { ...own, caller: 'own' });
          let turns = 0;
          let coming = 1_000;
          for (let item = queue.next(); item !== 'own'; item = queue.next()) {
            turns++;
            for (const place of more.take(2)) queue.add(coming++, place);
          }
          // Four callers go before it, and of ten turns its lane has one at least: two may be passed over alike.
          expect(turns).toBeLessThan(5 * 10);
        },
      ),
    );
  });

  it('owes a lane nothing for what nobody waits for any more', () => {
    const queue = new FairQueue<string>(100);
    queue.add('search', place('a', 'bulk'));
    for (let number = 0; number < 8; number++) {
      queue.add(`read ${number}`, place('b'));
      queue.next();
    }
    queue.remove('search');
    queue.add('another search', place('a', 'bulk'));
    queue.add('read', place('b'));
    expect(drained(queue)).toEqual(['read', 'another search']);
  });

  it('knows how many go before an item in its lane', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }),
        fc.nat({ max: 5 }),
        (callers, turns) => {
          const queue = new FairQueue<number>(1_000);
          for (const [item, caller] of callers.entries()) queue.add(item, place(caller));
          for (let turn = 0; turn < turns; turn++) queue.next();
          const told = [...queue.items()].map((item) => [item, queue.ahead(item)]);
          const order = drained(queue);
          expect(told).toEqual(told.map(([item = -1]) => [item, order.indexOf(item)]));
        },
      ),
    );
  });

  it('knows about how many go before an item of any lane, and never says too few by more than two', () => {
    fc.assert(
      fc.property(fc.array(places, { minLength: 1, maxLength: 80 }), fc.nat({ max: 20 }), (all, turns) => {
        const queue = new FairQueue<number>(1_000);
        for (const [item, place] of all.entries()) queue.add(item, place);
        for (let turn = 0; turn < turns; turn++) queue.next();
        const told = new Map([...queue.items()].map((item) => [item, queue.ahead(item)]));
        for (const [turn, item] of drained(queue).entries())
          expect(turn).toBeLessThanOrEqual((told.get(item) ?? -1) + 2);
      }),
    );
  });
});

describe('a full queue', () => {
  it('takes who waits for little, and the last of who waits for the most gives way', () => {
    const queue = new FairQueue<string>(4);
    for (const item of ['a1', 'a2', 'a3']) expect(queue.add(item, place('a'))).toBeNull();
    expect(queue.add('b1', place('b'))).toBeNull();
    expect(queue.add('b2', place('b'))).toBe('a3');
    expect(queue.add('a4', place('a'))).toBe('a4');
    expect(drained(queue)).toEqual(['a1', 'b1', 'a2', 'b2']);
  });

  it('lets go of bulk first', () => {
    const queue = new FairQueue<string>(2);
    queue.add('search', place('a', 'bulk'));
    queue.add('read', place('a'));
    expect(queue.add('update', place('a'))).toBe('search');
  });
});

describe('an item that is offered another place', () => {
  it('waits there if that is before its own, and stays otherwise', () => {
    const queue = new FairQueue<string>(100);
    for (const item of ['a1', 'a2', 'a3', 'b1']) queue.add(item, place(item[0] ?? ''));
    queue.offer('a3', place('b'));
    expect(queue.ahead('a3')).toBe(3);
    queue.offer('a3', place('c'));
    expect(queue.ahead('a3')).toBe(2);
    queue.offer('a3', place('c', 'bulk'));
    expect(drained(queue)).toEqual(['a1', 'b1', 'a3', 'a2']);
  });

  it('is no longer there once it had its turn', () => {
    const queue = new FairQueue<string>(100);
    queue.add('a1', place('a'));
    queue.next();
    queue.offer('a1', place('b'));
    expect([queue.size, queue.next()]).toEqual([0, undefined]);
  });
});
