import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noted, RecentWritesMemory } from '../../src/users/recent-writes.ts';

describe('recent writes', () => {
  it('are told apart from what was not written', async () => {
    const writes = new RecentWritesMemory();
    await writes.add('auth0|1');
    expect([...(await writes.among(['auth0|0', 'auth0|1', 'auth0|2']))]).toEqual(['auth0|1']);
  });

  it('are recent for a minute after the last', async () => {
    let now = 0;
    const writes = new RecentWritesMemory({ now: () => now });
    const recent = async () => [...(await writes.among(['auth0|1', 'auth0|2']))];
    await writes.add('auth0|1');
    now = 30_000;
    await writes.add('auth0|2');
    now = 59_999;
    expect(await recent()).toEqual(['auth0|1', 'auth0|2']);
    await writes.add('auth0|1');
    now = 90_000;
    expect(await recent()).toEqual(['auth0|1']);
    now = 120_000;
    expect(await recent()).toEqual([]);
  });

  it('are anybody while there are more of them than are remembered', async () => {
    let now = 0;
    const writes = new RecentWritesMemory({ now: () => now, room: 2 });
    const recent = async () => [...(await writes.among(['auth0|0', 'auth0|1', 'auth0|2', 'auth0|3']))];
    await writes.add('auth0|1');
    await writes.add('auth0|2');
    await writes.add('auth0|1');
    expect(await recent()).toEqual(['auth0|1', 'auth0|2']);
    now = 30_000;
    await writes.add('auth0|3');
    expect(await recent()).toEqual(['auth0|0', 'auth0|1', 'auth0|2', 'auth0|3']);
    now = 89_999;
    await writes.add('auth0|0');
    expect(await recent()).toEqual(['auth0|0', 'auth0|1', 'auth0|2', 'auth0|3']);
    now = 90_000;
    expect(await recent()).toEqual(['auth0|0']);
  });

  it('leave room for others, however often one user is written', async () => {
    let now = 0;
    const writes = new RecentWritesMemory({ now: () => now, room: 100 });
    for (let other = 0; other < 300; other++) {
      for (let times = 0; times < 2; times++, now += 500) await writes.add('auth0|hammered');
      await writes.add(`auth0|${other}`);
    }
    expect([...(await writes.among(['auth0|hammered', 'auth0|never']))]).toEqual(['auth0|hammered']);
  });

  it('are never missed, whatever the room, and not remembered for ever', async () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 5 }).map(String),
      passes: fc.oneof(fc.nat(1_200), fc.nat(40_000)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step), fc.integer({ min: 1, max: 4 }), async (steps, room) => {
        let now = 0;
        const writes = new RecentWritesMemory({ now: () => now, room });
        const writtenAt = new Map<string, number>();
        for (const { id, passes } of steps) {
          await writes.add(id);
          writtenAt.set(id, now);
          now += passes;
          const recent = await writes.among([...writtenAt.keys()]);
          for (const [written, at] of writtenAt) if (at > now - 60_000) expect(recent).toContain(written);
        }
        now += 60_000;
        expect([...(await writes.among([...writtenAt.keys()]))]).toEqual([]);
      }),
    );
  });
});

describe('a noted write', () => {
  it('is recent before it begins and for a minute after it ended, well or badly', async () => {
    for (const end of ['well', 'badly'] as const) {
      let now = 0;
      const writes = new RecentWritesMemory({ now: () => now });
      const isRecent = async () => (await writes.among(['auth0|1'])).size === 1;
      const write = noted(writes, 'auth0|1', async () => {
        expect(await isRecent()).toBe(true);
        now = 50_000;
        if (end === 'badly') throw new Error(end);
        return end;
      });
      expect(await write.catch((error: Error) => error.message)).toBe(end);
      now = 109_000;
      expect(await isRecent()).toBe(true);
      now = 111_000;
      expect(await isRecent()).toBe(false);
    }
  });
});
