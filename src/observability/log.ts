import pino, { type DestinationStream } from 'pino';
import pretty from 'pino-pretty';

export type Log = pino.Logger;

/**
 * One JSON object a line; where stdout is a terminal, lines for people there.
 *
 * @param about what every line says beside its own
 */
export function createLog(
  level: string,
  destination: DestinationStream = process.stdout,
  about: (() => object) | null = null,
): Log {
  const options: pino.LoggerOptions = {
    level,
    // Process id and host name are the platform's to add.
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    ...(about && { mixin: about }),
  };
  // In this thread: a worker's script would have to lie beside the one file that the image holds.
  return process.stdout.isTTY ? pino(options, pretty({ singleLine: true })) : pino(options, destination);
}
