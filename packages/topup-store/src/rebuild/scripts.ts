/** The Lua of a rebuild. It runs on a ledger that every other script refuses. */

import { CAMPAIGN_EVENTS, ROW_RULES } from "../campaigns/tally.js";
import { FENCES_PER_SECOND } from "../fences.js";
import { GATES } from "../gate-lua.js";
import { MOVING, PRELUDE } from "../scripts.js";

/** The gate of what a rebuild made again and the report does not show. It opens when a person confirms, once for all. */
export const RECREATED_GATE = "recreated";
const GATE_NEVER_OPENS_MS = "9000000000000";

/**
 * Needs MOVING and ROW_RULES. `claimTransaction` answers false where a transaction is another top-up's. `leaveState` takes
 * a record that is there out of where it stands; `storeAgain` files one that is not.
 */
const AGAIN = `
local function claimTransaction(reference, transactionId)
  if transactionId == '' then return true end
  local owner = redis.call('GET', base .. 'x:' .. transactionId)
  if owner and owner ~= reference then return false end
  redis.call('SET', base .. 'x:' .. transactionId, reference)
  return true
end
local function leaveState(reference, record, to, transactionId, now)
  park(reference, record, nil)
  if record.row then rowRules().tally(reference, record, to, nil, {}, now) end
  enter(reference, record, to, now)
  local former = record.transactionId
  local evidence = former and former ~= transactionId and withEvidence(record, record.attempt, former)
  if evidence then redis.call('HSET', KEYS[1], 'evidence', evidence) end
end
local function storeAgain(reference, to, acceptedAt, digest, phoneHash, campaign, stamp, fields)
  redis.call('HSET', KEYS[1], 'acceptedAt', acceptedAt, 'digest', digest, 'phoneHash', phoneHash, unpack(fields))
  redis.call('ZADD', base .. 's:' .. to, stamp, reference)
  redis.call('ZADD', base .. 'p:' .. phoneHash, acceptedAt, reference)
  if campaign ~= '' then redis.call('ZADD', base .. 'c:' .. campaign, acceptedAt, reference) end
  local made = readRecord(KEYS[1])
  if made.row and redis.call('EXISTS', base .. 'k:' .. campaign) == 1 then rowRules().expect(made)
  elseif made.row then redis.call('HDEL', KEYS[1], 'row', 'reserve') end
end
`;

/**
 * Makes a top-up anew, or brings one that is behind up to what is known of it from elsewhere. KEYS: record. ARGV:
 * time, base, reference, version (empty: there is no record), attempt, fence, grantedAt, acceptedAt, state,
 * transactionId (or empty), digest, phoneHash, campaign, operatorId, 1 where a person must confirm that it may be sent
 * again, then pairs of the request. A campaign's row is its
 * row again only where the campaign is still there: else nobody could let it be sent. Answers `recreated`, `changed`
 * where the record has another version by now, or `taken` where the transaction is another top-up's.
 */
export const RECREATE = `${PRELUDE}${MOVING}${GATES}${ROW_RULES}${AGAIN}
local now = ledgerNow()
local stamp = whole(now)
local reference, attempt, fence, to, transactionId = ARGV[3], ARGV[5], ARGV[6], ARGV[9], ARGV[10]
local record = readRecord(KEYS[1])
if (record.version or '') ~= ARGV[4] then return 'changed' end
if not claimTransaction(reference, transactionId) then return 'taken' end
if record.state then leaveState(reference, record, to, transactionId, now)
else storeAgain(reference, to, ARGV[8], ARGV[11], ARGV[12], ARGV[13], stamp, { unpack(ARGV, 16) }) end
if ARGV[15] == '1' then
  redis.call('HSET', KEYS[1], 'recreated', '1')
  redis.call('ZADD', base .. 'recreated', stamp, reference)
  closeGate('${RECREATED_GATE}', 'RECREATED', now, ${GATE_NEVER_OPENS_MS})
end
redis.call('HSETNX', KEYS[1], 'operatorId', ARGV[14])
ring(reference, now)
-- It was claimed, or we should know nothing of it; only what came of that is lost.
local from = record.state and record.state ~= to and record.state or 'submitting'
note(reference, { state = from, attempt = attempt }, to, now, 'recreated', '', '')
redis.call('HDEL', KEYS[1], 'op', 'opResult', 'holdReason', 'holdUntil', 'leaseUntil', 'refusedSince', 'processingSince',
  'polls', 'lookups', 'emptyLookups', 'unansweredLookups', 'rounds', 'outageRounds', 'unknownSince', 'reportLagsSince',
  'identifierUsed', 'transactionId', 'code')
redis.call('HSET', KEYS[1], 'state', to, 'attempt', attempt, 'fence', fence,
  'submits', whole(tonumber(fence) % ${FENCES_PER_SECOND}),
  'version', whole(tonumber(record.version or '2') + 1), 'enteredAt', stamp, 'grantedAt', ARGV[7], 'dueAt', stamp)
if to == 'unknown' then redis.call('HSET', KEYS[1], 'rounds', '1') end
if transactionId ~= '' then redis.call('HSET', KEYS[1], 'transactionId', transactionId, 'processingSince', stamp) end
return 'recreated'
`;

/**
 * Makes a top-up again as a person ended it, or ends one that is behind. KEYS: record. ARGV: time, base, reference,
 * version (empty: there is no record), attempt, fence, acceptedAt, state, transactionId (or empty), digest, phoneHash,
 * campaign, operatorId (or empty), API key, by, reason, forced (1 or empty), then pairs of the request. Answers as RECREATE.
 */
export const RECREATE_ENDED = `${PRELUDE}${MOVING}${ROW_RULES}${AGAIN}
local now = ledgerNow()
local stamp = whole(now)
local reference, attempt, to, transactionId = ARGV[3], ARGV[5], ARGV[8], ARGV[9]
local record = readRecord(KEYS[1])
if (record.version or '') ~= ARGV[4] then return 'changed' end
if not claimTransaction(reference, transactionId) then return 'taken' end
if record.state then leaveState(reference, record, to, transactionId, now)
else storeAgain(reference, to, ARGV[7], ARGV[10], ARGV[11], ARGV[12], stamp, { unpack(ARGV, 18) }) end
redis.call('ZREM', base .. 'due', reference)
local from = record.state and record.state ~= to and record.state or (to == 'cancelled' and 'queued' or 'review')
note(reference, { state = from, attempt = attempt }, to, now, 'recreated', '', '', ARGV[15] ~= '' and ARGV[15] or nil,
  ARGV[16], ARGV[14])
redis.call('HDEL', KEYS[1], 'op', 'opResult', 'holdReason', 'holdUntil', 'leaseUntil', 'refusedSince', 'processingSince',
  'polls', 'lookups', 'emptyLookups', 'unansweredLookups', 'rounds', 'identifierUsed', 'transactionId', 'code', 'dueAt',
  'contradicted')
local version = tonumber(record.version or '2') + 1
redis.call('HSET', KEYS[1], 'state', to, 'attempt', attempt, 'fence', ARGV[6],
  'submits', whole(tonumber(ARGV[6]) % ${FENCES_PER_SECOND}), 'version', whole(version), 'enteredAt', stamp)
local more = { transactionId = transactionId, operatorId = ARGV[13], commandKey = ARGV[14], resolvedBy = ARGV[15],
  resolvedReason = ARGV[16], forced = ARGV[17] }
for field, value in pairs(more) do if value ~= '' then redis.call('HSET', KEYS[1], field, value) end end
tell(reference, readRecord(KEYS[1]), 'topup.' .. to, to, attempt, version, now, 'recreated', '', transactionId,
  { key = ARGV[14] })
return 'recreated'
`;

/**
 * A person confirms, once for all, that what a rebuild made again may be sent again. KEYS: meta. ARGV: time, base, how
 * many the person has seen (empty: that was compared before), how many at once, who confirms and why, which is written down.
 * Answers `[none]`, `[lost]`, `[differs, count]`, or `[confirmed, how many are left]`.
 */
export const CONFIRM_RECREATED = `${PRELUDE}${MOVING}${GATES}
local now = ledgerNow()
local set = base .. 'recreated'
local meta = readRecord(KEYS[1])
if not meta.epoch then return { 'none' } end
if meta.behind then return { 'lost' } end
local count = redis.call('ZCARD', set)
if ARGV[3] ~= '' then
  if ARGV[3] ~= whole(count) then return { 'differs', count } end
  if count > 0 then
    redis.call('RPUSH', base .. 'recreated-confirmations', cjson.encode({
      atMs = now, count = count, by = ARGV[5], reason = ARGV[6] }))
  end
end
for _, reference in ipairs(redis.call('ZRANGE', set, 0, tonumber(ARGV[4]) - 1)) do
  local key = base .. 't:' .. reference
  local record = readRecord(key)
  if record.state then
    redis.call('HDEL', key, 'recreated')
    redis.call('HINCRBY', key, 'version', 1)
    if record.holdReason == 'gate:${RECREATED_GATE}' then
      redis.call('HSET', key, 'dueAt', whole(now))
      ring(reference, now)
    end
  end
  redis.call('SREM', base .. 'parked:${RECREATED_GATE}', reference)
  redis.call('ZREM', set, reference)
end
local left = redis.call('ZCARD', set)
if left == 0 and redis.call('ZREM', base .. 'gates', '${RECREATED_GATE}') == 1 then
  reportGate('opened', '${RECREATED_GATE}', now)
  redis.call('HDEL', base .. 'gate-info', '${RECREATED_GATE}')
  redis.call('ZREM', base .. 'gate-watch', '${RECREATED_GATE}')
end
return { 'confirmed', left }
`;

/**
 * Ends the loss: the ledger goes on under a new epoch that names all former ones. Every campaign that would go on with it
 * is paused: that somebody paused or cancelled it, or lowered its budget, may be among what is lost. KEYS: meta. ARGV: time, base, epoch,
 * former epochs that are known, separated by spaces, the account that it was rebuilt with, or nothing, and who rebuilt it, or nothing. Answers the
 * former epochs.
 */
export const BEGIN_EPOCH = `${PRELUDE}${CAMPAIGN_EVENTS}
local now = ledgerNow()
pauseAfterLoss(now)
local former, seen = {}, {}
local epoch, ancestors = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'ancestors'))
-- What is lost may be of any age, so audits mind whatever the provider has and no top-up made. Only a ledger that is
-- merely behind still knows since when that is.
local isSame = epoch and string.find(' ' .. ARGV[4] .. ' ', ' ' .. epoch .. ' ', 1, true)
redis.call('SET', base .. 'audited-from', '0', unpack(isSame and { 'NX' } or {}))
for each in string.gmatch((ancestors or '') .. ' ' .. ARGV[4] .. ' ' .. (epoch or ''), '%S+') do
  if not seen[each] then former[#former + 1] = each; seen[each] = true end
end
local fenceFloor = whole(math.floor(now / 1000) * ${FENCES_PER_SECOND})
redis.call('HSET', KEYS[1], 'epoch', ARGV[3], 'ancestors', table.concat(former, ' '), 'fenceFloor', fenceFloor)
redis.call('HDEL', KEYS[1], 'behind', 'comparing', 'openServer', 'servers', 'serversDropped')
redis.call('DEL', base .. 'comparison')
local server = serverId()
if server then redis.call('HSET', KEYS[1], 'server', server) end
if ARGV[5] ~= '' then redis.call('HSETNX', KEYS[1], 'account', ARGV[5]) end
redis.call('RPUSH', base .. 'rebuilds', cjson.encode({ atMs = now, by = ARGV[6] }))
return former
`;
