/** The Lua that cancels campaigns again which a person had cancelled before data was lost. */
import { CAMPAIGN_EVENTS, ROW_RULES } from "../campaigns/tally.js";
import { PRELUDE } from "../scripts.js";

/**
 * Makes the record of a cancelled campaign again where it is gone, before its rows are made. KEYS: campaign. ARGV: time,
 * base, id, then pairs. Its plan and its upload are gone, so no row can be fed from it. Answers 1 if it was made.
 */
export const MAKE_CANCELLED_CAMPAIGN = `${PRELUDE}
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local stamp = whole(ledgerNow())
redis.call('HSET', KEYS[1], 'createdAt', stamp, unpack(ARGV, 4))
redis.call('HSET', KEYS[1], 'state', 'cancelling', 'version', '1', 'enteredAt', stamp, 'fed', '0', 'finals', '0')
redis.call('ZADD', base .. 'k', 0, ARGV[3])
redis.call('SADD', base .. 'k-active', ARGV[3])
return 1
`;

/**
 * Counts rows of a cancelled campaign that a rebuild made anew: nothing is fed any more that would come upon them, and a
 * worker withdraws only what is counted. KEYS: campaign. ARGV: time, base, id, references. Answers how many were counted.
 */
export const COUNT_REBUILT_ROWS = `${PRELUDE}${ROW_RULES}
local rules = rowRules()
local counted, finals = 0, 0
for i = 4, #ARGV do
  local record = readRecord(base .. 't:' .. ARGV[i])
  if record.state and record.campaign == ARGV[3] and record.row then
    local bucket, _, isFinal = rules.adopt(ARGV[i], record)
    if bucket then
      counted = counted + 1
      if isFinal then finals = finals + 1 end
    end
  end
end
redis.call('HINCRBY', KEYS[1], 'fed', counted)
redis.call('HINCRBY', KEYS[1], 'finals', finals)
return counted
`;

/**
 * Cancels a campaign again. KEYS: campaign. ARGV: time, base, id, API key or empty. Answers the state that it has then, or
 * nothing where there is no such campaign.
 */
export const CANCEL_AGAIN = `${PRELUDE}${CAMPAIGN_EVENTS}
local key, id, apiKey = KEYS[1], ARGV[3], ARGV[4]
local now = ledgerNow()
local known = redis.call('HMGET', key, 'state', 'fed', 'finals', 'rows')
local state, fed, finals = known[1], tonumber(known[2] or '0'), tonumber(known[3] or '0')
if not state or state == 'completed' or state == 'cancelled' then return state or '' end
if apiKey ~= '' then redis.call('HSET', key, 'cancelledBy', apiKey) end
local isStarted = state ~= 'draft' and state ~= 'checking' and state ~= 'ready'
local target = isStarted and finals < fed and 'cancelling' or 'cancelled'
if state == target then return state end
redis.call('RPUSH', key .. ':history', whole(now) .. '|cancel|' .. state .. '|' .. target .. '|' .. apiKey)
redis.call('LTRIM', key .. ':history', -100, -1)
redis.call('SREM', base .. 'k-checking', id)
redis.call('HDEL', key, 'pauseReason', 'pausedAt', 'pausedBy', 'pauseDetail')
enterCampaign(key, id, target, now)
if target == 'cancelled' then
  local told = { 'rows', whole(tonumber(known[4] or '0')), 'finals', whole(finals) }
  if apiKey ~= '' then told[5] = 'key'; told[6] = apiKey end
  tellCampaign(id, 'campaign.cancelled', target, now, told)
end
return target
`;
