/** What a supergraph reads: the contract, and what Federation 2 has to be told about it. */
import { getDocumentNodeFromSchema } from '@graphql-tools/utils';
import { type ConstDirectiveNode, type GraphQLSchema, Kind, parse, print, visit } from 'graphql';
import { updateGrants } from './policy.ts';

export type SubgraphOptions = {
  /** Tell routers what a field takes, too: Apollo Gateway loads no supergraph that says such things. */
  readonly authDirectives?: boolean;
};

/** The oldest version that knows every directive used here, so that older composers and routers take it as well. */
const federation = 'https://specs.apollo.dev/federation/v2.5';
/** A name for our own directive, which composers ask for. Nothing is looked up there. */
const constraint = 'https://users.gateway.example/constraint/v1.0';

/** Directives by the place where they stand: a type, or a field of a type. */
type Marks = { readonly [place: string]: string };

const marks: Marks = {
  User: '@key(fields: "id")',
  PageInfo: '@shareable',
  IdentityTokens: '@inaccessible',
  'Identity.tokens': '@inaccessible',
};

/** The policy, as far as these directives can say it; it holds in any case. */
const authMarks: Marks = {
  User: '@authenticated',
  'Query.me': '@authenticated',
  'Query.user': '@authenticated',
  'Query.usersByEmail': requires(['read:users']),
  'Query.users': requires(['read:users']),
  'Mutation.updateUser': requires(updateGrants),
  'Identity.tokens': requires(['read:user_idp_tokens']),
};

/** The SDL of the subgraph, given the contract. */
export function printSubgraph(contract: GraphQLSchema, { authDirectives = false }: SubgraphOptions): string {
  const all = authDirectives ? [marks, authMarks] : [marks];
  const used = [...new Set(all.flatMap((each) => Object.values(each)).map(nameOf)), '@composeDirective'];
  const header = `extend schema
  @link(url: "${federation}", import: [${used.map((name) => `"${name}"`).join(', ')}])
  @link(url: "${constraint}", import: ["@constraint"])
  @composeDirective(name: "@constraint")`;
  return `${header}\n\n${print(withDirectives(contract, all))}`;
}

/** @throws where a place is marked that the contract does not have. */
function withDirectives(contract: GraphQLSchema, all: readonly Marks[]) {
  const unplaced = new Set(all.flatMap((each) => Object.keys(each)));
  const added = (place: string): readonly ConstDirectiveNode[] => {
    unplaced.delete(place);
    return all.flatMap((each) => (each[place] === undefined ? [] : directivesOf(each[place])));
  };
  const marked = visit(getDocumentNodeFromSchema(contract), {
    // Its roots have their usual names.
    SchemaDefinition: () => null,
    ObjectTypeDefinition: (node) => ({
      ...node,
      directives: [...(node.directives ?? []), ...added(node.name.value)],
      fields: (node.fields ?? []).map((field) => ({
        ...field,
        directives: [...(field.directives ?? []), ...added(`${node.name.value}.${field.name.value}`)],
      })),
    }),
  });
  if (unplaced.size > 0) throw new TypeError(`Expected the contract to have ${[...unplaced].join(', ')}.`);
  return marked;
}

function directivesOf(text: string): readonly ConstDirectiveNode[] {
  const [definition] = parse(`scalar Any ${text}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? (definition.directives ?? []) : [];
}

function nameOf(mark: string): string {
  return mark.replace(/\(.*/, '');
}

/** Any one of the grants suffices. */
function requires(grants: readonly string[]): string {
  return `@requiresScopes(scopes: ${JSON.stringify(grants.map((grant) => [grant]))})`;
}
