/** The process: settings in, gateway up, a signal, gateway down. */
import { once } from 'node:events';
import { configOrExit } from './config-or-exit.ts';
import { createGateway } from './gateway.ts';
import { listen } from './http/listen.ts';
import { createLog } from './observability/log.ts';
import { reachTenant } from './tenant.ts';
import { visitorOf, welcome } from './welcome.ts';

// A signal that comes while things are starting is heeded once they have.
const signalled = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);

const { tenant, callers, listen: address, ...config } = configOrExit();
const log = createLog(config.logLevel);
await using running = new AsyncDisposableStack();

const { auth0, sandbox } = await reachTenant(tenant, callers.audience);
running.use(sandbox);
const gateway = running.use(
  createGateway({
    ...config,
    tenant: auth0,
    callers: {
      ...callers,
      issuer: callers.issuer ?? `${auth0.origin}/`,
      jwksUri: callers.jwksUri ?? `${auth0.origin}/.well-known/jwks.json`,
    },
    log,
    ...(sandbox && { sandbox: { issueToken: sandbox.issueToken, visitor: visitorOf(sandbox) } }),
  }),
);
const listener = running.use(
  await listen((request) => gateway.handle(request), {
    ...address,
    onError: (error) => log.error({ err: error }, 'a bug'),
  }),
);
log.info({ url: listener.url, tenant: auth0.origin }, 'listening');
if (sandbox) process.stderr.write(welcome({ url: listener.url, graphiql: config.graphiql, sandbox }));

const [signal] = await signalled;
log.info({ signal }, 'draining');
gateway.drain();
listener.drain();
// Every operation ends at its own deadline: none is cut short by this.
await listener.close(config.operationTimeoutMs + 5_000);
