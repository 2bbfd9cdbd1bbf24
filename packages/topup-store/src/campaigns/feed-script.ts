/** The Lua by which rows of a campaign become top-ups. */
import { PRELUDE, STORING } from "../scripts.js";
import { RECENT_PAYMENT } from "./recent-payment.js";
import { CAMPAIGN_EVENTS, ROW_RULES } from "./tally.js";

/**
 * Turns planned rows into top-ups, in order, as far as the campaign's limits let it. KEYS: campaign. ARGV: time, base, id,
 * plan version, horizonMs, lanes as JSON `[operatorId, row expected, row afterwards]`, rows as JSON `[reference, digest,
 * phoneHash, operatorId, row, reserve, [field, value, …], 1 for an amount in the operator's currency or else 0]`.
 *
 * A lane says which row of an operator is considered next: whoever comes with another row has been overtaken and changes
 * nothing, so that of two feeders one is first, and a script that is sent twice does nothing the second time. Lanes go to
 * where the caller says only when all rows were taken; else each goes behind its last row that was.
 *
 * A recipient whom another top-up has paid since the check, or still may pay, is asked for here once more: of two plans
 * that were checked before either sent anything, only one pays. The campaign's own top-ups do not count.
 *
 * A row that a rebuild made anew before it was fed is this campaign's own, and is counted as whatever it has become.
 *
 * Answers `[fed, now, why it stopped or empty, when there is room in the pace again, already, conflict, paid recently,
 * reference, dueAt, …]`, `[behind]`, or `[closed, now, state]` when the campaign takes nothing now.
 */
export const FEED = `${PRELUDE}${STORING}${CAMPAIGN_EVENTS}${RECENT_PAYMENT}${ROW_RULES}
-- Of one recipient, newest first. Only a campaign that pays somebody very often has so many of its own to pass over.
local PAYMENTS_LOOKED_AT_MAX = 200
local key, id = KEYS[1], ARGV[3]
local now = ledgerNow()
local stamp = whole(now)
local known = redis.call('HMGET', key, 'state', 'planVersion', 'rows', 'fed', 'window', 'spacing', 'nextSlot', 'budget',
  'canary', 'canaryReleased', 'sendFrom', 'sendUntil', 'daily', 'options', 'jump')
local state, rowsMax, fed = known[1], tonumber(known[3] or '0'), tonumber(known[4] or '0')
local window, spacing, nextSlot = tonumber(known[5]), tonumber(known[6]), tonumber(known[7] or '0')
local budget, canary = tonumber(known[8]), not known[10] and tonumber(known[9])
local isOpen = now >= tonumber(known[11] or '0') and (known[12] and now < tonumber(known[12]) or not known[12] and not known[13])
if state ~= 'running' or known[2] ~= ARGV[4] or not isOpen then return { 'closed', stamp, state or '' } end

local lanes = cjson.decode(ARGV[6])
for _, lane in ipairs(lanes) do
  local at = redis.call('HGET', key .. ':lanes', lane[1]) or '1'
  if tonumber(at) ~= lane[2] then return { 'behind' } end
end

local recently = cjson.decode(known[14]).recentlyPaid
local paidSince = recently.action == 'reject' and whole(now - recently.days * 86400000)
-- Payments in that time are not kept any more: who was paid cannot be told, so that nobody is paid by this plan.
if paidSince and isForgotten(paidSince) then
  pauseCampaign(key, id, 'retention', 'payments in the ' .. whole(recently.days) .. ' days of recentlyPaid are not all kept', now)
  return { 'closed', stamp, 'paused' }
end
local paidBefore = {}
local function isPaidRecently(phoneHash)
  if not paidSince then return false end
  if paidBefore[phoneHash] == nil then
    paidBefore[phoneHash] = recentPayment(phoneHash, paidSince, PAYMENTS_LOOKED_AT_MAX, id) ~= nil
  end
  return paidBefore[phoneHash]
end

local counts, money = key .. ':counts', key .. ':money'
-- Rows that only wait leave the window to others: what may be lost by them is bounded by the budget. Against a provider
-- that answers nothing the account's gate closes.
local moving = 0
for _, count in ipairs(redis.call('HMGET', counts, 'queued', 'submitting', 'processing')) do
  moving = moving + tonumber(count or '0')
end
local spent, open = 0, 0
for _, sum in ipairs(redis.call('HMGET', money, 'succeeded', 'extra')) do spent = spent + tonumber(sum or '0') end
for _, sum in ipairs(redis.call('HMGET', money, 'queued', 'submitting', 'unknown', 'processing', 'held', 'parked',
  'review', 'expected')) do open = open + tonumber(sum or '0') end
local rules = rowRules()
local prices, kept = rules.pricesOf(key), rules.keptFactor(known[15])

local UNDER_WAY = { queued = true, submitting = true, processing = true }
local NOT_COMMITTED = { refunded = true, failed = true, rejected = true, cancelled = true }
local adoptedFinals = 0
-- Whether a record that has this row's reference is the row itself, made anew by a rebuild.
local function isAdopted(reference, number)
  local record = readRecord(base .. 't:' .. reference)
  if record.campaign ~= id or record.row ~= number then return false end
  local bucket, value, isFinal = rules.adopt(reference, record)
  if not bucket then return false end
  if UNDER_WAY[bucket] then moving = moving + 1 end
  open = open - tonumber(record.reserve)
  if bucket == 'succeeded' then spent = spent + value elseif not NOT_COMMITTED[bucket] then open = open + value end
  if isFinal then adoptedFinals = adoptedFinals + 1 end
  return true
end

local stop, taken, reached = '', {}, {}
local created, reserved = 0, 0
local fedReserves = {}
local untaken, untakenRows = { already = 0, conflict = 0, ['paid-recently'] = 0 }, 0
local function leave(reference, number, bucket)
  untaken[bucket], untakenRows = untaken[bucket] + 1, untakenRows + 1
  redis.call('HINCRBY', counts, bucket, 1)
  redis.call('ZADD', key .. ':s:' .. bucket, number, reference)
end
for _, row in ipairs(cjson.decode(ARGV[7])) do
  local reference, digest, operator, number, reserve = row[1], row[2], row[4], whole(row[5]),
    rules.reserveAt(prices, rules.laneOf(row[4], row[8] == 1), row[6])
  if canary and fed >= canary then stop = 'canary'; break end
  local existing = redis.call('HGET', base .. 't:' .. reference, 'digest')
  if existing then
    local isSame = existing == digest
    if not isSame or not isAdopted(reference, number) then leave(reference, number, isSame and 'already' or 'conflict') end
  elseif isPaidRecently(row[3]) then
    leave(reference, number, 'paid-recently')
  else
    if moving >= window then stop = 'window'; break end
    if budget and spent + (open + reserve) * kept > budget then stop = 'budget'; break end
    local slot = math.max(now, nextSlot)
    if spacing and slot > now + tonumber(ARGV[5]) then stop = 'pace'; break end
    local dueAt = whole(math.ceil(slot))
    if reserve > row[6] then
      for _, value in ipairs({ 'reserve', whole(reserve), 'planReserve', whole(row[6]) }) do row[7][#row[7] + 1] = value end
    end
    storeTopup(reference, digest, row[3], id, row[7], stamp, dueAt)
    redis.call('ZADD', key .. ':s:queued', number, reference)
    nextSlot = slot + (spacing or 0)
    moving, open = moving + 1, open + reserve
    created, reserved = created + 1, reserved + reserve
    taken[#taken + 1] = reference
    taken[#taken + 1] = dueAt
  end
  fed = fed + 1
  fedReserves[operator] = (fedReserves[operator] or 0) + row[6]
  reached[tostring(operator)] = whole(row[5] + 1)
end

for _, lane in ipairs(lanes) do
  local at = stop == '' and whole(lane[3]) or reached[tostring(lane[1])]
  if at then redis.call('HSET', key .. ':lanes', lane[1], at) end
end
-- What the plan had held back for what is fed: the rest is still to come.
for operator, sum in pairs(fedReserves) do redis.call('HINCRBY', money, 'fed|' .. whole(operator), whole(sum)) end
if created > 0 then
  redis.call('HINCRBY', counts, 'queued', created)
  redis.call('HINCRBY', money, 'queued', whole(reserved))
end
redis.call('HSET', key, 'fed', whole(fed), 'nextSlot', string.format('%.3f', nextSlot))
if fed >= rowsMax then enterCampaign(key, id, 'completing', now) end
local finals = untakenRows + adoptedFinals
if finals > 0 then settleRows(key, id, finals, now) end

-- The next row does not fit, and no money can come free any more but that of rows which wait long or for a person.
if stop == 'budget' then
  local others = redis.call('HMGET', counts, 'parked', 'unknown')
  if moving + tonumber(others[1] or '0') + tonumber(others[2] or '0') == 0 then
    pauseCampaign(key, id, 'budget', 'the next row does not fit', now)
  end
end
return { 'fed', stamp, stop, whole(math.ceil(nextSlot)), whole(untaken.already), whole(untaken.conflict),
  whole(untaken['paid-recently']), unpack(taken) }
`;

/**
 * Says when a campaign may send: its daily window as it is now or comes next. KEYS: campaign. ARGV: time, base, version of
 * the campaign whose hours these are, from, until. Answers 1, or 0 when it has another version by now: of hours that were
 * changed meanwhile the old ones must not stay until they are over.
 */
export const SET_SEND_TIMES = `${PRELUDE}
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'sendFrom', ARGV[4], 'sendUntil', ARGV[5])
return 1
`;

/** Takes or renews a lease. KEYS: lease. ARGV: time, base, owner, leaseMs. Answers 1 if it is the owner's now. */
export const TAKE_FEEDER = `${PRELUDE}
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[3] then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1
`;
