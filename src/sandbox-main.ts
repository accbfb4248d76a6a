/** The sandbox tenant alone, until a signal. */
import { once } from 'node:events';
import { configOrExit, startedOrExit } from './or-exit.ts';
import { gatewayApplication, startConfiguredSandbox } from './tenant.ts';
import { peopleTable } from './welcome.ts';

const { tenant, callers } = configOrExit();
if (tenant.kind !== 'sandbox') {
  process.stderr.write(
    'The settings name a tenant (AUTH0_DOMAIN or AUTH0_ORIGIN): there is no sandbox to start.\n',
  );
  process.exit(78);
}

await using sandbox = await startedOrExit(() => startConfiguredSandbox(tenant, callers.audience));
const { audience, clientId, clientSecret } = gatewayApplication(sandbox);
process.stderr.write(`The sandbox tenant listens at ${sandbox.origin}

${peopleTable(sandbox)}

A management token:
  curl -s ${sandbox.origin}/oauth/token -H 'content-type: application/json' -d '${JSON.stringify({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    audience,
  })}'

`);
await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
