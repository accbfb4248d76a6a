/** How an operation is asked for, and what there is to know of it afterwards. */
import { type Operation, passwordCanary, type Send, type Write } from './schedule.ts';

export type Applied = 'YES' | 'NO' | 'UNKNOWN';

/** One sending of an operation, and what came of it. The moments are those of `performance.now()`. */
export type Sent = {
  /** The request id, with which its calls are found in the ledger of the tenant. */
  readonly id: string;
  readonly operation: Operation;
  readonly send: Send;
  readonly sentAt: number;
  /** `null`: the client left. */
  readonly answer: Answer | null;
};

export type Answer = { readonly status: number; readonly text: string; readonly ms: number };

/** What the gateway set down in its audit. */
export type Conclusion = {
  readonly applied: Applied;
  readonly code: string | null;
  readonly at: number;
  /** Length of the ledger at that moment. */
  readonly calls: number;
};

export type Failure = { readonly extensions: { readonly code: string; readonly applied?: Applied } };

export function isWrite(operation: Operation): operation is Operation & { readonly kind: Write } {
  return typeof operation.kind === 'object';
}

/** Every value is one that nothing else writes: what is found must have been written by this very operation. */
export function requestOf(
  mark: string,
  kind: Operation['kind'],
  user: string,
  idempotencyKey: string | null,
): object {
  if (kind === 'by-email') return { query: `{ usersByEmail(email: "${emailOf('0')}") { id } }` };
  if (kind === 'search') return { query: '{ users(first: 2) { nodes { id } } }' };
  if (kind === 'read')
    return { query: 'query ($user: ID!) { user(id: $user) { id userMetadata } }', variables: { user } };
  const input = {
    metadata: { userMetadata: { mark } },
    name: { name: mark, userMetadata: { [mark]: null } },
    password: { password: `${passwordCanary}-${mark}` },
  }[kind.changes];
  return {
    query: `mutation ($user: ID!, $input: UpdateUserInput!, $idempotencyKey: String) {
      updateUser(id: $user, input: $input, idempotencyKey: $idempotencyKey) {
        ... on UpdateUserSuccess { applied user { id name userMetadata } ${kind.isKnown ? 'changedFields' : ''} }
        ... on UserError { message }
      }
    }`,
    variables: { user, input, idempotencyKey },
  };
}

export function appliedOf({ text }: Pick<Answer, 'text'>): Applied | undefined {
  const { data, errors } = JSON.parse(text) as {
    data: { updateUser: { applied?: boolean } | null };
    errors?: Failure[];
  };
  if (errors !== undefined) return errors[0]?.extensions.applied;
  return data.updateUser?.applied === true ? 'YES' : 'NO';
}

export function emailOf(name: string): string {
  return `${name}@example.com`;
}
