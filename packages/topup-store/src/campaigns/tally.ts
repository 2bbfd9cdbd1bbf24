import { FAILURE_CLASS_OF_CODE } from "@surefill/campaign";
import { CAMPAIGN_PRICES, CLAIM_MONEY, REPRICING } from "./price-lua.js";

/**
 * The Lua that keeps a campaign's numbers right, inside the scripts that move its rows: a count, a sum, an index and a
 * point of the series change in the same step as the record does. It works on records with a `row`; a top-up that was
 * sent alone costs one comparison.
 *
 * Keys, behind `k:<campaign>`: the record itself; `:counts` and `:money` by bucket; `:s:<bucket>` its rows by row
 * number; `:failures`; `:recent`, the classes of the latest finals; `:minutes`.
 */

/** Needs PRELUDE. What a campaign tells, and how it ends; used by whatever makes rows final. */
export const CAMPAIGN_EVENTS = `
local CAMPAIGN_EVENT_RETENTION_MS = 90 * 86400000
local function tellCampaign(id, event, state, now, more)
  local known = redis.call('HMGET', base .. 'k:' .. id, 'version', 'caller')
  local entry = { 'type', event, 'campaign', id, 'state', state, 'version', known[1], 'atMs', whole(now) }
  if known[2] then entry[#entry + 1] = 'caller'; entry[#entry + 1] = known[2] end
  for _, value in ipairs(more or {}) do entry[#entry + 1] = value end
  redis.call('XADD', base .. 'events', 'MINID', '~', whole(now - CAMPAIGN_EVENT_RETENTION_MS), '*', unpack(entry))
end
local function enterCampaign(key, id, state, now)
  redis.call('HINCRBY', key, 'version', 1)
  redis.call('HSET', key, 'state', state, 'enteredAt', whole(now))
  if state == 'completed' or state == 'cancelled' then
    redis.call('HSET', key, 'endedAt', whole(now))
    redis.call('SREM', base .. 'k-active', id)
    redis.call('DEL', key .. ':recent', key .. ':feeder')
  end
end
local function enterPause(key, id, reason, detail, now)
  enterCampaign(key, id, 'paused', now)
  redis.call('HSET', key, 'pauseReason', reason, 'pausedAt', whole(now), 'pauseDetail', detail)
  redis.call('HDEL', key, 'pausedBy')
  tellCampaign(id, 'campaign.paused', 'paused', now, { 'reason', reason, 'detail', detail })
end
local function pauseCampaign(key, id, reason, detail, now)
  local state = redis.call('HGET', key, 'state')
  if state == 'running' or state == 'completing' then enterPause(key, id, reason, detail, now) end
end
-- After a loss of data nothing goes on by itself, a pause for want of balance neither.
local function pauseAfterLoss(now)
  for _, id in ipairs(redis.call('SMEMBERS', base .. 'k-active')) do
    local key = base .. 'k:' .. id
    local known = redis.call('HMGET', key, 'state', 'pauseReason')
    local state = known[1]
    if state == 'scheduled' or state == 'running' or state == 'completing' or known[2] == 'balance' then
      enterPause(key, id, 'loss', 'Redis had lost data and was rebuilt', now)
    end
  end
end
-- Counts rows that became final, tells how far the campaign is, and ends it when every row is.
local function settleRows(key, id, count, now)
  local finals = redis.call('HINCRBY', key, 'finals', count)
  local known = redis.call('HMGET', key, 'state', 'rows', 'fed', 'told')
  local state, rows, fed, told = known[1], tonumber(known[2] or '0'), tonumber(known[3] or '0'), tonumber(known[4] or '0')
  local sums = { 'rows', whole(rows), 'finals', whole(finals) }
  local reached = rows > 0 and math.floor(finals * 5 / rows) * 20 or 0
  for percent = told + 20, reached, 20 do
    redis.call('HSET', key, 'told', whole(percent))
    tellCampaign(id, 'campaign.progress', state, now, { 'percent', whole(percent), unpack(sums) })
  end
  local ended
  if state == 'cancelling' then ended = finals == fed and 'cancelled'
  elseif finals == rows then ended = 'completed' end
  if ended then
    enterCampaign(key, id, ended, now)
    redis.call('HDEL', key, 'pauseReason', 'pausedAt', 'pausedBy', 'pauseDetail')
    local cancelledBy = ended == 'cancelled' and redis.call('HGET', key, 'cancelledBy')
    if cancelledBy then sums[5] = 'key'; sums[6] = cancelledBy end
    tellCampaign(id, 'campaign.' .. ended, ended, now, sums)
  end
end
local function minute(key, name, count, now)
  local at = math.floor(now / 60000)
  local age = at - math.floor(tonumber(redis.call('HGET', key, 'startedAt') or now) / 60000)
  local width = age < 1440 and 1 or age < 14400 and 10 or 60
  redis.call('HINCRBY', key .. ':minutes', whole(at - at % width) .. '|' .. width .. '|' .. name, count)
end
`;

/** Needs PRELUDE and CAMPAIGN_EVENTS. What a row's move means for its campaign. */
const TALLY = `
local FINAL_STATES = { succeeded = true, refunded = true, failed = true, rejected = true, cancelled = true }
local FAILURE_FIELDS_MAX = 500
-- Decimal text in whole units of 10^-5; what is finer than that is rounded up. Nothing where the text is no amount.
local function units(text)
  local sign, ones, fraction, exponent = string.match(text or '', '^(-?)(%d+)%.?(%d*)[eE]?([+-]?%d*)$')
  if not ones then return nil end
  local digits, scale = ones .. fraction, #fraction - (tonumber(exponent) or 0)
  if scale < 5 then digits = digits .. string.rep('0', 5 - scale); scale = 5 end
  local kept = #digits - (scale - 5)
  local rest = string.sub(digits, math.max(kept, 0) + 1)
  local value = kept > 0 and tonumber(string.sub(digits, 1, kept)) or 0
  if sign == '' and string.find(rest, '[1-9]') then value = value + 1 end
  if value > 9007199254740991 then return nil end
  -- Not -value: the negative zero is no number that Redis counts by.
  return sign == '-' and 0 - value or value
end
local function failureClassOf(code)
  local classes = { ${Object.entries(FAILURE_CLASS_OF_CODE)
    .map(([code, name]) => `${code} = '${name}'`)
    .join(", ")} }
  return classes[code] or 'provider'
end
local function bucketOf(state, holdReason)
  if state == 'held' and holdReason ~= 'failed' then return 'parked' end
  return state
end
local function noteFailure(key, record, code)
  local field = string.gsub(code, '|', '/') .. '|' .. (record.operatorId or '0')
  if redis.call('HEXISTS', key .. ':failures', field) == 0
    and redis.call('HLEN', key .. ':failures') >= FAILURE_FIELDS_MAX then
    field = 'OTHER|' .. (record.operatorId or '0')
  end
  redis.call('HINCRBY', key .. ':failures', field, 1)
end
-- The latest finals by class, newest first; a rule looks at as many of them as it says, and not before there are so many.
local function judgeFailures(key, id, class, now)
  local known = redis.call('HMGET', key, 'rules', 'ruleRows')
  if not known[1] then return end
  redis.call('LPUSH', key .. ':recent', class)
  redis.call('LTRIM', key .. ':recent', 0, tonumber(known[2]) - 1)
  if class == 'ok' then return end
  local recent = redis.call('LRANGE', key .. ':recent', 0, -1)
  for _, rule in ipairs(cjson.decode(known[1])) do
    if #recent >= rule.ofLast and (rule.class == class or rule.class == 'any') then
      local failed = 0
      for i = 1, rule.ofLast do
        if recent[i] == rule.class or (rule.class == 'any' and recent[i] ~= 'ok') then failed = failed + 1 end
      end
      if failed * 100 >= rule.sharePercent * rule.ofLast then
        local detail = rule.class .. ': ' .. failed .. ' of the last ' .. rule.ofLast
        pauseCampaign(key, id, 'failures', detail, now)
        return
      end
    end
  end
end
-- What a row counts for in its bucket; of one that succeeded, what was debited.
local function valueOf(key, to, reserve, settled)
  if to ~= 'succeeded' then return reserve end
  -- Without a readable price in the account's currency, what was reserved counts as spent.
  local isOurs = not settled.costCurrency or settled.costCurrency == redis.call('HGET', key, 'currency')
  return isOurs and units(settled.cost) or reserve
end
-- \`settled\`: the code, cost and costCurrency that the record ends with. \`unsentAt\`: when a claim was granted that was
-- given back without a POST, which is not to be counted as one.
local function tally(reference, record, to, holdReason, settled, now)
  local before, after = bucketOf(record.state, record.holdReason), bucketOf(to, holdReason)
  if before == after then return end
  local id, row, reserve = record.campaign, record.row, tonumber(record.reserve or '0')
  local key = base .. 'k:' .. id
  -- A rebuild made it anew, and FEED has not come upon it: it is not counted yet (see adopt).
  if redis.call('ZREM', key .. ':s:' .. before, reference) == 0 then return end
  local value = valueOf(key, to, reserve, settled)
  redis.call('HINCRBY', key .. ':counts', before, -1)
  redis.call('HINCRBY', key .. ':counts', after, 1)
  redis.call('HINCRBY', key .. ':money', before, whole(-reserve))
  redis.call('HINCRBY', key .. ':money', after, whole(value))
  redis.call('ZADD', key .. ':s:' .. after, row, reference)
  if to == 'submitting' then minute(key, 'sent', 1, now) end
  if settled.unsentAt then minute(key, 'sent', -1, settled.unsentAt) end
  if not FINAL_STATES[to] then return end
  minute(key, to, 1, now)
  local class
  if to == 'succeeded' then
    class = 'ok'
    minute(key, 'spentUnits', whole(value), now)
    if value > reserve then seePrice(key, id, reference, record, value, now) end
  elseif to ~= 'cancelled' then
    local code = settled.code or to
    noteFailure(key, record, code)
    class = failureClassOf(code)
  end
  if class then judgeFailures(key, id, class, now) end
  settleRows(key, id, 1, now)
end
-- A row that a rebuild made anew: its money is held back from now on, and FEED counts it when it comes upon it.
local function expect(record)
  redis.call('HINCRBY', base .. 'k:' .. record.campaign .. ':money', 'expected', record.reserve)
end
-- Counts such a row where it is by now. Answers its bucket, what it counts for, and whether it is final; nothing when it
-- is counted already, or shrunk.
local function adopt(reference, record)
  local key, bucket = base .. 'k:' .. record.campaign, bucketOf(record.state, record.holdReason)
  if not record.reserve or redis.call('ZADD', key .. ':s:' .. bucket, 'NX', record.row, reference) == 0 then return nil end
  local value = valueOf(key, record.state, tonumber(record.reserve), record)
  redis.call('HINCRBY', key .. ':counts', bucket, 1)
  redis.call('HINCRBY', key .. ':money', bucket, whole(value))
  redis.call('HINCRBY', key .. ':money', 'expected', whole(0 - tonumber(record.reserve)))
  local isFinal = FINAL_STATES[record.state]
  if isFinal and record.state ~= 'succeeded' and record.state ~= 'cancelled' then
    noteFailure(key, record, record.code or record.state)
  end
  return bucket, value, isFinal
end
`;

/** Needs PRELUDE. Whether a campaign lets its rows be sent now, and at what pace. */
const ADMISSION = `
-- A row that waits for its campaign looks again after this time at the latest, also when nobody wakes it.
local CAMPAIGN_PARK_MS = 120000
-- How much of its pace a campaign may make up at once, when claims come late.
local PACE_SLACK_MS = 100
local function campaignAdmission(id)
  local known = redis.call('HMGET', base .. 'k:' .. id, 'state', 'sendFrom', 'sendUntil', 'spacing', 'tat', 'nextSlot',
    'daily', 'budget', 'jump')
  -- With a daily window of which nobody has said yet when it is open, nothing is sent.
  return { state = known[1], sendFrom = tonumber(known[2]), sendUntil = tonumber(known[3] or known[7] and '0'),
    spacing = tonumber(known[4]), tat = tonumber(known[5]), nextSlot = tonumber(known[6]),
    budget = tonumber(known[8]), jump = known[9] }
end
${CLAIM_MONEY}
-- Until when the campaign is closed to this row; nothing when it is open, and has the money for it.
local function campaignClosedUntil(id, campaign, reference, record, now)
  local isOpen = campaign.state == 'running' or campaign.state == 'completing'
  if not isOpen or (campaign.sendUntil and now >= campaign.sendUntil) then return now + CAMPAIGN_PARK_MS end
  if campaign.sendFrom and now < campaign.sendFrom then return math.min(campaign.sendFrom, now + CAMPAIGN_PARK_MS) end
  return lacksMoney(id, campaign, record, bucketOf(record.state, record.holdReason), reference, now)
end
-- The generic cell rate algorithm on granted claims. Answers when to ask again, or nothing and counts the grant.
local function paceClaim(id, campaign, now)
  if not campaign.spacing then return nil end
  local key = base .. 'k:' .. id
  local tat = campaign.tat or now
  local early = tat - PACE_SLACK_MS - now
  if early <= 0 then
    redis.call('HSET', key, 'tat', string.format('%.3f', math.max(now, tat) + campaign.spacing))
    return nil
  end
  if early <= campaign.spacing / 2 then return math.ceil(now + early) end
  local slot = math.max(campaign.nextSlot or now, now + early)
  redis.call('HSET', key, 'nextSlot', string.format('%.3f', slot + campaign.spacing))
  return math.ceil(slot)
end
`;

/**
 * Needs PRELUDE. `rowRules()` answers what a script needs that moves a campaign's row. In a function of its own, so that
 * a script which moves a top-up that was sent alone makes none of all this.
 */
export const ROW_RULES = `
local function rowRules()
${CAMPAIGN_EVENTS}${CAMPAIGN_PRICES}${REPRICING}${TALLY}${ADMISSION}
  return { tally = tally, units = units, minute = minute, expect = expect, adopt = adopt, admission = campaignAdmission,
    closedUntil = campaignClosedUntil, pace = paceClaim, pricesOf = pricesOf, laneOf = laneOf, reserveAt = reserveAt,
    keptFactor = keptFactor }
end
`;
