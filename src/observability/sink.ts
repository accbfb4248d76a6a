/** Where the log goes. A reader that stops, or is gone, holds up nobody and ends nothing. */
import type { Writable } from 'node:stream';
import type { DestinationStream } from 'pino';

export type Sink = {
  /** Lines that may be lost where nobody reads them. */
  readonly lines: DestinationStream;
  /** Lines that may not: those that cannot be written go to the second stream. */
  readonly kept: DestinationStream;
  /** Resolves when what came so far is written, which is at the end of this turn of the event loop. */
  written(): Promise<void>;
  /** Writes it at once. */
  flush(): void;
  /** Whether a line that may not be lost would be kept: read soon, or at least remembered. */
  hasRoom(): boolean;
  /** Resolves when everything is written, or after `ms`. */
  flushed(ms: number): Promise<void>;
};

/** Of what waits for its reader, in memory; the second half is for what has to be kept. */
const mostBytes = 8 * 1024 * 1024;

/** How long a line may wait for others, and how much is not made to wait: each write is a call of the operating system. */
const togetherMs = 10;
const mostTogether = 64 * 1024;

const nothingToWrite = Promise.resolve();

export function createSink(first: Writable, second: Writable): Sink {
  let [firstFails, secondFails] = [false, false];
  for (const stream of [first, second]) stream.on('error', () => {});
  const waiting = () => first.writableLength + second.writableLength;
  const writeTo = (line: string, onFailure: () => void) =>
    void first.write(line, (error) => {
      firstFails = Boolean(error);
      if (error) onFailure();
    });
  /** What waits to be written together, and of that, what has to be kept. */
  let [together, kept] = ['', ''];
  let timer: NodeJS.Timeout | undefined;
  let turn: PromiseWithResolvers<void> | null = null;
  /** With one call of the operating system. */
  const flush = () => {
    const lines = waiting() < mostBytes / 2 ? together : kept;
    const indispensable = kept;
    together = kept = '';
    clearTimeout(timer);
    if (lines !== '')
      writeTo(lines, () => {
        if (indispensable === '') return;
        second.write(indispensable, (error) => {
          secondFails = Boolean(error);
        });
      });
    turn?.resolve();
    turn = null;
  };
  const add = (line: string) => {
    if (together === '') timer = setTimeout(flush, togetherMs).unref();
    together += line;
    if (together.length > mostTogether) flush();
  };
  return {
    lines: { write: add },
    kept: {
      write(line) {
        kept += line;
        add(line);
      },
    },
    written() {
      if (together === '') return nothingToWrite;
      if (turn === null) {
        turn = Promise.withResolvers();
        setImmediate(flush);
      }
      return turn.promise;
    },
    flush,
    hasRoom: () => !(firstFails && secondFails) && waiting() < mostBytes,
    flushed: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        flush();
        first.write('', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
