/** The Lua that changes campaigns themselves. Every script takes the time (empty: Redis's own), the base and the id first. */
import { PRELUDE } from "../scripts.js";
import { CAMPAIGN_EVENTS } from "./tally.js";

/** Stores a new draft unless the id is taken. KEYS: campaign. ARGV: time, base, id, then pairs. Answers the campaign. */
export const CREATE_CAMPAIGN = `${PRELUDE}
if redis.call('EXISTS', KEYS[1]) == 0 then
  local stamp = whole(ledgerNow())
  redis.call('HSET', KEYS[1], 'state', 'draft', 'version', '1', 'createdAt', stamp, 'enteredAt', stamp, unpack(ARGV, 4))
  redis.call('ZADD', base .. 'k', 0, ARGV[3])
  local made = redis.call('HMGET', KEYS[1], 'caller', 'retryOf')
  local command = made[2] and 'retry' or 'create'
  redis.call('RPUSH', KEYS[1] .. ':history', stamp .. '|' .. command .. '||draft|' .. (made[1] or ''))
end
return redis.call('HGETALL', KEYS[1])
`;

/**
 * Changes a campaign if it is where the caller may change it. KEYS: campaign. ARGV: time, base, id, operation, to (a state, `same`,
 * `resume` or `cancel`), the states it may be in, then conditions that are empty where they do not matter (version, plan
 * version, plan hash, pause reason), event, number of values to set, the pairs, the fields to remove. Answers `[changed,
 * now, campaign, counts, money]`, `unchanged` likewise when the campaign is there already, `[refused, now, campaign,
 * because]` or `[missing]`.
 */
export const CHANGE_CAMPAIGN = `${PRELUDE}${CAMPAIGN_EVENTS}
local key, id, operation, to, from = KEYS[1], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local now = ledgerNow()
local known = redis.call('HMGET', key, 'state', 'version', 'planVersion', 'planHash', 'pauseReason', 'fed', 'finals',
  'rows', 'startedAt', 'op', 'repriced', 'repricedAgreed')
local state, version, planVersion, planHash, pauseReason = known[1], known[2], known[3], known[4], known[5]
local fed, finals, rows = tonumber(known[6] or '0'), tonumber(known[7] or '0'), tonumber(known[8] or '0')
if not state then return { 'missing' } end
local function answer(kind)
  return { kind, whole(now), redis.call('HGETALL', key), redis.call('HGETALL', key .. ':counts'),
    redis.call('HGETALL', key .. ':money') }
end
local function refuse(because) return { 'refused', whole(now), redis.call('HGETALL', key), because } end

local count = tonumber(ARGV[12])
local set, remove = { unpack(ARGV, 13, 12 + count) }, { unpack(ARGV, 13 + count) }
local patch = {}
for i = 1, count, 2 do patch[set[i]] = set[i + 1] end

-- What a command leads to is told with the name of the API key that gave it, and kept in the campaign's history.
local apiKey, command = patch.commandKey, patch.command
local plainly = tellCampaign
local function tellCampaign(campaign, event, reached, at, more)
  local told = more or {}
  if apiKey then told[#told + 1] = 'key'; told[#told + 1] = apiKey end
  plainly(campaign, event, reached, at, told)
end
if known[10] == operation then return answer('changed') end
-- Asked for twice: the same state, for the same reason, is what the caller wants.
local repeated = to == state and (to == 'paused' and pauseReason == patch.pauseReason
  or (to == 'running' or to == 'scheduled') and planHash == ARGV[9] or to == 'ready' and planHash == patch.planHash)
if repeated or (to == 'cancel' and (state == 'cancelling' or state == 'cancelled')) then return answer('unchanged') end
if to == 'resume' and (state == 'running' or state == 'completing') then return answer('unchanged') end
if not string.find(' ' .. from .. ' ', ' ' .. state .. ' ', 1, true) then return refuse('state') end
if ARGV[7] ~= '' and ARGV[7] ~= version then return refuse('version') end
if ARGV[8] ~= '' and ARGV[8] ~= planVersion then return refuse('plan') end
if ARGV[9] ~= '' and ARGV[9] ~= planHash then return refuse('plan') end
if ARGV[10] ~= '' and ARGV[10] ~= pauseReason then return refuse('state') end
-- Prices rose after the start: it goes on only for a person who has agreed to these.
local agreed = patch.repricedAgreed or known[12]
if to == 'resume' and known[11] and agreed ~= known[11] then return refuse('prices') end
-- Without a row to send it would never be over.
if (to == 'running' or to == 'scheduled') and rows == 0 then return refuse('plan') end

local target = to
if to == 'same' then target = state
elseif to == 'resume' then target = not known[9] and 'scheduled' or fed >= rows and 'completing' or 'running'
elseif to == 'cancel' then
  local isStarted = state ~= 'draft' and state ~= 'checking' and state ~= 'ready'
  target = isStarted and finals < fed and 'cancelling' or 'cancelled'
end
redis.call('HSET', key, 'op', operation, unpack(set))
if command then
  local line = whole(now) .. '|' .. command .. '|' .. state .. '|' .. target .. '|' .. (apiKey or '')
  redis.call('RPUSH', key .. ':history', line)
  redis.call('LTRIM', key .. ':history', -100, -1)
end
if #remove > 0 then redis.call('HDEL', key, unpack(remove)) end
if target == state then redis.call('HINCRBY', key, 'version', 1) else enterCampaign(key, id, target, now) end
if to == 'same' then return answer('changed') end

if state == 'checking' then redis.call('SREM', base .. 'k-checking', id) end
if target == 'checking' then
  redis.call('SADD', base .. 'k-checking', id)
  redis.call('HINCRBY', key, 'planVersion', 1)
  redis.call('HSET', key, 'rowsChecked', '0', 'checkedAt', whole(now), 'checkWaits', '0')
end
if target == 'scheduled' or target == 'running' then redis.call('SADD', base .. 'k-active', id) end
if target == 'running' and not known[9] then
  redis.call('HSET', key, 'startedAt', whole(now))
  tellCampaign(id, 'campaign.started', target, now, { 'rows', whole(rows) })
end
if target == 'paused' then
  redis.call('HSET', key, 'pausedAt', whole(now))
  if not patch.pausedBy then redis.call('HDEL', key, 'pausedBy') end
  if not patch.pauseDetail then redis.call('HDEL', key, 'pauseDetail') end
  local told = { 'reason', patch.pauseReason }
  if patch.pauseDetail then told[3] = 'detail'; told[4] = patch.pauseDetail end
  if state ~= 'paused' then tellCampaign(id, 'campaign.paused', target, now, told) end
elseif state == 'paused' then
  if pauseReason == 'prices' and to == 'resume' then
    redis.call('HSET', key, 'pricesAgreed', redis.call('HGET', key, 'pauseDetail') or '')
  end
  redis.call('HDEL', key, 'pauseReason', 'pausedAt', 'pausedBy', 'pauseDetail')
  redis.call('DEL', key .. ':recent')
  if pauseReason == 'canary' then redis.call('HSET', key, 'canaryReleased', '1') end
  if to == 'resume' then tellCampaign(id, 'campaign.resumed', target, now) end
end
if target == 'cancelled' then
  tellCampaign(id, 'campaign.cancelled', target, now, { 'rows', whole(rows), 'finals', whole(finals) })
end
if ARGV[11] ~= '' then tellCampaign(id, ARGV[11], target, now, { 'rows', whole(tonumber(patch.rows or '0')) }) end
return answer('changed')
`;

/**
 * Notes how far a check is. KEYS: campaign. ARGV: time, base, id, plan version, rows checked, 1 while it waits for others
 * or else 0. Answers 1 if it still runs.
 */
export const NOTE_CHECKED = `${PRELUDE}
local known = redis.call('HMGET', KEYS[1], 'state', 'planVersion')
if known[1] ~= 'checking' or known[2] ~= ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], 'rowsChecked', ARGV[5], 'checkedAt', whole(ledgerNow()), 'checkWaits', ARGV[6])
return 1
`;

/** Reads a campaign with all its numbers. KEYS: campaign. ARGV: time, base, id. */
export const WATCH_CAMPAIGN = `${PRELUDE}
return { whole(ledgerNow()), redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[1] .. ':counts'),
  redis.call('HGETALL', KEYS[1] .. ':money'), redis.call('HGETALL', KEYS[1] .. ':failures') }
`;

/**
 * Takes a campaign off the users of its upload, and deletes an upload that has none left. KEYS: upload. ARGV: time, base,
 * id of the campaign, id of the upload. Answers 1 if it was deleted.
 */
export const RELEASE_UPLOAD = `${PRELUDE}
redis.call('SREM', KEYS[1] .. ':campaigns', ARGV[3])
if redis.call('EXISTS', KEYS[1] .. ':campaigns') == 1 then return 0 end
local upload = redis.call('GET', KEYS[1])
if not upload then return 0 end
redis.call('ZREM', base .. 'u', ARGV[4])
redis.call('ZREM', base .. 'u-file:' .. cjson.decode(upload).sha256, ARGV[4])
redis.call('UNLINK', KEYS[1], KEYS[1] .. ':rows')
return 1
`;
