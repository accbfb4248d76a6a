/** The body of a request as text, read no further than anybody may send. */

export type Body =
  | { readonly text: string }
  /** Nothing to go on: the client broke off, or sent something else than UTF-8. */
  | { readonly problem: 'too-large' | 'broken' };

/** In bytes: an update with both kinds of metadata at their usual limits has a quarter of it. */
export const bodyLimit = 100_000;

export async function readBody(request: Request, limit = bodyLimit): Promise<Body> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) return { problem: 'too-large' };
  if (!request.body) return { text: '' };
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    // What is left unread is the server's to throw away: cancelling would cut the connection before the answer.
    for await (const chunk of request.body.values({ preventCancel: true })) {
      size += chunk.byteLength;
      if (size > limit) return { problem: 'too-large' };
      chunks.push(chunk);
    }
    return { text: utf8.decode(Buffer.concat(chunks)) };
  } catch {
    return { problem: 'broken' };
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
