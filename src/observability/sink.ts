/** Where the log goes. A reader that stops, or is gone, holds up nobody and ends nothing. */
import type { Writable } from 'node:stream';
import type { DestinationStream } from 'pino';

export type Sink = {
  /** Lines that may be lost where nobody reads them. */
  readonly lines: DestinationStream;
  /** Lines that may not: those that cannot be written go to the second stream. */
  readonly kept: DestinationStream;
  /** Whether a line that may not be lost would be kept: read soon, or at least remembered. */
  hasRoom(): boolean;
  /** Resolves when everything is written, or after `ms`. */
  flushed(ms: number): Promise<void>;
};

/** Of what waits for its reader, in memory. */
const mostBytes = 8 * 1024 * 1024;

export function createSink(first: Writable, second: Writable): Sink {
  let [firstFails, secondFails] = [false, false];
  for (const stream of [first, second]) stream.on('error', () => {});
  const waiting = () => first.writableLength + second.writableLength;
  const writeTo = (line: string, onFailure: () => void) =>
    void first.write(line, (error) => {
      firstFails = Boolean(error);
      if (error) onFailure();
    });
  let together = '';
  /** What came in one turn of the event loop is written with one call of the operating system. */
  const writeTogether = () => {
    const lines = together;
    together = '';
    // The other half is for what has to be kept.
    if (lines !== '' && waiting() < mostBytes / 2) writeTo(lines, () => {});
  };
  return {
    lines: {
      write(line) {
        if (together === '') setImmediate(writeTogether);
        together += line;
      },
    },
    kept: {
      write(line) {
        writeTogether();
        writeTo(line, () => {
          second.write(line, (error) => {
            secondFails = Boolean(error);
          });
        });
      },
    },
    hasRoom: () => !(firstFails && secondFails) && waiting() < mostBytes,
    flushed: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        writeTogether();
        first.write('', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
