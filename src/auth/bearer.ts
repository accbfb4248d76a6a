/** The token of an `Authorization` header (RFC 6750, section 2.1). */

export type Bearer =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  /** Something came that is not one bearer token. The description holds nothing of it. */
  | { readonly kind: 'malformed'; readonly description: string };

/**
 * Only the absence of the header is "no token". Whoever sends one means to be somebody, so another scheme, an empty
 * header or two credentials in it are refused (RFC 9110, section 11.6.2) rather than served as nobody. Of two headers, Node
 * keeps the first.
 */
export function parseBearer(authorization: string | null): Bearer {
  if (authorization === null) return { kind: 'none' };
  const [, token] = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization.trim()) ?? [];
  if (token !== undefined) return { kind: 'token', token };
  const isBearer = /^Bearer\b/i.test(authorization.trim());
  return {
    kind: 'malformed',
    description: isBearer
      ? 'expected one token after Bearer'
      : 'expected an Authorization header of the Bearer scheme',
  };
}
