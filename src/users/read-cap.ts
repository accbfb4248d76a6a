import { ClientError } from '../../schema/errors.ts';
import type { Auth0Client } from '../auth0/client.ts';

/**
 * The client, for at most so many reads: what a document did not tell beforehand ends here. A write is not a read, and
 * is never what goes too far.
 */
export function withReadCap(client: Auth0Client, most: number): Auth0Client {
  let reads = 0;
  const capped =
    <Given extends unknown[], Value>(read: (...given: Given) => Promise<Value>) =>
    async (...given: Given): Promise<Value> => {
      if (++reads > most)
        throw new ClientError(
          'OPERATION_TOO_COMPLEX',
          `Expected an operation that takes at most ${most} calls to Auth0.`,
        );
      return read(...given);
    };
  return {
    ...client,
    getUser: capped(client.getUser),
    listUsers: capped(client.listUsers),
    usersByEmail: capped(client.usersByEmail),
    getIdpTokens: capped(client.getIdpTokens),
  };
}
