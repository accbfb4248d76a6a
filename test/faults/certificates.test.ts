/** TLS that cannot be trusted, or agreed upon: nothing is sent, and nothing is tried with less of it. */
import { readFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuth0Client } from '../../src/auth0/client.ts';
import { fault, john, patiently } from '../auth0/support.ts';

const pem = (name: string) => readFileSync(new URL(`../auth0/fixtures/${name}.pem`, import.meta.url), 'utf8');
/** Whoever signed these is trusted here, so that it is not the signature that is refused. */
const signed = ['trusted', 'another-host', 'expired'].map(pem);

const usual = getCACertificates('default');
beforeAll(() => setDefaultCACertificates([...usual, ...signed]));
afterAll(() => setDefaultCACertificates(usual));

/** A tenant that hands out tokens and users over TLS. */
async function startTenant(options: ServerOptions) {
  const requests: string[] = [];
  const server = createServer(options, (request, response) => {
    requests.push(String(request.url));
    const token = { access_token: 'canary', expires_in: 86_400, token_type: 'Bearer' };
    response.end(JSON.stringify(request.url === '/oauth/token' ? token : john));
  });
  let connections = 0;
  server.on('connection', (socket) => {
    connections++;
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    client: clientOf((server.address() as AddressInfo).port),
    requests,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function clientOf(port: number) {
  return createAuth0Client({
    origin: `https://127.0.0.1:${port}`,
    audience: 'https://acme.example/api/v2/',
    clientId: 'gateway',
    clientSecret: 'canary-secret',
  });
}

const withCertificate = (name: string): ServerOptions => ({ key: pem(name), cert: pem(name) });

it('a certificate that is trusted, for this host and this day is all it takes', async () => {
  await using tenant = await startTenant(withCertificate('trusted'));
  await using client = tenant.client;
  expect(await client.getUser(john.user_id, patiently())).toEqual(john);
});

describe('nothing is sent, and nothing tried again, where', () => {
  it.each<[string, ServerOptions]>([
    ['the certificate has expired', withCertificate('expired')],
    ['it is for another host', withCertificate('another-host')],
    ['nobody signed it', withCertificate('self-signed')],
    [
      'only a protocol of old is spoken',
      {
        ...withCertificate('trusted'),
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'ALL:@SECLEVEL=0',
      },
    ],
  ])('%s', async (_, options) => {
    await using tenant = await startTenant(options);
    await using client = tenant.client;
    expect(await fault(client.updateUser(john.user_id, { name: 'J' }, patiently()))).toMatchObject({
      code: 'credentials_unavailable',
      outcome: 'not-applied',
    });
    expect([tenant.requests, tenant.connections()]).toEqual([[], 1]);
  });
});

it('a connection that is reset while TLS is agreed upon is tried three times, and never without TLS', async () => {
  const heard: Buffer[] = [];
  const server = createTcpServer((socket) =>
    socket.once('data', (bytes) => {
      heard.push(Buffer.from(bytes));
      socket.resetAndDestroy();
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await using client = clientOf((server.address() as AddressInfo).port);
  expect(await fault(client.getUser(john.user_id, patiently()))).toMatchObject({ outcome: 'not-applied' });
  // Each begins as a TLS handshake does.
  expect(heard.map((bytes) => bytes[0])).toEqual([0x16, 0x16, 0x16]);
  await new Promise((resolve) => server.close(resolve));
});
