import { Writable } from 'node:stream';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createSink } from '../../src/observability/sink.ts';

/** A stream, and each write that it was asked for. */
function stream({ fails = false } = {}) {
  const writes: string[] = [];
  const writable = new Writable({
    decodeStrings: false,
    write(chunk: string, _, done) {
      writes.push(chunk);
      done(fails ? new Error('gone') : null);
    },
    autoDestroy: false,
  });
  return { writable, writes };
}

function bench(options?: { readonly fails: boolean }) {
  const [first, second] = [stream(options), stream()];
  const sink = createSink(first.writable, second.writable);
  return { sink, first: first.writes, second: second.writes };
}

it('writes what comes within a few milliseconds together', async () => {
  const { sink, first } = bench();
  sink.lines.write('a\n');
  sink.kept.write('b\n');
  await turn();
  sink.lines.write('c\n');
  expect(first).toEqual([]);
  await sleep(50);
  expect(first).toEqual(['a\nb\nc\n']);
});

it('does not wait for more where it is much', () => {
  const { sink, first } = bench();
  const line = `${'x'.repeat(40_000)}\n`;
  sink.lines.write(line);
  sink.kept.write(line);
  expect(first).toEqual([line + line]);
});

it('writes at once where it is asked to', async () => {
  const { sink, first } = bench();
  sink.kept.write('a\n');
  sink.flush();
  expect(first).toEqual(['a\n']);
  await turn();
  expect(first).toEqual(['a\n']);
});

it('tells everybody of one turn that theirs is written, when it is', async () => {
  const { sink, first } = bench();
  const seen: number[] = [];
  const one = async (line: string) => {
    sink.kept.write(line);
    await sink.written();
    seen.push(first.length);
  };
  await Promise.all([one('a\n'), one('b\n'), sink.written()]);
  expect(first).toEqual(['a\nb\n']);
  expect(seen).toEqual([1, 1]);
  await one('c\n');
  await sink.written();
  expect(first).toEqual(['a\nb\n', 'c\n']);
});

it('writes what has to be kept to the second stream where the first fails, and nothing else', async () => {
  const { sink, second } = bench({ fails: true });
  sink.lines.write('a\n');
  sink.kept.write('b\n');
  sink.flush();
  await turn();
  expect(second).toEqual(['b\n']);
});

it('keeps the second half of its room for what has to be kept', async () => {
  const stopped = new Writable({ write() {} });
  const sink = createSink(stopped, stream().writable);
  sink.lines.write('x'.repeat(4 * 1024 * 1024));
  sink.flush();
  sink.lines.write('a\n');
  sink.kept.write('b\n');
  sink.flush();
  expect(stopped.writableLength).toBe(4 * 1024 * 1024 + 2);
  expect(sink.hasRoom()).toBe(true);
  sink.kept.write('x'.repeat(4 * 1024 * 1024));
  sink.flush();
  expect(sink.hasRoom()).toBe(false);
});
