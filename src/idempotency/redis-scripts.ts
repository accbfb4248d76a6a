import { Script } from '../redis/connection.ts';

/**
 * The steps of a record in Redis, each of them atomic. A record is a hash: fingerprint, state, token (of the holder),
 * lease (its end, by Redis' own clock), payload. One that is only begun ends with its lease.
 */

/** KEYS: the record. ARGV: fingerprint, token, leaseMs. */
export const begin = new Script(`
local record = redis.call('HMGET', KEYS[1], 'fingerprint', 'state', 'lease', 'payload')
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
if not record[1] then
  redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'state', 'begun', 'token', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {'begun'}
end
if record[1] ~= ARGV[1] then return {'other', record[1]} end
if record[2] == 'done' then return {'done', record[4]} end
if record[2] == 'begun' or tonumber(record[3]) > now then return {'running'} end
redis.call('HSET', KEYS[1], 'token', ARGV[2], 'lease', now + ARGV[3])
return {'resumed', record[4]}
`);

/** KEYS: the record. ARGV: token, state it has to be in ('': any), state, payload ('': as it is), leaseMs (0: nobody holds it any more), keepMs. */
export const move = new Script(`
local record = redis.call('HMGET', KEYS[1], 'token', 'state')
if record[1] ~= ARGV[1] or (ARGV[2] ~= '' and record[2] ~= ARGV[2]) then return {'refused'} end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('HSET', KEYS[1], 'state', ARGV[3], 'lease', now + ARGV[5])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'payload', ARGV[4]) end
if ARGV[5] == '0' then redis.call('HDEL', KEYS[1], 'token') end
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return {ARGV[3]}
`);

/** KEYS: the record. ARGV: token. */
export const forget = new Script(`
if redis.call('HGET', KEYS[1], 'token') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return {'forgotten'}
`);
