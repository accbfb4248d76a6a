/** A gateway, a tenant that keeps a ledger, and the invariants that hold between them whatever goes wrong. */
import { strict as assert } from 'node:assert';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { vi } from 'vitest';
import type { Person } from '../../src/sandbox/sandbox.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startTroubledTenant, type TroubledTenant } from '../support/troubled-tenant.ts';
import { isAnswered, isAudited, isDiscreet, isTrue, isWithinBounds } from './invariants.ts';
import { answersInPeace, type Concluded, isOnce } from './keys.ts';
import {
  type CallerName,
  type Key,
  type Operation,
  type Schedule,
  type Send,
  toTrouble,
  userCount,
  type Write,
} from './schedule.ts';
import { type Answer, appliedOf, type Conclusion, emailOf, isWrite, requestOf, type Sent } from './sent.ts';

const operationTimeoutMs = 1_000;
/** What the machine itself stood still is nobody's fault. */
const latestMs = (stallMs: number) => operationTimeoutMs + 200 + 10 * stallMs;

export type Bench = AsyncDisposable & {
  /** Performs the schedule and throws where an invariant does not hold. */
  run(schedule: Schedule): Promise<void>;
};

export async function startBench(): Promise<Bench> {
  await using started = new AsyncDisposableStack();
  const early: string[] = [];
  let hear = (line: string): void => void early.push(line);
  let tenant: TroubledTenant | undefined;
  const gateway = started.use(
    await startGateway({
      sandbox: { people },
      tenantInFront: async (sandbox) => (tenant = started.use(await startTroubledTenant(sandbox.origin))),
      gateway: { operationTimeoutMs, log: pino({ level: 'trace' }, { write: (line) => hear(line) }) },
    }),
  );
  if (tenant === undefined) throw new Error('Expected a tenant in front.');
  const tokens = {
    admin: String(await gateway.tokenOf({ email: emailOf('admin') })),
    machine: String(await gateway.tokenOf('machine')),
  };
  const bench = new Invariants(gateway, tenant, tokens);
  hear = (line) => bench.hear(line);
  early.forEach(hear);
  const owned = started.move();
  return {
    run: (schedule: Schedule) => bench.run(schedule),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

class Invariants {
  readonly #gateway: TestGateway;
  readonly #tenant: TroubledTenant;
  readonly #tokens: Readonly<Record<CallerName, string>>;
  readonly #lines: string[] = [];
  /** By the id of the request. */
  readonly #audit = new Map<string, Conclusion[]>();
  #count = 0;

  constructor(gateway: TestGateway, tenant: TroubledTenant, tokens: Readonly<Record<CallerName, string>>) {
    this.#gateway = gateway;
    this.#tenant = tenant;
    this.#tokens = tokens;
  }

  /** A line of the log. */
  hear(line: string): void {
    this.#lines.push(line);
    const { event, requestId, applied, code } = JSON.parse(line);
    if (event !== 'audit') return;
    const conclusion = { applied, code, at: performance.now(), calls: this.#tenant.ledger.length };
    this.#audit.set(requestId, [...(this.#audit.get(requestId) ?? []), conclusion]);
  }

  async run(schedule: Schedule): Promise<void> {
    this.#count++;
    const pending: Promise<void>[] = [];
    const stalls = monitorEventLoopDelay({ resolution: 10 });
    stalls.enable();
    const performed = schedule.map((operation, at) => this.#perform(operation, this.#markOf(at), pending));
    const sent = (await Promise.all(performed)).flat();
    await this.#untilOver(sent, () => stalls.max / 1e6);
    stalls.disable();
    // What is late is done, and only then is it clear what became of the writes.
    await sleep(50);
    await Promise.all(pending);
    for (const each of sent) {
      const calls = this.#tenant.ledger.filter(({ operation }) => operation === each.id);
      const told = this.#audit.get(each.id) ?? [];
      isAnswered(each, latestMs(stalls.max / 1e6));
      isAudited(each, told, calls);
      if (isWrite(each.operation)) isTrue(each, each.operation.kind, told, calls);
      isWithinBounds(each, calls);
      isDiscreet(each.answer?.text ?? '');
    }
    this.#tenant.clear();
    await this.#isBack();
    await this.#isOnce(schedule, sent);
    for (const line of this.#lines.splice(0)) isDiscreet(line);
  }

  #markOf(at: number): string {
    return `run-${this.#count}-${at}`;
  }

  async #perform(operation: Operation, mark: string, pending: Promise<void>[]): Promise<Sent[]> {
    const sent: Promise<Sent>[] = [];
    for (const [at, send] of operation.sends.entries()) {
      const before = send.waits ? [...sent] : [];
      sent.push(Promise.all(before).then(() => this.#send(`${mark}-${at}`, operation, mark, send, pending)));
    }
    return Promise.all(sent);
  }

  async #send(
    id: string,
    operation: Operation,
    mark: string,
    send: Send,
    pending: Promise<void>[],
  ): Promise<Sent> {
    this.#tenant.troubleFor(id, ...send.steps.map((step) => toTrouble(step, pending)));
    await sleep(send.afterMs);
    const sentAt = performance.now();
    const { leavesAfterMs } = send;
    const signal = leavesAfterMs === null ? null : AbortSignal.timeout(leavesAfterMs);
    const answer = await this.#ask(id, operation, mark, signal).catch((error: unknown) => {
      if (signal?.aborted) return null;
      throw error;
    });
    return { id, operation, send, sentAt, answer };
  }

  async #ask(
    id: string,
    { kind, user, key }: Pick<Operation, 'kind' | 'user' | 'key'>,
    mark: string,
    signal: AbortSignal | null = null,
  ): Promise<Answer> {
    const start = performance.now();
    const response = await fetch(`${this.#gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${this.#tokens[key?.caller ?? 'admin']}`,
        'x-request-id': id,
      },
      body: JSON.stringify(requestOf(mark, kind, idOf(user), key && this.#textOf(key))),
      signal,
    });
    const text = await response.text();
    return { status: response.status, text, ms: performance.now() - start };
  }

  /** The callers have the same keys, and each their own all the same. */
  #textOf({ number }: Key): string {
    return `run-${this.#count}-key-${number}`;
  }

  /** Whose client has left goes on as long as any other. */
  async #untilOver(sent: readonly Sent[], stallMs: () => number): Promise<void> {
    const isOver = ({ id, answer, sentAt }: Sent) =>
      answer !== null || this.#audit.has(id) || performance.now() > sentAt + latestMs(stallMs());
    while (!sent.every(isOver)) await sleep(10);
  }

  /** I7. */
  async #isBack(): Promise<void> {
    let tries = 0;
    await vi.waitFor(
      async () => {
        const kind: Write = { changes: 'metadata', isKnown: true };
        const id = `back-${this.#count}-${++tries}`;
        const answer = await this.#ask(id, { kind, user: 0, key: null }, id);
        assert.equal(appliedOf(answer), 'YES');
      },
      { timeout: 5_000, interval: 100 },
    );
  }

  /** I2, also for who comes once more when all is over. */
  async #isOnce(schedule: Schedule, sent: readonly Sent[]): Promise<void> {
    const keyed = schedule.filter(({ key }) => key !== null);
    const byKey = Map.groupBy(keyed, ({ key }) => JSON.stringify(key));
    for (const operations of byKey.values()) {
      const all = this.#concluded(sent.filter(({ operation }) => operations.includes(operation)));
      for (const operation of operations) {
        const expected = answersInPeace(operation, all, this.#tenant.ledger);
        const mark = this.#markOf(schedule.indexOf(operation));
        const send: Send = { waits: true, afterMs: 0, leavesAfterMs: null, steps: [] };
        const last = await this.#send(`${mark}-last`, operation, mark, send, []);
        all.push(...this.#concluded([last]));
        const { code, applied } = all.at(-1)?.conclusion ?? {};
        assert.ok(
          expected.includes(code ?? applied ?? ''),
          `expected ${expected.join(' or ')}, got ${code ?? applied}: ${JSON.stringify(all)}`,
        );
      }
      isOnce(all, this.#tenant.ledger);
    }
  }

  /** Without those that never arrived. */
  #concluded(sent: readonly Sent[]): Concluded[] {
    return sent.flatMap((each) => {
      const conclusion = this.#audit.get(each.id)?.[0];
      return conclusion ? [{ ...each, conclusion }] : [];
    });
  }
}

/** Nobody among them refuses an update, which would look like one that failed. */
const people: readonly Person[] = [
  { ...person('admin'), permissions: ['read:users', 'update:users'] },
  ...Array.from({ length: userCount }, (_, user) => person(`${user}`)),
];

function person(name: string): Person {
  return {
    user_id: idOf(name),
    email: emailOf(name),
    // What was written is told by what has moved.
    updated_at: '2026-01-01T00:00:00.000Z',
    identities: [
      { connection: 'Username-Password-Authentication', user_id: name, provider: 'auth0', isSocial: false },
    ],
  };
}

function idOf(user: number | string): string {
  return `auth0|${user}`;
}
