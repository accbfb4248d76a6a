/** A tenant in trouble: passes everything on to a healthy one, but for the calls that were told to go wrong. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export type Trouble = {
  /** Whether the healthy tenant gets the call before things go wrong. */
  readonly applied?: boolean;
  /** What happens instead of its answer. */
  readonly instead: (
    response: ServerResponse,
    passOn: () => Promise<void>,
    /** Has the healthy tenant do it, and keeps its answer back. */
    apply: () => Promise<void>,
  ) => void;
};

/** A call of the Management API: which operation it belongs to, by its correlation id, and what the healthy tenant did. */
export type TenantCall = {
  readonly operation: string;
  readonly method: string;
  readonly trouble: Trouble | undefined;
  /** How often the healthy tenant was asked to do it, and did. */
  done: number;
};

export type TroubledTenant = AsyncDisposable & {
  readonly origin: string;
  /** What happens to the next call of the Management API, and to those after it. */
  trouble(...troubles: Trouble[]): void;
  /** What happens to the next calls that belong to this operation. */
  troubleFor(operation: string, ...troubles: Trouble[]): void;
  /** Forgets what was to happen to the next calls. */
  clear(): void;
  /** What happens to every call whose path holds this text. */
  troubleAt(path: string, instead: Trouble['instead']): void;
  /** Resolves once a call of this method has arrived. */
  untilCalled(method: string): Promise<void>;
  /** Method and path of every call of the Management API since the last look. */
  takeCalls(): string[];
  /** Every call of the Management API so far. */
  readonly ledger: readonly TenantCall[];
};

export async function startTroubledTenant(healthy: string): Promise<TroubledTenant> {
  const troubles: Trouble[] = [];
  const places: { readonly path: string; readonly instead: Trouble['instead'] }[] = [];
  const troublesFor = new Map<string, Trouble[]>();
  const calls: string[] = [];
  const ledger: TenantCall[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const isManagement = request.url?.startsWith('/api/v2/') ?? false;
      if (isManagement) calls.push(`${request.method} ${request.url}`);
      const operation = String(request.headers['x-correlation-id'] ?? '');
      const place = places.find(({ path }) => request.url?.includes(path));
      const next = () => troublesFor.get(operation)?.shift() ?? troubles.shift();
      const trouble: Trouble | undefined = place ?? (isManagement ? next() : undefined);
      const call = { operation, method: request.method ?? '', trouble, done: 0 };
      if (isManagement) ledger.push(call);
      const body = await text(request);
      const apply = async () => {
        const answered = await forward(healthy, request, body);
        if (answered.ok) call.done++;
        return answered;
      };
      const passAnswerOn = async () => passOn(await apply(), response);
      if (trouble === undefined) return passAnswerOn();
      if (trouble.applied) await (await apply()).text();
      return trouble.instead(response, passAnswerOn, async () => void (await (await apply()).text()));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Expected a port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    trouble: (...added) => void troubles.push(...added),
    troubleFor: (operation, ...added) => void troublesFor.set(operation, added),
    clear() {
      troubles.splice(0);
      troublesFor.clear();
    },
    troubleAt: (path, instead) => void places.push({ path, instead }),
    async untilCalled(method) {
      while (!calls.some((call) => call.startsWith(method)))
        await new Promise((resolve) => setTimeout(resolve, 5));
    },
    takeCalls: () => calls.splice(0),
    ledger,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const reset: Trouble['instead'] = (response) => response.socket?.resetAndDestroy();
/** Passes the call on once it is released. */
export function held(): { readonly trouble: Trouble; release(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { trouble: { instead: (_, passOn) => void promise.then(passOn) }, release: resolve };
}

/** No trouble at all, such as for the read before a write. */
export const passing: Trouble['instead'] = (_, passOn) => void passOn();

export const hang: Trouble['instead'] = () => {};

export function answer(
  status: number,
  body: string | object,
  headers: Record<string, string> = {},
): Trouble['instead'] {
  return (response) => {
    const type = typeof body === 'string' ? 'text/html' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

async function forward(healthy: string, request: IncomingMessage, body: string): Promise<Response> {
  const { authorization, 'content-type': type } = request.headers;
  return fetch(`${healthy}${request.url}`, {
    method: request.method ?? 'GET',
    headers: { ...(authorization && { authorization }), ...(type && { 'content-type': type }) },
    ...(body !== '' && { body }),
  });
}

async function passOn(answered: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answered.status, {
    'content-type': answered.headers.get('content-type') ?? 'text/plain',
  });
  response.end(await answered.text());
}
