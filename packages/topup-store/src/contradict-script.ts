import { PAID_NOTHING } from "./paid-nothing.js";
import { PRELUDE } from "./scripts.js";

/**
 * Marks a top-up as contradicted by transactions that are or may be paid: what is already known of it turned out so,
 * and no new evidence can tell. One that ended without money is; one that is open is unless they are its current
 * transaction, which is asked for anyway, or the answer that its claim will take. It stays in its state. KEYS: record.
 * ARGV: time, base, then attempt and transactionId of each, an empty attempt where none is named. Answers 1 where it
 * marked, else 0.
 */
export const CONTRADICT = `${PRELUDE}
${PAID_NOTHING}
local record, reference = readRecord(KEYS[1]), string.sub(KEYS[1], #base + 3)
if not record.state or record.contradicted == '1' then return 0 end
local isContradicted = PAID_NOTHING[record.state]
for i = 3, record.dueAt and #ARGV or 0, 2 do
  local isAnswer = record.contradicted == 'answered' and ARGV[i] == record.attempt
  if ARGV[i + 1] ~= record.transactionId and not isAnswer then isContradicted = true end
end
if not isContradicted then return 0 end
redis.call('HSET', KEYS[1], 'contradicted', '1')
if PAID_NOTHING[record.state] then redis.call('ZADD', base .. 'n:contradicted', 'NX', whole(ledgerNow()), reference) end
redis.call('HINCRBY', KEYS[1], 'version', 1)
return 1
`;
