/** The Lua of webhooks. Every script takes the time (empty: Redis's own) and the base of the ledger's keys first. */
import { PRELUDE } from "../scripts.js";

/**
 * Needs PRELUDE. Keeps which command somebody gave to an endpoint: `at|command|API key|about`. A script that is sent
 * twice keeps it once. What only sends has a list of its own, so that a thousand redeliveries cannot push out who
 * changed the secret.
 */
const COMMANDED = `
local ENDPOINT_COMMANDS_MAX = 100
local SENDING = { test = true, redeliver = true, replay = true }
local function noteCommand(key, operation, command, apiKey, about)
  if apiKey == '' or redis.call('HGET', key, 'op') == operation then return end
  redis.call('HSET', key, 'op', operation)
  local list = key .. (SENDING[command] and ':sendings' or ':history')
  redis.call('RPUSH', list, whole(ledgerNow()) .. '|' .. command .. '|' .. apiKey .. '|' .. about)
  redis.call('LTRIM', list, -ENDPOINT_COMMANDS_MAX, -1)
end
`;

/**
 * Stores a new endpoint. KEYS: index. ARGV: time, base, operation, command, API key (or empty), about, id, most
 * endpoints, pairs. Answers the endpoint, or `full`.
 */
export const CREATE_ENDPOINT = `${PRELUDE}${COMMANDED}
local key = base .. 'we:' .. ARGV[7]
if redis.call('EXISTS', key) == 0 then
  if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[8]) then return 'full' end
  local stamp = whole(ledgerNow())
  redis.call('HSET', key, 'createdAt', stamp, unpack(ARGV, 9))
  if ARGV[5] ~= '' then redis.call('HSET', key, 'createdBy', ARGV[5]) end
  redis.call('ZADD', KEYS[1], stamp, ARGV[7])
  noteCommand(key, ARGV[3], ARGV[4], ARGV[5], ARGV[6])
end
return redis.call('HGETALL', key)
`;

/**
 * Changes an endpoint if it exists; with nothing to change it only keeps that the command was given. KEYS: endpoint.
 * ARGV: time, base, operation, command, API key (or empty), about, number of values to set, then pairs, then fields to
 * remove. Answers the endpoint, or nothing.
 */
export const CHANGE_ENDPOINT = `${PRELUDE}${COMMANDED}
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local count = tonumber(ARGV[7])
if count > 0 then redis.call('HSET', KEYS[1], unpack(ARGV, 8, 7 + count)) end
if #ARGV > 7 + count then redis.call('HDEL', KEYS[1], unpack(ARGV, 8 + count)) end
noteCommand(KEYS[1], ARGV[3], ARGV[4], ARGV[5], ARGV[6])
return redis.call('HGETALL', KEYS[1])
`;

/**
 * Gives an endpoint a new secret; the former one stays valid for a while. KEYS: endpoint. ARGV: time, base, operation,
 * command, API key (or empty), about, secret, overlapMs. Answers the endpoint, or nothing.
 */
export const ROTATE_SECRET = `${PRELUDE}${COMMANDED}
local before = redis.call('HGET', KEYS[1], 'secret')
if not before then return false end
if before ~= ARGV[7] then
  redis.call('HSET', KEYS[1], 'secret', ARGV[7], 'oldSecret', before, 'oldSecretUntil', whole(ledgerNow() + tonumber(ARGV[8])))
end
noteCommand(KEYS[1], ARGV[3], ARGV[4], ARGV[5], ARGV[6])
return redis.call('HGETALL', KEYS[1])
`;

const DISABLING = `
local function disable(key, endpointId, reason, now)
  if redis.call('HEXISTS', key, 'disabledAt') == 1 then return end
  redis.call('HSET', key, 'disabledAt', whole(now), 'disabledReason', reason)
  if reason == 'operator' then return end
  redis.call('HSET', base .. 'wn', 'disabled-' .. endpointId .. '-' .. whole(now),
    cjson.encode({ endpointId = endpointId, reason = reason, atMs = whole(now) }))
end
`;

/**
 * Disables an endpoint. KEYS: endpoint. ARGV: time, base, operation, command, API key (or empty), about, id, reason.
 * Answers the endpoint, or nothing.
 */
export const DISABLE_ENDPOINT = `${PRELUDE}${COMMANDED}${DISABLING}
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
disable(KEYS[1], ARGV[7], ARGV[8], ledgerNow())
noteCommand(KEYS[1], ARGV[3], ARGV[4], ARGV[5], ARGV[6])
return redis.call('HGETALL', KEYS[1])
`;

/**
 * Forgets an endpoint with its deliveries; who deleted which one is kept. KEYS: endpoint. ARGV: time, base, API key (or
 * empty), id. Answers whether there was one.
 */
export const DELETE_ENDPOINT = `${PRELUDE}
local DELETIONS_MAX = 100
local index = base .. 'wd:' .. ARGV[4]
for _, eventId in ipairs(redis.call('ZRANGE', index, 0, -1)) do redis.call('UNLINK', index .. ':' .. eventId) end
local known = redis.call('HMGET', KEYS[1], 'createdAt', 'description')
if known[1] then
  redis.call('RPUSH', base .. 'we-deleted', cjson.encode({ id = ARGV[4], atMs = whole(ledgerNow()), key = ARGV[3],
    description = known[2] or nil }))
  redis.call('LTRIM', base .. 'we-deleted', -DELETIONS_MAX, -1)
end
redis.call('UNLINK', index, KEYS[1] .. ':history', KEYS[1] .. ':sendings')
redis.call('ZREM', base .. 'we', ARGV[4])
return redis.call('DEL', KEYS[1])
`;

/**
 * Records an attempt at a delivery and what it says about the endpoint, in one step. KEYS: delivery. ARGV: time, base,
 * endpoint, event, event type, verdict (`delivered`, `retry`, `exhausted`, `gone`), the attempt as text, delayMs,
 * failingMsMax, ageMsMax, attemptsMax, deliveriesMax, warnings as JSON (`[{days, afterMs}, …]`, rising). Answers
 * `[disabled]` when this attempt disabled the endpoint, `[warned, days]` when it left word that the endpoint only fails,
 * `[missing]` when the endpoint is gone (then nothing is written), else `[recorded]`.
 */
export const RECORD_ATTEMPT = `${PRELUDE}${DISABLING}
local now = ledgerNow()
local stamp = whole(now)
local endpointId, eventId, verdict = ARGV[3], ARGV[4], ARGV[6]
local endpoint, index = base .. 'we:' .. endpointId, base .. 'wd:' .. endpointId
if redis.call('EXISTS', endpoint) == 0 then return { 'missing' } end

local number = redis.call('HINCRBY', KEYS[1], 'attempts', 1)
redis.call('HSET', KEYS[1], 'type', ARGV[5], 'state', verdict, 'a' .. number, number .. '|' .. stamp .. '|' .. ARGV[7])
redis.call('HDEL', KEYS[1], 'a' .. number - tonumber(ARGV[11]))
if verdict == 'retry' then redis.call('HSET', KEYS[1], 'nextAt', whole(now + tonumber(ARGV[8])))
else redis.call('HDEL', KEYS[1], 'nextAt') end
redis.call('PEXPIRE', KEYS[1], ARGV[10])

redis.call('ZADD', index, 'NX', stamp, eventId)
local tooMany = redis.call('ZCARD', index) - tonumber(ARGV[12])
if tooMany > 0 then
  for _, old in ipairs(redis.call('ZRANGE', index, 0, tooMany - 1)) do
    redis.call('ZREM', index, old)
    redis.call('UNLINK', index .. ':' .. old)
  end
end
for _, old in ipairs(redis.call('ZRANGEBYSCORE', index, '-inf', whole(now - tonumber(ARGV[10])), 'LIMIT', 0, 20)) do
  if redis.call('EXISTS', index .. ':' .. old) == 0 then redis.call('ZREM', index, old) end
end

if verdict == 'delivered' then
  redis.call('HDEL', endpoint, 'failingSince', 'failures', 'warnedDays')
  return { 'recorded' }
end
redis.call('HSETNX', endpoint, 'failingSince', stamp)
redis.call('HINCRBY', endpoint, 'failures', 1)
if redis.call('HEXISTS', endpoint, 'disabledAt') == 1 then return { 'recorded' } end
if verdict == 'gone' then disable(endpoint, endpointId, 'gone', now) return { 'disabled' } end
local since = redis.call('HGET', endpoint, 'failingSince')
local failingMs = now - tonumber(since)
if failingMs >= tonumber(ARGV[9]) then disable(endpoint, endpointId, 'failing', now) return { 'disabled' } end
-- Of several warnings that are due, because there was nothing to deliver meanwhile, the latest says it all.
local days = 0
for _, warning in ipairs(cjson.decode(ARGV[13])) do
  if failingMs >= warning.afterMs then days = warning.days end
end
if days <= tonumber(redis.call('HGET', endpoint, 'warnedDays') or '0') then return { 'recorded' } end
redis.call('HSET', endpoint, 'warnedDays', whole(days))
redis.call('HSET', base .. 'wn', 'failing-' .. endpointId .. '-' .. since .. '-' .. whole(days),
  cjson.encode({ endpointId = endpointId, days = days, failingSinceMs = since, atMs = stamp }))
return { 'warned', whole(days) }
`;

/** Notes that a delivery is not tried any more because its endpoint is disabled. KEYS: delivery. ARGV: time, base. */
export const ABANDON_DELIVERY = `${PRELUDE}
if redis.call('HGET', KEYS[1], 'state') ~= 'retry' then return 0 end
redis.call('HSET', KEYS[1], 'state', 'abandoned')
redis.call('HDEL', KEYS[1], 'nextAt')
return 1
`;

/**
 * Takes or renews the right to fan out. KEYS: fan-out. ARGV: time, base, owner, leaseMs. Answers the cursor, or
 * nothing while another process has it.
 */
export const TAKE_FAN_OUT = `${PRELUDE}
local now = ledgerNow()
local owner, untilMs, cursor = unpack(redis.call('HMGET', KEYS[1], 'owner', 'until', 'cursor'))
if owner and owner ~= ARGV[3] and tonumber(untilMs) > now then return false end
redis.call('HSET', KEYS[1], 'owner', ARGV[3], 'until', whole(now + tonumber(ARGV[4])))
return cursor or '0-0'
`;

/**
 * Moves the cursor on, if it still is where the caller read it and the caller still has the right. KEYS: fan-out.
 * ARGV: time, base, owner, from, to. Answers 1, or 0 when another process has gone on meanwhile.
 */
export const ADVANCE_FAN_OUT = `${PRELUDE}
local owner, cursor = unpack(redis.call('HMGET', KEYS[1], 'owner', 'cursor'))
if owner ~= ARGV[3] or (cursor or '0-0') ~= ARGV[4] then return cursor == ARGV[5] and 1 or 0 end
redis.call('HSET', KEYS[1], 'cursor', ARGV[5])
return 1
`;

/** Gives the right back. KEYS: fan-out. ARGV: time, base, owner. */
export const LEAVE_FAN_OUT = `${PRELUDE}
if redis.call('HGET', KEYS[1], 'owner') == ARGV[3] then return redis.call('HDEL', KEYS[1], 'owner', 'until') end
return 0
`;
