/** Many distinct updates of one user, and how often the tenant has applied each of them. */
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';

const johnId = 'auth0|507f1f77bcf86cd799439020';

export type Ledger = {
  readonly sandbox: Sandbox;
  readonly token: string;
  /** How often each update was applied, by its mark. */
  readonly applied: ReadonlyMap<string, number>;
  /** Calls of the tenant so far. */
  calls(): number;
};

/** A tenant in this process, which outlives every gateway and keeps account of what it applies. */
export async function startLedger(owned: AsyncDisposableStack): Promise<Ledger> {
  const applied = new Map<string, number>();
  let calls = 0;
  const sandbox = owned.use(
    await startSandbox({
      port: 0,
      rateLimit: { kind: 'none' },
      searchLagMs: 0,
      onExchange: ({ method, path, status, body }) => {
        if (path.startsWith('/api/v2/')) calls += 1;
        if (method === 'PATCH' && status === 200)
          for (const mark of marksIn(body)) applied.set(mark, (applied.get(mark) ?? 0) + 1);
      },
    }),
  );
  const issued = await sandbox.issueToken('john.doe@gmail.com');
  return { sandbox, token: `${issued?.access_token}`, applied, calls: () => calls };
}

export type Told = 'applied' | 'unknown' | 'in progress' | 'not applied' | 'no answer';

/** Sends the update with this mark, under its own key where it is to have one. */
export async function submit(
  url: string,
  { token }: Ledger,
  mark: string,
  { keyed }: { readonly keyed: boolean },
): Promise<Told> {
  const query = `mutation ($input: UpdateUserInput!, $key: String) {
    updateUser(id: "${johnId}", input: $input, idempotencyKey: $key) { ... on UpdateUserSuccess { applied user { userMetadata } } }
  }`;
  const variables = { input: { userMetadata: { [mark]: true } }, key: keyed ? mark : null };
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as {
      data?: { updateUser: { applied: boolean; user: { userMetadata: object } } | null };
      errors?: { extensions: { code: string; applied: string } }[];
    };
    if (data?.updateUser) return mark in data.updateUser.user.userMetadata ? 'applied' : 'not applied';
    const { code, applied } = errors?.[0]?.extensions ?? {};
    if (code === 'IDEMPOTENCY_IN_PROGRESS') return 'in progress';
    return applied === 'NO' ? 'not applied' : 'unknown';
  } catch {
    return 'no answer';
  }
}

function marksIn(body: unknown): string[] {
  const { user_metadata: marks = {} } = (body ?? {}) as { user_metadata?: object };
  return Object.keys(marks);
}
