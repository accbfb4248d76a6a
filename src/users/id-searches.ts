/** A search that finds users by their ids, in Auth0's search syntax. */
export type IdSearch = { readonly ids: readonly string[]; readonly query: string };

/** Well within the 100 users of Auth0's largest page; nobody says how many alternatives a query may have. */
const mostIds = 50;
/** Of the query once it is encoded: leaves half a KiB of a URL of 4 KiB to the origin and the other parameters. */
const longestQuery = 3_584;

/** Whether an id in quotes means itself. Auth0 does not say that quotes take away the meaning of wildcards. */
export function isSearchable(id: string): boolean {
  return !/[*?]/.test(id);
}

/** The fewest searches, in the order of the ids, that each keep both limits. */
export function toIdSearches(ids: readonly string[]): readonly IdSearch[] {
  const searches: IdSearch[] = [];
  let chunk: string[] = [];
  let length = around;
  for (const id of ids) {
    // Each character is encoded by itself: what they come to together is what they come to one by one.
    const more = encodedLength(quoted(id)) + between;
    if (chunk.length === mostIds || (chunk.length > 0 && length + more - between > longestQuery)) {
      searches.push({ ids: chunk, query: toQuery(chunk) });
      chunk = [];
      length = around;
    }
    chunk.push(id);
    length += more;
  }
  return chunk.length === 0 ? searches : [...searches, { ids: chunk, query: toQuery(chunk) }];
}

function toQuery(ids: readonly string[]): string {
  return `user_id:(${ids.map(quoted).join(or)})`;
}

const or = ' OR ';

function quoted(id: string): string {
  return `"${id.replace(/["\\]/g, '\\$&')}"`;
}

/** As a form encodes it, which is how the client sends it: three characters for each byte that cannot stand as it is. */
function encodedLength(query: string): number {
  const unescaped = query.length - query.replace(unescapable, '').length;
  return 3 * Buffer.byteLength(query) - 2 * unescaped;
}

/** WHATWG URL, "application/x-www-form-urlencoded percent-encode set": a space becomes a plus. */
const unescapable = /[\w*.\- ]+/g;

const around = encodedLength('user_id:()');
const between = encodedLength(or);
