/** The Lua of a rebuild. It runs on a ledger that every other script refuses. */

import { CAMPAIGN_EVENTS, ROW_RULES } from "../campaigns/tally.js";
import { FENCES_PER_SECOND } from "../fences.js";
import { MOVING, PRELUDE } from "../scripts.js";

/**
 * Makes a top-up anew, or brings one that is behind up to what is known of it from elsewhere. KEYS: record. ARGV:
 * time, base, reference, version (empty: there is no record), attempt, fence, grantedAt, acceptedAt, state,
 * transactionId (or empty), digest, phoneHash, campaign, operatorId, then pairs of the request. A campaign's row is its
 * row again only where the campaign is still there: else nobody could let it be sent. Answers `recreated`, `changed`
 * where the record has another version by now, or `taken` where the transaction is another top-up's.
 */
export const RECREATE = `${PRELUDE}${MOVING}${ROW_RULES}
local now = ledgerNow()
local stamp = whole(now)
local reference, attempt, fence, to, transactionId = ARGV[3], ARGV[5], ARGV[6], ARGV[9], ARGV[10]
local record = readRecord(KEYS[1])
if (record.version or '') ~= ARGV[4] then return 'changed' end
if transactionId ~= '' then
  local owner = redis.call('GET', base .. 'x:' .. transactionId)
  if owner and owner ~= reference then return 'taken' end
  redis.call('SET', base .. 'x:' .. transactionId, reference)
end
if record.state then
  park(reference, record, nil)
  if record.row then rowRules().tally(reference, record, to, nil, {}, now) end
  enter(reference, record, to, now)
  local former = record.transactionId
  local evidence = former and former ~= transactionId and withEvidence(record, record.attempt, former)
  if evidence then redis.call('HSET', KEYS[1], 'evidence', evidence) end
else
  redis.call('HSET', KEYS[1], 'acceptedAt', ARGV[8], 'digest', ARGV[11], 'phoneHash', ARGV[12], unpack(ARGV, 15))
  redis.call('ZADD', base .. 's:' .. to, stamp, reference)
  redis.call('ZADD', base .. 'p:' .. ARGV[12], ARGV[8], reference)
  if ARGV[13] ~= '' then redis.call('ZADD', base .. 'c:' .. ARGV[13], ARGV[8], reference) end
  local made = readRecord(KEYS[1])
  if made.row and redis.call('EXISTS', base .. 'k:' .. ARGV[13]) == 1 then rowRules().expect(made)
  elseif made.row then redis.call('HDEL', KEYS[1], 'row', 'reserve') end
end
redis.call('HSETNX', KEYS[1], 'operatorId', ARGV[14])
ring(reference, now)
-- It was claimed, or we should know nothing of it; only what came of that is lost.
local from = record.state and record.state ~= to and record.state or 'submitting'
note(reference, { state = from, attempt = attempt }, to, now, 'recreated', '', '')
redis.call('HDEL', KEYS[1], 'op', 'opResult', 'holdReason', 'holdUntil', 'leaseUntil', 'refusedSince', 'processingSince',
  'polls', 'lookups', 'emptyLookups', 'unansweredLookups', 'rounds', 'identifierUsed', 'transactionId', 'code')
redis.call('HSET', KEYS[1], 'state', to, 'attempt', attempt, 'fence', fence,
  'submits', whole(tonumber(fence) % ${FENCES_PER_SECOND}),
  'version', whole(tonumber(record.version or '2') + 1), 'enteredAt', stamp, 'grantedAt', ARGV[7], 'dueAt', stamp)
if to == 'unknown' then redis.call('HSET', KEYS[1], 'rounds', '1') end
if transactionId ~= '' then redis.call('HSET', KEYS[1], 'transactionId', transactionId, 'processingSince', stamp) end
return 'recreated'
`;

/**
 * Ends the loss: the ledger goes on under a new epoch that names all former ones. Every campaign that would go on with it
 * is paused: that somebody paused or cancelled it, or lowered its budget, may be among what is lost. KEYS: meta. ARGV: time, base, epoch,
 * former epochs that are known, separated by spaces, and the account that it was rebuilt with, or nothing. Answers the
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
redis.call('HDEL', KEYS[1], 'behind')
if ARGV[5] ~= '' then redis.call('HSETNX', KEYS[1], 'account', ARGV[5]) end
return former
`;
