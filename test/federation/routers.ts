/** Two routers of different makers in front of a supergraph, each handing on the caller's token. */
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import http from '@graphql-mesh/transport-http';
import { listen } from '../../src/http/listen.ts';

export type Router = AsyncDisposable & {
  /** Where it takes GraphQL. */
  readonly url: string;
};

export async function startHiveGateway(supergraph: string, port = 0): Promise<Router> {
  await using started = new AsyncDisposableStack();
  const gateway = started.use(
    createGatewayRuntime({
      supergraph,
      transports: { http },
      propagateHeaders: {
        fromClientToSubgraphs: ({ request }) => tokenOf(request.headers.get('authorization')),
      },
      logging: false,
      maskedErrors: false,
    }),
  );
  const listener = started.use(
    await listen((request) => gateway.fetch(request), { host: '127.0.0.1', port, onError: console.error }),
  );
  const owned = started.move();
  return { url: `${listener.url}/graphql`, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

type ApolloContext = { readonly authorization?: string };

export async function startApolloGateway(supergraphSdl: string): Promise<Router> {
  const server = new ApolloServer<ApolloContext>({
    gateway: new ApolloGateway({
      supergraphSdl,
      logger: quiet,
      buildService: ({ url = '' }) =>
        new RemoteGraphQLDataSource<ApolloContext>({
          url,
          willSendRequest({ request, context }) {
            if (context.authorization) request.http?.headers.set('authorization', context.authorization);
          },
        }),
    }),
    logger: quiet,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async ({ req }) => tokenOf(req.headers.authorization ?? null),
  });
  return { url, [Symbol.asyncDispose]: () => server.stop() };
}

function tokenOf(authorization: string | null): ApolloContext & Record<string, string> {
  return authorization === null ? {} : { authorization };
}

const quiet = { debug() {}, info() {}, warn: console.warn, error: console.error };
