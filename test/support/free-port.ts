import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of loopback that nobody listens on, for those who cannot say which one they took. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Expected a port.');
  server.close();
  await once(server, 'close');
  return address.port;
}
