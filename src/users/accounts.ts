import { isObject, type WireObject } from '../auth0/wire.ts';
import { toFlag, toList, toText } from './narrow.ts';
import { socialProviders } from './social-providers.ts';

/** One of the accounts a user can sign in with: named, and with whatever else Auth0 sent of it. */
export type Account = {
  /** provider + "|" + userId. */
  readonly id: string;
  readonly provider: string;
  readonly connection: string;
  readonly userId: string;
  readonly isSocial: boolean;
  readonly isPrimary: boolean;
  readonly wire: WireObject;
};

/**
 * Reads the `identities` of the user with this id, primary first; the others keep their order.
 *
 * Exactly one account is primary, unless there is none at all: nothing is made up for a user without identities.
 * What an account lacks of its name is the user's own in the primary, and empty in the others.
 */
export function toAccounts(id: string, identities: unknown): readonly Account[] {
  const entries = toList(identities).filter(isObject);
  const primary = entries.find((entry) => nameOf(entry) === id) ?? entries[0];
  if (primary === undefined) return [];
  const others = entries.filter((entry) => entry !== primary);
  return [toAccount(primary, splitId(id), true), ...others.map((entry) => toAccount(entry, nameless, false))];
}

type Name = { readonly provider: string; readonly userId: string };

const nameless: Name = { provider: '', userId: '' };

function toAccount(wire: WireObject, missing: Name, isPrimary: boolean): Account {
  const provider = providerOf(wire) ?? missing.provider;
  const userId = userIdOf(wire) ?? missing.userId;
  return {
    id: `${provider}|${userId}`,
    provider,
    connection: toText(wire['connection']) ?? '',
    userId,
    isSocial: toFlag(wire['isSocial']) ?? socialProviders.has(provider),
    isPrimary,
    wire,
  };
}

/** `null`: it does not tell its whole name. */
function nameOf(wire: WireObject): string | null {
  const provider = providerOf(wire);
  const userId = userIdOf(wire);
  return provider === null || userId === null ? null : `${provider}|${userId}`;
}

function providerOf(wire: WireObject): string | null {
  return toText(wire['provider']) || null;
}

/** A text, as a rule. GitHub's come as numbers, which are whole and may have any number of digits. */
function userIdOf(wire: WireObject): string | null {
  const id = wire['user_id'];
  if (typeof id === 'bigint') return id.toString();
  if (typeof id !== 'number') return toText(id) || null;
  if (Number.isInteger(id)) return BigInt(id).toString();
  return Number.isFinite(id) ? String(id) : null;
}

/** At the first pipe: what follows may hold more of them. */
function splitId(id: string): Name {
  const pipe = id.indexOf('|');
  return { provider: id.slice(0, Math.max(0, pipe)), userId: id.slice(pipe + 1) };
}
