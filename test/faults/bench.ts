/** A gateway, a tenant that keeps a ledger, and the invariants that hold between them whatever goes wrong. */
import { strict as assert } from 'node:assert';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { vi } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';
import {
  isRefusal,
  type Operation,
  passwordCanary,
  type Schedule,
  toTrouble,
  upstreamCanary,
  userCount,
  type Write,
} from './schedule.ts';

const operationTimeoutMs = 1_000;

type Told = {
  readonly id: string;
  readonly operation: Operation;
  readonly status: number;
  readonly text: string;
  readonly ms: number;
};

export type Bench = AsyncDisposable & {
  /** Performs the schedule and throws where an invariant does not hold. */
  run(schedule: Schedule): Promise<void>;
};

export async function startBench(): Promise<Bench> {
  await using started = new AsyncDisposableStack();
  const lines: string[] = [];
  let tenant: TroubledTenant | undefined;
  const gateway = started.use(
    await startGateway({
      tenantInFront: async (sandbox) => (tenant = started.use(await startTroubledTenant(sandbox.origin))),
      gateway: {
        operationTimeoutMs,
        log: pino({ level: 'trace' }, { write: (line) => void lines.push(line) }),
      },
    }),
  );
  if (tenant === undefined) throw new Error('Expected a tenant in front.');
  const token = await gateway.tokenOf({ email: 'admin@example.com' });
  const bench = new Invariants(gateway, tenant, String(token), lines);
  const owned = started.move();
  return {
    run: (schedule: Schedule) => bench.run(schedule),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

class Invariants {
  readonly #gateway: TestGateway;
  readonly #tenant: TroubledTenant;
  readonly #token: string;
  readonly #lines: string[];
  /** Those whose password can be changed. */
  readonly #users: readonly string[];
  #count = 0;

  constructor(gateway: TestGateway, tenant: TroubledTenant, token: string, lines: string[]) {
    this.#gateway = gateway;
    this.#tenant = tenant;
    this.#token = token;
    this.#lines = lines;
    this.#users = gateway.sandbox.people.map(({ userId }) => userId).filter((id) => id.startsWith('auth0|'));
    assert.ok(this.#users.length >= userCount);
  }

  async run(schedule: Schedule): Promise<void> {
    const pending: Promise<void>[] = [];
    const stalls = monitorEventLoopDelay({ resolution: 10 });
    stalls.enable();
    const told = await Promise.all(schedule.map((operation) => this.#perform(operation, pending)));
    stalls.disable();
    // What is late is done, and only then is it clear what became of the writes.
    await sleep(50);
    await Promise.all(pending);
    for (const each of told) {
      this.#isAnswered(each, stalls.max / 1e6);
      if (isWrite(each.operation)) this.#isTrue(each, each.operation.kind);
      this.#isWithinBounds(each);
      isDiscreet(each.text);
    }
    for (const line of this.#lines.splice(0)) isDiscreet(line);
    this.#tenant.clear();
    await this.#isBack();
  }

  async #perform(operation: Operation, pending: Promise<void>[]): Promise<Told> {
    const id = `op-${++this.#count}`;
    this.#tenant.troubleFor(id, ...operation.steps.map((step) => toTrouble(step, pending)));
    await sleep(operation.startsAfterMs);
    return { id, operation, ...(await this.#ask(id, operation)) };
  }

  async #ask(id: string, { kind, user }: Pick<Operation, 'kind' | 'user'>) {
    const start = performance.now();
    const response = await fetch(`${this.#gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${this.#token}`,
        'x-request-id': id,
      },
      body: JSON.stringify(requestOf(id, kind, this.#users[user] ?? '')),
    });
    const text = await response.text();
    return { status: response.status, text, ms: performance.now() - start };
  }

  /** I1 and I5. What the machine itself stood still is nobody's fault. */
  #isAnswered({ status, text, ms }: Told, stallMs: number): void {
    assert.ok(ms < operationTimeoutMs + 200 + 10 * stallMs, `answered after ${ms} ms`);
    assert.equal(status, 200);
    const { data, errors, ...rest } = JSON.parse(text) as {
      data: Record<string, unknown>;
      errors?: Failure[];
    };
    assert.deepEqual(rest, {});
    const [value] = Object.values(data);
    assert.ok(errors === undefined || value === null, text);
    for (const { extensions } of errors ?? []) {
      assert.match(extensions.code, /^(UPSTREAM_|WRITE_OUTCOME_UNKNOWN|CREDENTIALS_UNAVAILABLE)/);
    }
  }

  /** I3, and that nothing is ever done twice. */
  #isTrue({ id, text, operation }: Told, { changes }: Write): void {
    const patches = this.#tenant.ledger.filter(
      ({ operation, method }) => operation === id && method === 'PATCH',
    );
    const done = patches.reduce((sum, patch) => sum + patch.done, 0);
    const applied = appliedOf(text);
    const story = JSON.stringify({ id, text, operation, done });
    assert.ok(done <= 1, story);
    assert.ok(applied === 'YES' || applied === 'NO' || applied === 'UNKNOWN', story);
    if (applied !== 'UNKNOWN') assert.equal(done, applied === 'YES' ? 1 : 0, story);
    const calls = this.#tenant.ledger.filter((call) => call.operation === id);
    const processed = calls.filter((call, turn) => {
      const step = operation.steps[turn];
      return call.method === 'PATCH' && !(step && isRefusal(step));
    });
    assert.ok(processed.length <= (changes === 'password' ? 1 : 2), story);
  }

  /** I6: three attempts and one wait, each perhaps with another token; a write is a read, and twice a write and a read. */
  #isWithinBounds({ id, operation }: Told): void {
    const calls = this.#tenant.ledger.filter((call) => call.operation === id).length;
    assert.ok(calls <= (isWrite(operation) ? 8 + 2 * (4 + 8) : 8), `${calls} calls`);
  }

  /** I7. */
  async #isBack(): Promise<void> {
    await vi.waitFor(
      async () => {
        const kind: Write = { changes: 'metadata', isKnown: true };
        const { text } = await this.#ask(`back-${++this.#count}`, { kind, user: 0 });
        assert.equal(appliedOf(text), 'YES');
      },
      { timeout: 5_000, interval: 100 },
    );
  }
}

type Failure = { readonly extensions: { readonly code: string; readonly applied?: string } };

function isWrite(operation: Operation): operation is Operation & { readonly kind: Write } {
  return typeof operation.kind === 'object';
}

/** Every value is one that nothing else writes: what is found must have been written by this very operation. */
function requestOf(id: string, kind: Operation['kind'], user: string): object {
  if (kind === 'by-email') return { query: '{ usersByEmail(email: "john.doe@gmail.com") { id } }' };
  if (kind === 'search') return { query: '{ users(first: 2) { nodes { id } } }' };
  if (kind === 'read')
    return { query: 'query ($user: ID!) { user(id: $user) { id userMetadata } }', variables: { user } };
  const input = {
    metadata: { userMetadata: { mark: id } },
    name: { name: id, userMetadata: { [id]: null } },
    password: { password: `${passwordCanary}-${id}` },
  }[kind.changes];
  return {
    query: `mutation ($user: ID!, $input: UpdateUserInput!) {
      updateUser(id: $user, input: $input) {
        ... on UpdateUserSuccess { applied user { id } ${kind.isKnown ? 'changedFields' : ''} }
        ... on UserError { message }
      }
    }`,
    variables: { user, input },
  };
}

function appliedOf(text: string): string | undefined {
  const { data, errors } = JSON.parse(text) as {
    data: { updateUser: { applied?: boolean } | null };
    errors?: Failure[];
  };
  if (errors !== undefined) return errors[0]?.extensions.applied;
  return data.updateUser?.applied === true ? 'YES' : 'NO';
}

/** I4. */
function isDiscreet(text: string): void {
  for (const canary of [upstreamCanary, passwordCanary, 'gateway-secret', 'Bearer ey']) {
    assert.ok(!text.includes(canary), `${canary} was told`);
  }
}
