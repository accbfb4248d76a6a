/** The string formats Auth0's validator knows, by the functions it judges them with. */
import isEmailModule from 'validator/lib/isEmail.js';
import isURLModule from 'validator/lib/isURL.js';

/** By the names that `@constraint` and the JSON Schema call them. */
export const formats = { email: isEmail, 'strict-uri': isStrictUri } as const;

export function isEmail(value: string): boolean {
  // Half a surrogate pair makes the validator throw, on Auth0's side as well.
  return value.isWellFormed() && isEmailModule.default(value, { require_tld: true });
}

export function isStrictUri(value: string): boolean {
  return isURLModule.default(value);
}
