/** A router to try a supergraph with: this gateway, which has to be running, and orders of its users. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ordersSdl, startOrders } from './orders.ts';
import { startHiveGateway } from './routers.ts';
import { composers } from './supergraph.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4020' },
    /** Where the gateway takes GraphQL. */
    users: { type: 'string', default: 'http://127.0.0.1:4000/graphql' },
  },
});
const signalled = new Promise((resolve) => {
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, resolve);
});

await using orders = await startOrders([
  { id: '1', item: 'a kettle', customerId: 'auth0|507f1f77bcf86cd799439020' },
  { id: '2', item: 'a lamp', customerId: 'google-oauth2|111199914890750704174' },
  { id: '3', item: 'a chair', customerId: 'auth0|507f1f77bcf86cd799439020' },
]);
const supergraph = composers.guild([
  {
    name: 'users',
    url: values.users,
    sdl: readFileSync(new URL('../../schema/subgraph.graphql', import.meta.url), 'utf8'),
  },
  { name: 'orders', url: `${orders.url}/graphql`, sdl: ordersSdl },
]);
await using router = await startHiveGateway(supergraph, Number(values.port));
process.stderr.write(
  `The router listens at ${router.url}, in front of users at ${values.users} and orders at ${orders.url}/graphql\n`,
);
await signalled;
