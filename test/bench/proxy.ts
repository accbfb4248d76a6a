/** The floor: a reverse proxy of `node:http` and undici that does nothing beside passing on, a process of its own. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

const upstream = new Pool(String(process.env['UPSTREAM']), { connections: 50 });

const server = createServer((request, response) => void passOn(request, response));

async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = 'GET', url = '/', headers } = request;
  const answer = await upstream.request({
    method,
    path: url,
    headers: {
      authorization: String(headers.authorization),
      ...(chunks.length > 0 && { 'content-type': 'application/json' }),
    },
    body: chunks.length > 0 ? Buffer.concat(chunks) : null,
  });
  const body = Buffer.from(await answer.body.arrayBuffer());
  response.writeHead(answer.statusCode, {
    'content-type': String(answer.headers['content-type']),
    'content-length': body.length,
  });
  response.end(body);
}

await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
process.stdout.write(`{"url":"http://127.0.0.1:${(server.address() as AddressInfo).port}"}\n`);
