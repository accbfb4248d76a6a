import * as z from 'zod';
import { isEmail, isStrictUri } from './formats.ts';
import { metadataLimits } from './limits.ts';
import { metadataRules } from './metadata-rules.ts';

/** The rule of each field of `UpdateUserInput` by itself. Optional: left alone; nullish: `null` unsets it. */
export function updateUserFields({ metadataMaxBytes }: { readonly metadataMaxBytes: number }) {
  return {
    blocked: flag().describe('Whether the user is barred from signing in. Does not lift brute-force blocks.'),
    emailVerified: flag().describe(
      'Whether the e-mail address counts as verified. `false` sends no mail by itself.',
    ),
    email: emailAddress()
      .nullish()
      .describe('The e-mail address, forwarded as given; Auth0 saves it in lower case in its own store.'),
    phoneNumber: text()
      .regex(/^\+[0-9]{1,15}$/, {
        error: (issue) => `Expected "+" and 1 to 15 digits (E.164), but got ${quote(issue.input)}.`,
      })
      .nullish()
      .describe('The phone number, as E.164 recommends. For users of SMS connections.'),
    phoneVerified: flag().describe('Whether the phone number counts as verified.'),
    userMetadata: metadataRules({ name: 'userMetadata', maxBytes: metadataMaxBytes })
      .nullish()
      .describe(
        `What the user may change about themselves. Merged at the first level: a key's null deletes it, nested objects and arrays are replaced whole. null clears all of it; {} is refused. ${metadataProse(metadataMaxBytes)}`,
      ),
    appMetadata: metadataRules({ name: 'appMetadata', maxBytes: metadataMaxBytes })
      .nullish()
      .describe(
        `What applications keep about the user. Merged at the first level: a key's null deletes it, nested objects and arrays are replaced whole. null clears all of it; {} is refused; names that Auth0 keeps to itself, such as "identities", are refused at the first level. ${metadataProse(metadataMaxBytes)}`,
      ),
    givenName: text({ min: 1, max: 150 }).nullish().describe('The given name(s).'),
    familyName: text({ min: 1, max: 150 }).nullish().describe('The family name(s).'),
    name: text({ min: 1, max: 300 }).nullish().describe('The full name.'),
    nickname: text({ min: 1, max: 300 }).nullish().describe('The preferred nickname or alias.'),
    picture: strictUri()
      .nullish()
      .describe('Address of the picture. The gateway never fetches it: whoever shows it must not trust it.'),
    verifyEmail: flag().describe(
      'Whether to send a verification mail; overrides what `emailVerified` implies.',
    ),
    verifyPhoneNumber: flag().describe('Whether to send a verification text message. SMS connections only.'),
    password: text({ min: 1 })
      .nullish()
      .describe("The new password; the connection's password policy decides whether it is strong enough."),
    connection: text({ min: 1 })
      .optional()
      .describe(
        'The connection whose identity is meant, where it is not the primary. Changes nothing on its own.',
      ),
    clientId: text({ min: 1 })
      .optional()
      .describe(
        'The application in whose name mails and text messages about a new e-mail or phone number are sent.',
      ),
    username: text({ min: 1, max: 128 })
      .nullish()
      .describe('The user name, where the connection uses them; the connection may set closer limits.'),
  };
}

function flag() {
  return z
    .boolean({ error: (issue) => `Expected true or false, but got ${kindOf(issue.input)}.` })
    .optional();
}

function text({ min, max }: { min?: number; max?: number } = {}) {
  let rules = z.string({ error: (issue) => `Expected text, but got ${kindOf(issue.input)}.` });
  if (min !== undefined)
    rules = rules.min(min, {
      error: (issue) => `Expected at least ${min} character, but got ${length(issue.input)}.`,
    });
  if (max !== undefined)
    rules = rules.max(max, {
      error: (issue) => `Expected at most ${max} characters, but got ${length(issue.input)}.`,
    });
  return rules;
}

function emailAddress() {
  return text()
    .refine(isEmail, {
      error: (issue) => `Expected an e-mail address, but got ${quote(issue.input)}.`,
      params: { code: 'FORMAT' },
    })
    .meta({ format: 'email' });
}

function strictUri() {
  return text()
    .refine(isStrictUri, {
      error: (issue) => `Expected an http, https or ftp address, but got ${quote(issue.input)}.`,
      params: { code: 'FORMAT' },
    })
    .meta({ format: 'strict-uri' });
}

function metadataProse(maxBytes: number): string {
  return `At most ${maxBytes} bytes of compact JSON (UTF-8), ${metadataLimits.depth} levels and ${metadataLimits.values} values; no first-level key with "." or "$"; integers beyond 2^53 are refused.`;
}

/** In Unicode code points, as Auth0 counts. */
function length(value: unknown): number {
  return typeof value === 'string' ? [...value].length : 0;
}

function quote(value: unknown): string {
  const quoted = JSON.stringify(value) ?? 'nothing';
  return quoted.length > 80 ? `${quoted.slice(0, 79)}…"` : quoted;
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
}
