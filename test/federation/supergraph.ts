/** One supergraph out of subgraphs, by either composer. */
import { composeServices as composeByApollo } from '@apollo/composition';
import { composeServices as composeByGuild } from '@theguild/federation-composition';
import { parse } from 'graphql';

export type Subgraph = { readonly name: string; readonly url: string; readonly sdl: string };
export type Compose = (subgraphs: readonly Subgraph[]) => string;

/** The SDL of the supergraph. */
export const composers = {
  guild: (subgraphs) => {
    const { supergraphSdl, errors } = composeByGuild(toServices(subgraphs));
    return supergraphSdl ?? refuse(errors);
  },
  apollo: (subgraphs) => {
    const { supergraphSdl, errors } = composeByApollo(toServices(subgraphs));
    return supergraphSdl ?? refuse(errors);
  },
} satisfies Record<string, Compose>;

function toServices(subgraphs: readonly Subgraph[]) {
  return subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
}

function refuse(errors: readonly Error[] = []): never {
  throw new Error(`Expected subgraphs that compose:\n${errors.map(({ message }) => message).join('\n')}`);
}
