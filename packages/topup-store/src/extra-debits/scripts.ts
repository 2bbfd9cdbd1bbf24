import { ROW_RULES } from "../campaigns/tally.js";
import { MOVING, PRELUDE } from "../scripts.js";
import { EXTRA } from "./extra-lua.js";

/**
 * Notes what the provider debits for a final top-up beyond what its state accounts for. KEYS: record. ARGV: time, base,
 * reference, then transactionId, status, cost and currency of each transaction that is or may be paid. What a person
 * accepted before counts no more where more came to light. Answers 1 where something was written.
 */
export const NOTE_EXTRA_DEBITS = `${PRELUDE}${ROW_RULES}${EXTRA}
local record = readRecord(KEYS[1])
local kind, isNews = noteExtra(KEYS[1], ARGV[3], record, { unpack(ARGV, 4) }, ledgerNow())
if not isNews then return 0 end
if record.acceptedAs then redis.call('HDEL', KEYS[1], 'acceptedAs', 'acceptedBy', 'acceptedReason', 'acceptedKey') end
redis.call('HINCRBY', KEYS[1], 'version', 1)
return 1
`;

/**
 * A person accepts what the provider shows of a final top-up. KEYS: record. ARGV: time, base, reference, version, key,
 * by, reason, what is accepted (transactionId:status, of each transaction), then what is or may be paid, as above.
 * Answers `[accepted]`, `[stale]`, `[nothing]` where nothing waits for a person, or `[missing]`.
 */
export const ACCEPT_CONTRADICTION = `${PRELUDE}${MOVING}${ROW_RULES}${EXTRA}
local reference = ARGV[3]
local record = readRecord(KEYS[1])
if not record.state then return { 'missing' } end
if record.acceptedAs == ARGV[8] then return { 'accepted' } end
if record.version ~= ARGV[4] then return { 'stale' } end
local waits = redis.call('ZSCORE', base .. 'n:paid-twice', reference) or
  redis.call('ZSCORE', base .. 'n:contradicted', reference)
if not waits then return { 'nothing' } end
local now = ledgerNow()
noteExtra(KEYS[1], reference, record, { unpack(ARGV, 9) }, now)
redis.call('ZREM', base .. 'n:paid-twice', reference)
redis.call('ZREM', base .. 'n:contradicted', reference)
local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
redis.call('HSET', KEYS[1], 'acceptedAs', ARGV[8], 'acceptedBy', ARGV[6], 'acceptedReason', ARGV[7],
  'acceptedKey', ARGV[5])
write(reference, { whole(now), record.state, record.state, record.attempt, 'contradiction-accepted', '', '',
  person(ARGV[6], ARGV[5]), ARGV[7] })
tell(reference, record, 'topup.contradiction_accepted', record.state, record.attempt, version, now,
  'contradiction-accepted', '', record.transactionId, { key = ARGV[5] })
return { 'accepted' }
`;
