import { badRequest } from './errors.ts';

/**
 * The one rule every policy has that asks for strength at all: eight characters; and bcrypt's limit of 72 bytes.
 *
 * @throws ApiError 400
 */
export function assertPassword(password: string): void {
  if ([...password].length < 8 || Buffer.byteLength(password) > 72) {
    throw badRequest('PasswordStrengthError: Password is too weak');
  }
}
