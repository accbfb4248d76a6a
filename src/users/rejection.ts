/**
 * Auth0's refusals of an update, told in our words. Auth0's own text is read to tell them apart and goes no further:
 * it may quote what was sent, and the fields it names are looked up in the list of ours.
 */

import type { UpdateUserOutcome } from '../../schema/context.ts';
import type { UpdateUserField } from '../../schema/update-user-input.ts';
import type { Auth0Refusal } from '../auth0/errors.ts';
import { wireNames } from './patch.ts';

export type Rejection = Extract<UpdateUserOutcome, { kind: 'rejected' }>;

/** @param asked the fields the update spoke of: of several that a text may concern, those are meant. */
export function toRejection(refusal: Auth0Refusal, asked: readonly UpdateUserField[]): Rejection {
  const { message, fields } = explain(refusal, asked);
  return { kind: 'rejected', message, reason: toReason(refusal.errorCode), fields };
}

type Explanation = Pick<Rejection, 'message' | 'fields'>;

type Rule = {
  readonly text: RegExp;
  readonly message: string;
  /** What the text is about; where that depends on the text, its first groups hold Auth0's names. */
  readonly fields: readonly UpdateUserField[] | 'named';
};

/** In characters: a refusal that quotes what was sent can be as long as that. */
const longestText = 10_000;

/** Texts from Auth0's OpenAPI document, its documentation and answers it gave. The first that fits counts. */
const rules: readonly Rule[] = [
  {
    text: /new email already exists/i,
    message: 'Another user of this connection has this e-mail address.',
    fields: ['email'],
  },
  {
    text: /phone[ _]number (?:already exists|.{0,20}in use)/i,
    message: 'Another user of this connection has this phone number.',
    fields: ['phoneNumber'],
  },
  {
    text: /username (?:already exists|.{0,20}in use)/i,
    message: 'Another user of this connection has this user name.',
    fields: ['username'],
  },
  {
    text: /user already exists/i,
    message: 'Another user of this connection signs in with the same.',
    fields: ['email', 'phoneNumber', 'username'],
  },
  {
    text: /username for users without an username/i,
    message: 'This user has no user name that could be changed.',
    fields: ['username'],
  },
  {
    text: /PasswordStrengthError|password is too weak/i,
    message: "The password is too weak for the connection's policy.",
    fields: ['password'],
  },
  {
    text: /PasswordHistoryError|password has previously been used/i,
    message: 'The user has had this password before.',
    fields: ['password'],
  },
  {
    text: /PasswordDictionaryError|password is too common/i,
    message: 'The password is too common.',
    fields: ['password'],
  },
  {
    text: /PasswordNoUserInfoError|password contains user information/i,
    message: 'The password repeats something about the user.',
    fields: ['password'],
  },
  {
    text: /Password\w{0,40}Error/,
    message: "The password does not meet the connection's policy.",
    fields: ['password'],
  },
  {
    text: /Cannot update (\w+) and (\w+) simultaneously/i,
    message: 'Auth0 does not update these fields together',
    fields: 'named',
  },
  {
    text: /attributes cannot be updated: ([\w, ]+)\..*secondary identity/is,
    message: 'Only the primary identity has these fields, and connection names another one',
    fields: 'named',
  },
  {
    text: /attributes cannot be updated: ([\w, ]+)\./i,
    message: 'The connection takes these fields from the identity provider at each login',
    fields: 'named',
  },
  {
    text: /attributes cannot be removed: ([\w, ]+)\./i,
    message: 'The connection does not let these fields be unset',
    fields: 'named',
  },
  {
    text: /not allowed to update the following user attributes: ([\w, ]+)/i,
    message: 'The tenant may not change these fields',
    fields: 'named',
  },
  {
    text: /cannot update the following fields: ([\w, ]+)/i,
    message: 'The gateway may not change these fields',
    fields: 'named',
  },
  {
    text: /Cannot update email for non-database user/i,
    message: 'The e-mail address comes from the identity provider: only database users can change it here.',
    fields: ['email'],
  },
  {
    text: /email or password for users in a disabled connection/i,
    message: 'The connection of this user is disabled.',
    fields: ['email', 'password'],
  },
  {
    text: /Email verification is not supported/i,
    message: 'E-mail addresses of users of this kind of connection are not verified by Auth0.',
    fields: ['emailVerified', 'verifyEmail'],
  },
  { text: /Connection does not exist/i, message: 'There is no such connection.', fields: ['connection'] },
  {
    text: /Connection is not supported/i,
    message: 'The connection does not support this change.',
    fields: ['connection'],
  },
  {
    text: /None of the valid schemas were met/i,
    message: 'Auth0 found nothing in this that it could update.',
    fields: [],
  },
  {
    text: /on property ([a-z_]+)/,
    message: 'Auth0 does not accept these values',
    fields: 'named',
  },
  {
    text: /Insufficient scope/i,
    message: 'The tenant does not permit the gateway to make this change.',
    fields: [],
  },
];

function explain(
  { status, errorCode, upstreamMessage }: Auth0Refusal,
  asked: readonly UpdateUserField[],
): Explanation {
  const text = `${errorCode ?? ''}: ${upstreamMessage}`.slice(0, longestText);
  for (const rule of rules) {
    if (!rule.text.test(text)) continue;
    if (rule.fields !== 'named') return { message: rule.message, fields: meant(rule.fields, asked) };
    const fields = namedIn(text, rule.text, asked);
    return {
      message: fields.length > 0 ? `${rule.message}: ${fields.join(', ')}.` : `${rule.message}.`,
      fields,
    };
  }
  return {
    message: status === 413 ? 'The user would grow larger than Auth0 allows.' : 'Auth0 refused this update.',
    fields: [],
  };
}

function meant(
  concerned: readonly UpdateUserField[],
  asked: readonly UpdateUserField[],
): readonly UpdateUserField[] {
  const both = concerned.filter((field) => asked.includes(field));
  return both.length > 0 ? both : concerned;
}

/** Those asked for whose Auth0 names stand in the groups of the pattern, wherever it fits. */
function namedIn(
  text: string,
  pattern: RegExp,
  asked: readonly UpdateUserField[],
): readonly UpdateUserField[] {
  const named = new Set(
    [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))]
      .flatMap(([, ...groups]) => groups)
      .flatMap((group) => group.split(/[, ]+/)),
  );
  return asked.filter((field) => named.has(wireNames[field]));
}

/** `errorCode` is a plain identifier; anything else could be a text. */
function toReason(errorCode: string | null): string | null {
  return errorCode !== null && /^\w{1,64}$/.test(errorCode) ? errorCode : null;
}
