/** A client that asks and does not listen. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Writes the bytes as they are, and reads nothing before it is told to. */
export async function silentClient(url: string, bytes: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  // What goes wrong before anybody reads is found out by who reads.
  const ended = new Promise<void>((resolve, reject) => socket.on('close', resolve).on('error', reject));
  ended.catch(() => {});
  socket.write(bytes, 'latin1');
  let received = '';
  const start = () => {
    if (socket.listenerCount('data') > 0) return;
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += String(chunk);
    });
  };
  return {
    /** Resolves when the server hangs up. */
    read(): Promise<void> {
      start();
      return ended;
    },
    /** Resolves once the connection is gone, which who does not read only hears of when writing. */
    async untilCut(): Promise<void> {
      while (!socket.destroyed) {
        // Nothing, between two requests.
        socket.write('\r\n');
        await sleep(10);
      }
    },
    async untilRead(pattern: RegExp): Promise<void> {
      start();
      while (!pattern.test(received)) await Promise.race([once(socket, 'data'), ended]);
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
