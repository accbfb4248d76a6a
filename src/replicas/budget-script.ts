import { Script } from '../redis/connection.ts';

/**
 * A bucket that replicas have in common, as `pacing/local-budget.ts` is one process's. It is kept as one value: tokens
 * and when they were counted, by Redis' own clock; its rate; the pause after a 429; how many calls were granted and how
 * many of them not given back; and of each replica how far it has come, what it waits for, and when it last asked.
 *
 * Replicas that wait take turns, as in start-time fair queuing: each call moves its replica on by one, who has come
 * less far goes first, and who wanted nothing for a while starts where the others are. A turn is kept for a moment for
 * whoever was told to come for it.
 *
 * KEYS: the bucket. ARGV: the question, as JSON; see `Question`.
 */
export const settle = new Script(`
local ask = cjson.decode(ARGV[1])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
if ask.before and now > ask.before then return cjson.encode({ isLate = true, now = now }) end

local kept = redis.call('GET', KEYS[1])
local isReadable, bucket = pcall(cmsgpack.unpack, kept or '')
local isNew = not isReadable or type(bucket) ~= 'table'
if isNew then
  bucket = { tokens = ask.tokens, at = now, perMs = ask.perMs, granted = 0, sent = 0, turn = 0,
    pausedUntil = 0, probeAt = 0, pausedAt = 0, loweredAt = 0, replicas = {} }
end
local replicas = bucket.replicas

local passed = math.max(0, now - bucket.at)
bucket.at = now
bucket.tokens = math.min(ask.most, bucket.tokens + passed * bucket.perMs)
bucket.perMs = math.min(ask.perMs, bucket.perMs + passed / ask.recoveryMs * ask.perMs)

local join = ask.join
if join and not isNew then
  if passed > ask.goneMs then
    -- All were by themselves: what is left is what each has left.
    bucket.tokens = math.min(bucket.tokens, ask.tokens)
    replicas = {}
    bucket.replicas = replicas
  elseif join.isBack and not replicas[ask.replica] then
    bucket.tokens = bucket.tokens + ask.tokens
  else
    bucket.tokens = bucket.tokens - math.min(join.used, join.missing)
  end
end

bucket.tokens = bucket.tokens + ask.returned
bucket.sent = bucket.sent - ask.returned
if ask.answered > bucket.pausedAt then bucket.pausedUntil = math.min(bucket.pausedUntil, now) end
local reading = ask.reading
if reading then
  -- One more than it says, since it says whole calls.
  local left = reading.remaining + 1 + reading.ageMs * bucket.perMs - math.max(0, bucket.sent - reading.sent)
  bucket.tokens = math.min(bucket.tokens, math.max(0, left))
end
local refusal = ask.refusal
if refusal then
  bucket.pausedUntil = math.max(bucket.pausedUntil, now + refusal.ms)
  bucket.probeAt = now + ask.probeEveryMs
  bucket.pausedAt = bucket.granted
  bucket.tokens = math.min(bucket.tokens, 0)
  if refusal.count > bucket.loweredAt then
    bucket.loweredAt = bucket.granted
    local halved = math.min(math.max(bucket.perMs / 2, refusal.least), refusal.most)
    bucket.perMs = math.min(bucket.perMs, math.max(halved, ask.slowestPerMs))
  end
end
bucket.tokens = math.min(ask.most, bucket.tokens)

local function isWaiting(replica) return replica.wants > 0 and replica.untilMs > now end
local me = replicas[ask.replica] or { come = 0, wants = 0, untilMs = 0 }
me.seenAt = now
if not isWaiting(me) then me.come = math.max(me.come, bucket.turn) end
replicas[ask.replica] = me
if ask.isLeaving then replicas[ask.replica] = nil end

local present = 0
local waiting = {}
for id, replica in pairs(replicas) do
  if now - replica.seenAt > ask.forgetMs then
    replicas[id] = nil
  else
    if now - replica.seenAt <= ask.presentMs then present = present + 1 end
    if id ~= ask.replica and isWaiting(replica) then table.insert(waiting, replica) end
  end
end

-- How many calls of others go before so many of this one's.
local function ahead(calls)
  local sum = 0
  for _, other in ipairs(waiting) do
    sum = sum + math.min(other.wants, math.max(0, me.come + calls - 1 - other.come))
  end
  return sum
end

local pausedMs = math.max(0, bucket.pausedUntil - now)
local granted, most = 0, ask.wanted
if pausedMs > 0 then most = now >= bucket.probeAt and math.min(1, ask.wanted) or 0 end
while granted < most do
  local middle = math.ceil((granted + most) / 2)
  if middle + ahead(middle) <= bucket.tokens + ask.tolerance then granted = middle else most = middle - 1 end
end
local total = granted
if granted > 0 and granted == ask.wanted and pausedMs == 0 and #waiting == 0 then
  local spare = math.floor(math.min(bucket.tokens - granted, ask.reserve) / (2 * math.max(1, present)))
  total = granted + math.max(0, math.min(ask.inAdvance, spare))
end
if total > 0 then
  bucket.tokens = bucket.tokens - total
  bucket.granted = bucket.granted + total
  bucket.sent = bucket.sent + total
  me.come = me.come + total
  bucket.turn = math.max(bucket.turn, me.come - 1)
  if pausedMs > 0 then bucket.probeAt = now + ask.probeEveryMs end
end

local probeMs = math.max(0, bucket.probeAt - now)
local refillMs = (1 + ahead(1) - bucket.tokens) / bucket.perMs
if ask.wanted > 0 then
  me.wants = ask.wanted - granted
  me.untilMs = now + math.max(0, refillMs, math.min(pausedMs, probeMs)) + ask.turnMs
end

redis.call('SET', KEYS[1], cmsgpack.pack(bucket), 'PX', string.format('%.0f', ask.keepMs))
return cjson.encode({
  isLate = false,
  now = now,
  granted = total,
  count = bucket.granted,
  sent = bucket.sent,
  pausedMs = pausedMs,
  probeMs = probeMs,
  refillMs = refillMs,
  intervalMs = (1 + #waiting) / bucket.perMs,
  tokens = bucket.tokens,
  perMs = bucket.perMs,
  replicas = present,
})
`);

/** What a replica asks and tells. */
export type Question = {
  readonly replica: string;
  /** When nobody waits for the answer any more, by Redis' clock: then nothing is done. */
  readonly before?: number;
  readonly wanted: number;
  /** Of those that are to spare, how many more. */
  readonly inAdvance: number;
  /** Calls that were granted and not sent. */
  readonly returned: number;
  /** What there is, as far as this replica alone can tell: for where nothing is known. */
  readonly tokens: number;
  /** The replica was by itself: how many calls it made, and how many its share lacks. */
  readonly join?: { readonly used: number; readonly missing: number; readonly isBack: boolean };
  /** The last call that was answered, by its number. */
  readonly answered: number;
  /** What an answer told of the tenant's bucket, and how many calls had been sent. */
  readonly reading?: { readonly remaining: number; readonly ageMs: number; readonly sent: number };
  /** A 429, to a call by its number, and between which rates the tenant's own must lie. */
  readonly refusal?: Refusal;
  readonly isLeaving?: boolean;
};

export type Refusal = {
  readonly ms: number;
  readonly count: number;
  readonly least: number;
  readonly most: number;
};

/** An answer to nobody tells the time alone. */
export type Reply = Answer | { readonly isLate: true; readonly now: number };

export type Answer = {
  readonly isLate: false;
  /** By Redis' clock. */
  readonly now: number;
  /** Those in advance included. */
  readonly granted: number;
  readonly count: number;
  readonly sent: number;
  readonly pausedMs: number;
  readonly probeMs: number;
  readonly refillMs: number;
  readonly intervalMs: number;
  readonly tokens: number;
  readonly perMs: number;
  /** How many there are. */
  readonly replicas: number;
};
