/** What each page may do (Content Security Policy): nothing but what it is named here for. */

const nowhere =
  "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** For whatever is no page by itself, workers among it. */
export const filePolicy = nowhere;

/** Scripts and styles from here alone, and no script that makes another out of text. */
export const profilePolicy = [
  nowhere,
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/**
 * The same, less three things that GraphiQL's editor cannot do without: it writes its styles into the page as it runs,
 * takes fonts and pictures out of its style sheet, and thinks in workers.
 */
export const graphiqlPolicy = [
  nowhere,
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
].join('; ');
