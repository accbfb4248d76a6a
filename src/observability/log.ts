import pino, { type DestinationStream } from 'pino';

export type Log = pino.Logger;

/** One JSON object a line; where stdout is a terminal, lines for people there. */
export function createLog(level: string, destination: DestinationStream = process.stdout): Log {
  const options = {
    level,
    // Process id and host name are the platform's to add.
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return process.stdout.isTTY
    ? pino({ ...options, transport: { target: 'pino-pretty', options: { singleLine: true } } })
    : pino(options, destination);
}
