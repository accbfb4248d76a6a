import type { IdentityTokens } from '../../schema/model.ts';
import type { WireObject } from '../auth0/wire.ts';
import { toAccounts } from './accounts.ts';
import { toInt, toText } from './narrow.ts';

/** The provider tokens of a user's identities, by `Identity.id`; identities without any are left out. */
export function toIdpTokens(id: string, identities: unknown): ReadonlyMap<string, IdentityTokens> {
  const tokens = new Map<string, IdentityTokens>();
  for (const account of toAccounts(id, identities)) {
    const own = toTokens(account.wire);
    const hasAny = own.accessToken ?? own.accessTokenSecret ?? own.refreshToken;
    if (hasAny !== null && !tokens.has(account.id)) tokens.set(account.id, own);
  }
  return tokens;
}

function toTokens(wire: WireObject): IdentityTokens {
  return {
    accessToken: toText(wire['access_token']) || null,
    accessTokenSecret: toText(wire['access_token_secret']) || null,
    refreshToken: toText(wire['refresh_token']) || null,
    expiresIn: toInt(wire['expires_in']),
  };
}
