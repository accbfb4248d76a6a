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
    const writes = new RecentWritesMemory(() => now);
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
});

describe('a noted write', () => {
  it('is recent before it begins and for a minute after it ended, well or badly', async () => {
    for (const end of ['well', 'badly'] as const) {
      let now = 0;
      const writes = new RecentWritesMemory(() => now);
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
