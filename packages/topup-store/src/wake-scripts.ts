import { PRELUDE } from "./scripts.js";

/** Reads a record with the ledger's time. KEYS: record. ARGV: time, base. */
export const LOOK = `${PRELUDE}
return { whole(ledgerNow()), redis.call('HGETALL', KEYS[1]) }
`;

/**
 * Puts the next alarm of a record that has not changed, its alarm included: of two sweepers one is first. KEYS: record.
 * ARGV: time, base, reference, version, dueAt seen, dueAt.
 */
export const RING = `${PRELUDE}
local record = readRecord(KEYS[1])
if record.version ~= ARGV[4] or record.dueAt ~= ARGV[5] then return 0 end
redis.call('HSET', KEYS[1], 'dueAt', ARGV[6])
redis.call('ZADD', base .. 'due', ARGV[6], ARGV[3])
return 1
`;

/**
 * Pulls the alarm of a top-up that waits for the provider forward to now. KEYS: record. ARGV: time, base, reference,
 * attempt, transactionId; an empty one is not compared. A hold is not touched, and neither is an alarm that should
 * have rung already: the sweeper counts from when it was due. Answers `[open, record]`, `[sending]`, `[settled]` or
 * `[missing]`.
 */
export const WAKE = `${PRELUDE}
local record, flat = readRecord(KEYS[1])
if not record.state then return { 'missing' } end
local isSame = (ARGV[4] == '' or record.attempt == ARGV[4]) and (ARGV[5] == '' or record.transactionId == ARGV[5])
if record.state == 'submitting' and isSame then return { 'sending' } end
local isOpen = record.state == 'processing' or record.state == 'unknown'
if not isOpen or not isSame then return { 'settled' } end
local now = ledgerNow()
if tonumber(record.dueAt) > now then
  redis.call('HSET', KEYS[1], 'dueAt', whole(now))
  redis.call('ZADD', base .. 'due', whole(now), ARGV[3])
end
return { 'open', flat }
`;
