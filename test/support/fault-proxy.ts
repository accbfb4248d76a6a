/** A stretch of bad network on loopback: passes bytes on between a client and a server, as badly as it is told. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type NetworkFault = {
  /** Answers arrive so much later. */
  readonly latencyMs?: number;
  /** Answers arrive in pieces of so many bytes, with a pause before each. */
  readonly slice?: { readonly bytes: number; readonly everyMs: number };
  /** The connection is reset once so many bytes have been passed on, counted from when the fault set in. */
  readonly cutRequestAfter?: number;
  readonly cutAnswerAfter?: number;
  /** Nothing is passed on, either way, and nothing is closed. */
  readonly blackHole?: true;
  /** Connections are reset as they are opened. */
  readonly resetOnConnect?: true;
};

export type FaultProxy = AsyncDisposable & {
  readonly origin: string;
  /** From here on, on new connections and those that are open. */
  fail(fault: NetworkFault): void;
  /** As `fail`, until it has struck a first connection. */
  failOnce(fault: NetworkFault): void;
  heal(): void;
  /** Connections that were opened, and those that still are. */
  readonly connections: { readonly opened: number; readonly open: number };
};

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const connections = { opened: 0, open: 0 };
  let current = faultFrom({});
  let isOnce = false;

  const cut = (client: Socket, server: Socket) => {
    if (isOnce) current = faultFrom({});
    client.resetAndDestroy();
    server.destroy();
  };

  const proxy = createServer((client) => {
    connections.opened++;
    if (current.resetOnConnect) return void client.resetAndDestroy();
    connections.open++;
    const server = connect(Number(port), hostname);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        sockets.delete(socket);
        (socket === client ? server : client).destroy();
      });
    }
    client.once('close', () => connections.open--);

    client.on('data', (bytes: Buffer) => {
      if (current.blackHole) return;
      const { passed, isCut } = current.request.take(bytes);
      server.write(passed, () => isCut && cut(client, server));
    });
    let answered = Promise.resolve();
    server.on('data', (bytes: Buffer) => {
      const fault = current;
      answered = answered.then(() => deliver(bytes, fault, client, () => cut(client, server)));
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));

  return {
    origin: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    connections,
    fail(fault) {
      current = faultFrom(fault);
      isOnce = false;
    },
    failOnce(fault) {
      current = faultFrom(fault);
      isOnce = true;
    },
    heal() {
      current = faultFrom({});
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => proxy.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

type Fault = NetworkFault & { readonly request: Allowance; readonly answer: Allowance };

function faultFrom(fault: NetworkFault): Fault {
  const { cutRequestAfter: request, cutAnswerAfter: answer } = fault;
  return { ...fault, request: new Allowance(request), answer: new Allowance(answer) };
}

/** How many bytes may still pass. */
class Allowance {
  #left: number;

  constructor(bytes = Number.POSITIVE_INFINITY) {
    this.#left = bytes;
  }

  take(bytes: Buffer): { readonly passed: Buffer; readonly isCut: boolean } {
    const passed = bytes.subarray(0, Math.min(bytes.length, this.#left));
    this.#left -= passed.length;
    return { passed, isCut: this.#left === 0 };
  }
}

async function deliver(bytes: Buffer, fault: Fault, client: Socket, cut: () => void): Promise<void> {
  if (fault.blackHole || client.destroyed) return;
  if (fault.latencyMs !== undefined) await sleep(fault.latencyMs);
  const { passed, isCut } = fault.answer.take(bytes);
  const { bytes: size, everyMs } = fault.slice ?? { bytes: passed.length, everyMs: 0 };
  for (let at = 0; at < passed.length && !client.destroyed; at += size) {
    if (everyMs > 0) await sleep(everyMs);
    client.write(passed.subarray(at, at + size));
  }
  if (isCut) cut();
}
