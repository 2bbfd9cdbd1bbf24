import { RECENT_PAYMENT } from "./campaigns/recent-payment.js";
import { ANY_CONTENT, PRELUDE, STORING } from "./scripts.js";

/**
 * Stores new top-ups. ARGV: time, base, items as JSON: `[reference, digest, phoneHash, campaign, [field, value, …], caller,
 * units, unitsMax, unlessPaidWithinMs]`. `units` above 0 count towards what the caller may have accepted in one day (UTC, by this clock).
 * With `unlessPaidWithinMs` above 0 an item is not stored where another top-up was paid to its recipient since, or may
 * still be: rows that a campaign feeds are top-ups in the same index, and of two that come together the second finds the
 * first. Answers per item `created`, `exists`/`conflict` with the existing record, `over-limit` with what was counted and
 * when the day ends, `paid-recently` with reference, state and times of the other one, or `forgotten` where retention
 * has shrunk one that was paid since.
 */
export const ACCEPT = `${PRELUDE}${STORING}${RECENT_PAYMENT}
local PAYMENTS_LOOKED_AT_MAX = 1000
local DAY_MS = 86400000
local now = ledgerNow()
local stamp = whole(now)
local day = math.floor(now / DAY_MS)
-- Counts the units if they are within the limit; else answers what was counted before.
local function spend(caller, units, unitsMax)
  local key = base .. 'spent:' .. caller .. ':' .. whole(day)
  local spent = tonumber(redis.call('GET', key) or '0')
  if spent + units > unitsMax then return spent end
  redis.call('INCRBY', key, whole(units))
  redis.call('PEXPIRE', key, whole(2 * DAY_MS))
end
-- What keeps a new top-up to a recipient from being taken, as its answer.
local function guard(phoneHash, withinMs)
  local since = whole(now - withinMs)
  local reference, state, acceptedAt, _, enteredAt = recentPayment(phoneHash, since, PAYMENTS_LOOKED_AT_MAX, nil)
  if reference then return { 'paid-recently', { reference, state, acceptedAt, enteredAt } } end
  if isForgotten(since) then return { 'forgotten', { redis.call('HGET', base .. 'meta', 'forgottenUntil') } } end
end
local answers = { stamp }
for _, item in ipairs(cjson.decode(ARGV[3])) do
  local reference, digest, phoneHash, campaign, fields = item[1], item[2], item[3], item[4], item[5]
  local key = base .. 't:' .. reference
  local known = redis.call('HGET', key, 'digest')
  local refusal = not known and item[9] > 0 and guard(phoneHash, item[9])
  local spent = not known and not refusal and item[7] > 0 and spend(item[6], item[7], item[8])
  if known then
    local isSame = known == digest or known == '${ANY_CONTENT}'
    answers[#answers + 1] = { isSame and 'exists' or 'conflict', redis.call('HGETALL', key) }
  elseif refusal then
    answers[#answers + 1] = refusal
  elseif spent then
    answers[#answers + 1] = { 'over-limit', { whole(spent), whole((day + 1) * DAY_MS) } }
  else
    storeTopup(reference, digest, phoneHash, campaign, fields, stamp, stamp)
    answers[#answers + 1] = { 'created' }
  end
end
return answers
`;
