import pino, { type DestinationStream } from 'pino';

// Of no use where no people read.
const pretty = process.stdout.isTTY ? (await import('pino-pretty')).default : null;

export type Log = pino.Logger;

/**
 * One JSON object a line; where stdout is a terminal, lines for people there.
 *
 * @param about what every line says beside its own
 * @param copies takes every line, too, always as JSON
 */
export function createLog(
  level: string,
  destination: DestinationStream = process.stdout,
  about: (() => object) | null = null,
  copies: DestinationStream | null = null,
): Log {
  const options: pino.LoggerOptions = {
    level,
    // Process id and host name are the platform's to add.
    base: null,
    timestamp,
    ...(about && { mixin: about }),
  };
  // In this thread: a worker's script would have to lie beside the one file that the image holds.
  const shown = pretty?.({ singleLine: true }) ?? destination;
  return pino(options, copies ? both(shown, copies) : shown);
}

let [lastMs, lastTimestamp] = [Number.NaN, ''];

/** As pino's `isoTime`, made once for all lines of a millisecond. */
function timestamp(): string {
  const now = Date.now();
  if (now !== lastMs) [lastMs, lastTimestamp] = [now, `,"time":"${new Date(now).toISOString()}"`];
  return lastTimestamp;
}

function both(first: DestinationStream, second: DestinationStream): DestinationStream {
  return {
    write(line) {
      first.write(line);
      second.write(line);
    },
  };
}
