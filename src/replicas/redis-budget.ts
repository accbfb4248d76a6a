import { randomUUID } from 'node:crypto';
import {
  probeEveryMs,
  ratesOf,
  recoveryMs,
  reserveOf,
  slowestPerMs,
  tolerance,
} from '../pacing/bucket-rules.ts';
import type { Grant, Rate, Reading, TenantBudget, Ticket } from '../pacing/budget.ts';
import { type Clock, systemClock } from '../pacing/clock.ts';
import { LocalBudget } from '../pacing/local-budget.ts';
import { type RedisConnection, RedisUnavailable } from '../redis/connection.ts';
import { type Answer, type Question, type Refusal, type Reply, settle } from './budget-script.ts';

/** How long a call may be kept waiting for Redis. */
const patienceMs = 100;
/** How often a replica that has nothing to ask shows that it is there. */
const beatMs = 500;
/** For how long calls are taken in advance. */
const advanceMs = 100;

/** The same for all replicas. */
const terms = {
  recoveryMs,
  slowestPerMs,
  probeEveryMs,
  tolerance,
  /** Where nobody has asked for so long, all replicas have been by themselves. */
  goneMs: 2 * beatMs,
  presentMs: 6 * beatMs,
  /** After that, a replica that comes is a new one. */
  forgetMs: 600_000,
  /** How late a replica may come for its turn. */
  turnMs: 250,
  keepMs: 600_000,
};

export type RedisBudgetOptions = {
  readonly redis: Pick<RedisConnection, 'health' | 'onChange' | 'run'>;
  /** Of the bucket: the same in all replicas. */
  readonly key: string;
  readonly rate: Rate;
  /** Told when this replica begins to share the bucket, and when it goes on by itself, as one of so many. */
  readonly onChange?: (change: { readonly isShared: boolean; readonly replicas: number }) => void;
  readonly clock?: Clock;
};

/** A ticket of the shared bucket: how many of the calls granted by then were not given back. */
type SharedTicket = Ticket & { readonly sent: number };
type Advance = { calls: number; readonly ticket: SharedTicket; readonly endsAt: number };

const atOnce = { pausedMs: 0, probeMs: 0, refillMs: 0, intervalMs: 0 };

/**
 * One budget of all replicas, kept in Redis. Whatever keeps Redis from answering within a moment, the replica goes on at
 * once by itself, with its share of the rate: one n-th, n being the replicas there were. It comes back with the next
 * answer, and what it has used meanwhile is accounted for.
 */
export class RedisBudget implements TenantBudget, AsyncDisposable {
  readonly #redis: RedisBudgetOptions['redis'];
  readonly #key: string;
  readonly #rate: Rate;
  readonly #onChange: NonNullable<RedisBudgetOptions['onChange']>;
  readonly #clock: Clock;
  readonly #replica = randomUUID();
  readonly #stopWatching: () => void;
  #stopBeat = () => {};
  /** While it is by itself. `used`: calls granted meanwhile. */
  #alone: { readonly budget: LocalBudget; used: number } | null;
  /** The last answer, and when it was given. */
  #last: (Answer & { readonly at: number }) | null = null;
  /** How far Redis' clock is ahead of this one, or a little less. */
  #aheadMs = Number.NEGATIVE_INFINITY;
  #limit = Number.POSITIVE_INFINITY;
  #advance: Advance | null = null;
  /** Calls of late, which are as many as are likely to be wanted next. */
  #recent = { calls: 0, since: Number.NEGATIVE_INFINITY };
  // To be told with the next question.
  #returned = 0;
  #answered = 0;
  #reading: { readonly remaining: number; readonly at: number; readonly sent: number } | null = null;
  #refusal: Refusal | null = null;
  /** How many refusals there were. */
  #refusals = 0;
  #isBeating = false;

  constructor({ redis, key, rate, onChange = () => {}, clock = systemClock }: RedisBudgetOptions) {
    this.#redis = redis;
    this.#key = key;
    this.#rate = rate;
    this.#onChange = onChange;
    this.#clock = clock;
    this.#alone = { budget: new LocalBudget(rate, this.#now), used: 0 };
    this.#stopWatching = redis.onChange(({ away }) => {
      if (away === null) void this.#show();
      else this.#goOnAlone();
    });
    this.#beat();
  }

  readonly #now = () => this.#clock.now();

  take(wanted: number): Grant | Promise<Grant> {
    if (this.#recent.since < this.#now() - advanceMs) this.#recent = { calls: 0, since: this.#now() };
    this.#recent.calls += wanted;
    return this.#takeInAdvance(wanted) ?? (this.#alone ? this.#takeAlone(wanted) : this.#takeShared(wanted));
  }

  giveBack(): void {
    if (this.#alone) {
      this.#alone.used--;
      this.#alone.budget.giveBack();
    } else if (this.#advance) {
      this.#advance.calls++;
    } else {
      this.#returned++;
    }
  }

  correct(ticket: Ticket, reading: Reading | null): void {
    if (this.#alone) return this.#alone.budget.correct(this.#ofOneAlone(ticket), reading);
    if (!isShared(ticket)) return;
    this.#answered = Math.max(this.#answered, ticket.count);
    if (reading === null) return;
    this.#limit = reading.limit;
    const told = { remaining: reading.remaining, at: ticket.at, sent: ticket.sent };
    if (this.#reading === null || this.#leastOf(told) < this.#leastOf(this.#reading)) this.#reading = told;
  }

  pause(ticket: Ticket, ms: number, reading: Reading | null): void {
    this.#refusals++;
    this.#advance = null;
    if (reading) this.#limit = reading.limit;
    if (this.#alone) return this.#alone.budget.pause(this.#ofOneAlone(ticket), ms, reading);
    const { least, most } = ratesOf(reading);
    const count = isShared(ticket) ? ticket.count : 0;
    const refusal = { ms, count, least, most: Math.min(most, fastestPerMs) };
    if (this.#refusal === null || count > this.#refusal.count || ms > this.#refusal.ms)
      this.#refusal = refusal;
    // All replicas are to hear of it, whether this one has more to ask or not.
    void this.#ask({ wanted: 0 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopBeat();
    this.#stopWatching();
    this.#giveUpAdvance();
    if (!this.#alone) await this.#ask({ wanted: 0, isLeaving: true });
  }

  #takeInAdvance(wanted: number): Grant | null {
    const advance = this.#advance;
    if (advance === null || advance.calls === 0 || advance.endsAt <= this.#now()) return null;
    const granted = Math.min(wanted, advance.calls);
    advance.calls -= granted;
    return { granted, ticket: advance.ticket, forecast: atOnce };
  }

  #takeAlone(wanted: number): Grant {
    const alone = this.#alone ?? this.#goOnAlone();
    const grant = alone.budget.take(wanted);
    alone.used += grant.granted;
    return grant;
  }

  async #takeShared(wanted: number): Promise<Grant> {
    const at = this.#now();
    const refusals = this.#refusals;
    this.#giveUpAdvance();
    const answer = await this.#ask({ wanted, inAdvance: this.#recent.calls });
    if (answer === null) return this.#takeAlone(wanted);
    const { count, sent, pausedMs, probeMs, refillMs, intervalMs } = answer;
    const ticket: SharedTicket = { at, count, sent };
    if (refusals !== this.#refusals) {
      // Granted before the tenant refused a call, and not to be sent after it.
      this.#returned += answer.granted;
      return { granted: 0, ticket, forecast: atOnce };
    }
    const granted = Math.min(wanted, answer.granted);
    if (answer.granted > granted) this.#keepInAdvance(answer.granted - granted, ticket);
    return { granted, ticket, forecast: { pausedMs, probeMs, refillMs, intervalMs } };
  }

  #keepInAdvance(calls: number, ticket: SharedTicket): void {
    this.#giveUpAdvance();
    this.#advance = { calls, ticket, endsAt: this.#now() + advanceMs };
  }

  #giveUpAdvance(): void {
    this.#returned += this.#advance?.calls ?? 0;
    this.#advance = null;
  }

  #beat(): void {
    this.#stopBeat = this.#clock.after(beatMs, () => {
      void this.#show();
      this.#beat();
    });
  }

  /** Tells that it is there, and whatever else there is to tell. */
  async #show(): Promise<void> {
    if (this.#isBeating || this.#redis.health.away !== null) return;
    this.#isBeating = true;
    if (this.#advance && this.#advance.endsAt <= this.#now()) this.#giveUpAdvance();
    await this.#ask({ wanted: 0 });
    this.#isBeating = false;
  }

  /** `null`: there is no answer, and the replica is by itself. */
  async #ask(more: Pick<Question, 'wanted' | 'isLeaving'> & { inAdvance?: number }): Promise<Answer | null> {
    const question = { ...this.#question(), ...more };
    try {
      const text = await this.#redis.run(settle, this.#key, [JSON.stringify(question)], patienceMs);
      const answer = JSON.parse(String(text)) as Reply;
      // Each tells a little less than it is, by what the answer took. Clocks drift apart, and are set.
      this.#aheadMs = Math.max(answer.now - this.#now(), this.#aheadMs - 1);
      if (answer.isLate) throw new RedisUnavailable('Redis was asked too late');
      this.#last = { ...answer, at: this.#now() };
      this.#comeBack(question.join?.used ?? 0);
      return answer;
    } catch {
      const { budget } = this.#goOnAlone();
      if (question.refusal) budget.pause(unknownTicket(this.#now()), question.refusal.ms, null);
      return null;
    }
  }

  /** What is told is told once, even where it is not known to have arrived: a call too few is better than one too many. */
  #question(): Question & typeof terms & { most: number; perMs: number; reserve: number } {
    const { burst } = this.#rate;
    const perMs = this.#rate.perSecond / 1_000;
    const held = Math.min(burst, this.#limit);
    const reserve = reserveOf(held, perMs);
    const reading = this.#reading;
    const level = this.#alone?.budget.level();
    const pausedMs = this.#alone?.budget.take(0).forecast.pausedMs ?? 0;
    const refusal = pausedMs > 0 ? { ms: pausedMs, count: 0, least: 0, most: fastestPerMs } : this.#refusal;
    const question = {
      ...terms,
      replica: this.#replica,
      ...(this.#last && { before: this.#now() + this.#aheadMs + patienceMs }),
      most: Math.max(1, held - reserve),
      perMs,
      reserve,
      wanted: 0,
      inAdvance: 0,
      returned: this.#returned,
      tokens: level ? level.left : this.#share(this.#last?.tokens ?? 0),
      ...(this.#alone &&
        level && {
          join: { used: this.#alone.used, missing: level.missing, isBack: this.#last !== null },
        }),
      answered: this.#answered,
      ...(reading && {
        reading: { remaining: reading.remaining, ageMs: this.#now() - reading.at, sent: reading.sent },
      }),
      ...(refusal && { refusal }),
    };
    this.#returned = 0;
    this.#reading = null;
    this.#refusal = null;
    return question;
  }

  /** @param used of the calls it made by itself, those that Redis has been told of */
  #comeBack(used: number): void {
    if (!this.#alone) return;
    this.#returned -= this.#alone.used - used;
    this.#alone = null;
    this.#onChange({ isShared: true, replicas: this.#replicas });
  }

  #goOnAlone() {
    if (this.#alone) return this.#alone;
    const { perSecond, burst } = this.#rate;
    const perSecondNow = Math.min(perSecond, (this.#last?.perMs ?? fastestPerMs) * 1_000);
    const rate = { burst: burst / this.#replicas, perSecond: perSecondNow / this.#replicas };
    const budget = new LocalBudget(rate, this.#now, this.#share(this.#last?.tokens ?? 0));
    const pausedMs = this.#last ? this.#last.at + this.#last.pausedMs - this.#now() : 0;
    if (pausedMs > 0) budget.pause(unknownTicket(this.#now()), pausedMs, null);
    this.#alone = { budget, used: 0 };
    this.#onChange({ isShared: false, replicas: this.#replicas });
    return this.#alone;
  }

  get #replicas(): number {
    return Math.max(1, this.#last?.replicas ?? 1);
  }

  #share(tokens: number): number {
    return Math.max(0, tokens) / this.#replicas;
  }

  /** Up to what all readings have in common: how many calls it says are left. */
  #leastOf({ remaining, at, sent }: { remaining: number; at: number; sent: number }): number {
    return remaining + sent - at * (this.#last?.perMs ?? 0);
  }

  /** Calls of the shared bucket went before all that this replica made by itself. */
  #ofOneAlone(ticket: Ticket): Ticket {
    return isShared(ticket) ? { at: ticket.at, count: 0 } : ticket;
  }
}

/** Of a call from before this budget, which tells nothing of its rate. */
function unknownTicket(at: number): Ticket {
  return { at, count: 0 };
}

/** For JSON, which knows no infinity: more than any tenant allows. */
const fastestPerMs = 1e6;

function isShared(ticket: Ticket): ticket is SharedTicket {
  return 'sent' in ticket;
}
