/** Who signs callers' tokens, in the test's own hands: an issuer on loopback that publishes keys. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose';

export type Key = {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
};

export async function createKey(kid: string, alg = 'RS256'): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** An issuer on loopback: it publishes keys, and can be made to misbehave or vanish. */
export type Issuer = AsyncDisposable & {
  readonly url: string;
  readonly jwksUri: string;
  fetches(): number;
  publish(...keys: readonly Key[]): void;
  answer(listener: RequestListener): void;
  stop(): Promise<void>;
  restart(): Promise<void>;
};

export async function startIssuer(...keys: readonly Key[]): Promise<Issuer> {
  let fetches = 0;
  let listener: RequestListener = () => {};
  const listen = async (port: number): Promise<Server> => {
    const server = createServer((request, response) => {
      fetches += 1;
      listener(request, response);
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  const issuer: Issuer = {
    url,
    jwksUri: `${url}.well-known/jwks.json`,
    fetches: () => fetches,
    publish(...published) {
      const body = JSON.stringify({ keys: published.map((key) => key.jwk) });
      listener = (_request, response) => response.setHeader('content-type', 'application/json').end(body);
    },
    answer(replacement) {
      listener = replacement;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    async restart() {
      server = await listen(port);
    },
    [Symbol.asyncDispose]: () => issuer.stop(),
  };
  issuer.publish(...keys);
  return issuer;
}
