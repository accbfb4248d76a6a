import { Misfit } from './values.ts';

/** By id, as clients send it: a hash as a rule, with `sha256:` in front of it or without. */
export type TrustedDocuments = ReadonlyMap<string, string>;

export type DocumentRules = {
  /** Why a document cannot be executed; `null`: it can. */
  readonly faultOf: (document: string) => string | null;
};

/** A map as GraphQL Code Generator's client preset writes it: a JSON object of documents by their ids. */
export function parseDocuments(text: string, { faultOf }: DocumentRules): TrustedDocuments {
  const documents = Object.entries(objectOf(text));
  if (documents.length === 0) throw new Misfit(expected, 'the file holds none');
  const faults = documents.flatMap(([id, document]) => {
    const fault = typeof document === 'string' ? faultOf(document) : 'Expected a text.';
    return fault === null ? [] : [`${id}: ${fault}`];
  });
  if (faults.length > 0) throw new Misfit(expected, faults.join(' '));
  return new Map(documents as [string, string][]);
}

const expected = 'the path of a JSON object of documents by their ids, each of which can be executed';

function objectOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below, without the parser's words.
  }
  throw new Misfit(expected, 'the file holds no JSON object');
}
