/** Random schedules: operations that start about the same time, and what the tenant does with each of their calls. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { answer, hang, reset, type Trouble } from '../support/troubled-tenant.ts';

/** In every text that the tenant says of itself: nobody else may ever repeat it. */
export const upstreamCanary = 'canary-of-the-upstream';
/** In every password: nobody may ever repeat it. */
export const passwordCanary = 'Canary-0f-a-password';

const sharedUsers = 2;
const mostOperations = 6;
export const userCount = sharedUsers + mostOperations;

export type Schedule = readonly Operation[];

export type Operation = {
  readonly kind: 'read' | 'by-email' | 'search' | Write;
  /**
   * Which user: now and then two write to the same one. Passwords are for a user each, since two that are set at the same
   * time cannot be told apart by anybody.
   */
  readonly user: number;
  /** Under which idempotency key, where there is one. Now and then several operations are sent under the same. */
  readonly key: Key | null;
  /** With a key, perhaps several times. */
  readonly sends: readonly Send[];
};

export type Key = { readonly caller: CallerName; readonly number: number };

export const callerNames = ['admin', 'machine'] as const;
export type CallerName = (typeof callerNames)[number];

/** An operation on its way to the gateway, the first time or again. */
export type Send = {
  /** Whether the client first waits for what came of those before. */
  readonly waits: boolean;
  readonly afterMs: number;
  /** When the client goes away, whatever has become of it by then. `null`: it stays. */
  readonly leavesAfterMs: number | null;
  /** One for each call of the tenant; those beyond go well. */
  readonly steps: readonly Step[];
};

/** What an update changes, and whether it asks for what changed, for which the user is read before. */
export type Write = { readonly changes: 'metadata' | 'name' | 'password'; readonly isKnown: boolean };

export type Step = {
  readonly kind: keyof typeof kinds;
  /** Whether, and when, the tenant does what it was asked; `late` is after everybody stopped listening. */
  readonly does: 'nothing' | 'first' | 'late';
  readonly afterMs: number;
};

/** Whether a tenant that answers so may have done something nevertheless, and may do so later. */
type Kind = { readonly instead: Trouble['instead']; readonly may: readonly Step['does'][] };

const refusing = { may: ['nothing'] } as const;
const ending = { may: ['nothing', 'first'] } as const;
const silent = { may: ['nothing', 'first', 'late'] } as const;

const json = { 'content-type': 'application/json' };
const error = (statusCode: number) => ({
  statusCode,
  error: upstreamCanary,
  message: upstreamCanary,
  errorCode: 'oops',
});
const fails = (status: number, headers = {}) => answer(status, error(status), headers);

const kinds = {
  fine: { ...refusing, instead: (_, passOn) => void passOn() },
  'rate without a word': { ...refusing, instead: fails(429) },
  'rate, at once': { ...refusing, instead: fails(429, { 'retry-after': '0' }) },
  'rate, too long': { ...refusing, instead: fails(429, { 'retry-after': '30' }) },
  'token refused': { ...refusing, instead: fails(401) },
  'right refused': { ...refusing, instead: fails(403) },
  'somebody else is asked': { ...refusing, instead: answer(404, upstreamCanary) },
  reset: { ...ending, instead: reset },
  'internal error': { ...ending, instead: fails(500) },
  'bad gateway': { ...ending, instead: answer(502, upstreamCanary) },
  unavailable: { ...ending, instead: fails(503) },
  page: { ...ending, instead: answer(200, `<h1>${upstreamCanary}</h1>`) },
  empty: { ...ending, instead: (response) => void response.writeHead(204).end() },
  redirect: { ...ending, instead: answer(302, '', { location: 'http://127.0.0.1:9/' }) },
  'another user': { ...ending, instead: answer(200, { user_id: 'auth0|other', name: upstreamCanary }) },
  truncated: {
    ...ending,
    instead: (response) => {
      response.writeHead(200, { ...json, 'content-length': 1_000 });
      response.write(`{"user_id":"${upstreamCanary}`, () => response.destroy());
    },
  },
  'gateway timeout': { ...silent, instead: fails(504) },
  hang: { ...silent, instead: hang },
  drip: {
    ...silent,
    instead: (response) => {
      response.writeHead(200, json);
      const timer = setInterval(() => response.write(' '), 50);
      response.once('close', () => clearInterval(timer));
    },
  },
} satisfies Record<string, Kind>;

/** By then whoever asked has looked for it. */
const lateMs = 400;

/** What a tenant does to a call; what is late in it is added to `pending`. */
export function toTrouble({ kind, does, afterMs }: Step, pending: Promise<void>[]): Trouble {
  const { instead } = kinds[kind];
  return {
    applied: does === 'first',
    instead: (response, passOn, apply) => {
      if (does === 'late') pending.push(sleep(lateMs + afterMs).then(apply));
      if (does === 'late') return instead(response, passOn, apply);
      setTimeout(() => instead(response, passOn, apply), afterMs);
    },
  };
}

/** Whether a request that was answered so was certainly not processed, and may be sent again. */
export function isRefusal(step: Step): boolean {
  return ['rate without a word', 'rate, at once', 'token refused'].includes(step.kind);
}

const allKinds = Object.keys(kinds) as Step['kind'][];
const unclearKinds = allKinds.filter((kind) => kinds[kind].may.length > 1);
const fine: Step = { kind: 'fine', does: 'nothing', afterMs: 0 };

function stepOf(among: readonly Step['kind'][]): fc.Arbitrary<Step> {
  return fc.constantFrom(...among).chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      does: fc.constantFrom<Step['does']>(...kinds[kind].may),
      afterMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(1_200) }),
    }),
  );
}

const anySteps = fc.array(stepOf(allKinds), { maxLength: 5 });

const writes: fc.Arbitrary<Write> = fc.record({
  changes: fc.constantFrom('metadata', 'name', 'password'),
  isKnown: fc.boolean(),
});

/** Of a write, mostly the answer to itself is what goes wrong: chance alone would rarely get that far. */
function stepsOfWrite({ readsBefore }: { readonly readsBefore: boolean }): fc.Arbitrary<Step[]> {
  return fc.oneof(
    { weight: 1, arbitrary: anySteps },
    {
      weight: 3,
      arbitrary: fc
        .tuple(stepOf(unclearKinds), anySteps, fc.boolean())
        .map(([step, rest, goesOnWell]) => [
          ...(readsBefore ? [fine] : []),
          step,
          ...(goesOnWell ? [] : rest),
        ]),
    },
  );
}

function sendOf(steps: fc.Arbitrary<Step[]>): fc.Arbitrary<Send> {
  return fc.record({
    waits: fc.boolean(),
    afterMs: fc.nat(200),
    leavesAfterMs: fc.option(fc.nat(1_000), { freq: 4 }),
    steps,
  });
}

const keys: fc.Arbitrary<Key> = fc.record({ caller: fc.constantFrom(...callerNames), number: fc.nat(1) });

const writing = fc.record({ kind: writes, key: fc.option(keys, { freq: 3 }) }).chain(({ kind, key }) =>
  fc.record({
    kind: fc.constant(kind),
    key: fc.constant(key),
    sends: fc.array(sendOf(stepsOfWrite({ readsBefore: kind.isKnown || key !== null })), {
      minLength: 1,
      maxLength: key === null ? 1 : 3,
    }),
  }),
);

const reading = fc.record({
  kind: fc.constantFrom('read' as const, 'by-email' as const, 'search' as const),
  key: fc.constant(null),
  sends: fc.tuple(sendOf(anySteps)),
});

const operations = fc.record({
  does: fc.oneof({ weight: 3, arbitrary: writing }, { weight: 1, arbitrary: reading }),
  user: fc.nat(sharedUsers - 1),
  isAlone: fc.boolean(),
});

export const schedules: fc.Arbitrary<Schedule> = fc
  .array(operations, { minLength: 1, maxLength: mostOperations })
  .map((all) =>
    all.map(({ does, user, isAlone }, at) => ({
      ...does,
      user: setsPassword(does.kind) || (does.key !== null && isAlone) ? sharedUsers + at : user,
    })),
  );

function setsPassword(kind: Operation['kind']): boolean {
  return typeof kind === 'object' && kind.changes === 'password';
}

/** Whether nobody else writes to the user. */
export function isAlone({ user }: Operation): boolean {
  return user >= sharedUsers;
}
