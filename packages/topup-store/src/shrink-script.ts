import { PAID_NOTHING } from "./paid-nothing.js";
import { PRELUDE } from "./scripts.js";

/**
 * Shrinks a final record that was entered before the cutoff to a tombstone: everything personal and every index
 * goes, what keeps the reference unique and the outcome known stays: the row of its campaign's file among it, and that
 * something contradicts the outcome. Of one that has paid, or may have, the ledger keeps when it ended: what asks whether
 * a recipient was paid since an earlier time cannot be answered any more. KEYS: record. ARGV: time, base, reference, cutoff.
 */
export const SHRINK = `${PRELUDE}
${PAID_NOTHING}
local reference = ARGV[3]
local record = readRecord(KEYS[1])
if not record.state or record.dueAt or tonumber(record.enteredAt) >= tonumber(ARGV[4]) then return 0 end
redis.call('ZREM', base .. 's:' .. record.state, reference)
if record.contradicted or not PAID_NOTHING[record.state] then
  local forgottenUntil = tonumber(redis.call('HGET', base .. 'meta', 'forgottenUntil') or '0')
  if tonumber(record.enteredAt) > forgottenUntil then
    redis.call('HSET', base .. 'meta', 'forgottenUntil', record.enteredAt)
  end
end
redis.call('DEL', base .. 'h:' .. reference)
if record.phoneHash then redis.call('ZREM', base .. 'p:' .. record.phoneHash, reference) end
if record.campaign then redis.call('ZREM', base .. 'c:' .. record.campaign, reference) end
-- Still counted, no longer listed.
if record.row then redis.call('ZREM', base .. 'k:' .. record.campaign .. ':s:' .. record.state, reference) end
local transactions = (record.evidence or '') .. ':' .. (record.transactionId or '') .. ','
for id in string.gmatch(transactions, ':(%d+),') do
  if redis.call('GET', base .. 'x:' .. id) == reference then redis.call('DEL', base .. 'x:' .. id) end
end
redis.call('HDEL', KEYS[1], 'phone', 'country', 'email', 'sender', 'metadata', 'pin', 'phoneHash', 'evidence', 'disowned',
  'op', 'opResult', 'leaseUntil', 'grantedAt', 'processingSince', 'refusedSince', 'unknownSince', 'failedSeen',
  'reportLagsSince', 'emptyLookups', 'unansweredLookups',
  'operatorTransactionId', 'resolvedBy', 'resolvedReason', 'commandKey', 'acceptedBy', 'acceptedReason', 'acceptedKey', 'reserve',
  'planReserve')
return 1
`;
