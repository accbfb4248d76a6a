import pino from 'pino';

export type Log = pino.Logger;

/** One JSON object a line on stdout; on a terminal, lines for people. */
export function createLog(level: string): Log {
  return pino({
    level,
    // Process id and host name are the platform's to add.
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    ...(process.stdout.isTTY && { transport: { target: 'pino-pretty', options: { singleLine: true } } }),
  });
}
