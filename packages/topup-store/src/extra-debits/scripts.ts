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

/** Needs MOVING and EXTRA. What a person accepts of a final top-up is written down; ARGV as ACCEPT_CONTRADICTION has them. */
const ACCEPT_EXTRA = `
local function acceptExtra(reference, record)
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
end
`;

/**
 * A person accepts what the provider shows of a final top-up. KEYS: record. ARGV: time, base, reference, version, key,
 * by, reason, what is accepted (transactionId:status, of each transaction), then what is or may be paid, as above.
 * Answers `[accepted]`, `[stale]`, `[nothing]` where nothing waits for a person, or `[missing]`.
 */
export const ACCEPT_CONTRADICTION = `${PRELUDE}${MOVING}${ROW_RULES}${EXTRA}${ACCEPT_EXTRA}
local reference = ARGV[3]
local record = readRecord(KEYS[1])
if not record.state then return { 'missing' } end
if record.acceptedAs == ARGV[8] then return { 'accepted' } end
if record.version ~= ARGV[4] then return { 'stale' } end
local waits = redis.call('ZSCORE', base .. 'n:paid-twice', reference) or
  redis.call('ZSCORE', base .. 'n:contradicted', reference)
if not waits then return { 'nothing' } end
acceptExtra(reference, record)
return { 'accepted' }
`;

/**
 * As ACCEPT_CONTRADICTION, by a rebuild: with the state that the top-up had in the place of the version, and whether or
 * not something waits. What its own transaction cost is among what was accepted.
 */
export const ACCEPT_AGAIN = `${PRELUDE}${MOVING}${ROW_RULES}${EXTRA}${ACCEPT_EXTRA}
local reference = ARGV[3]
local record = readRecord(KEYS[1])
if record.state ~= ARGV[4] or record.acceptedAs == ARGV[8] then return 0 end
for i = 9, #ARGV, 4 do
  if record.state == 'succeeded' and ARGV[i] == record.transactionId and not record.cost and ARGV[i + 2] ~= '' then
    redis.call('HSET', KEYS[1], 'cost', ARGV[i + 2], 'costCurrency', ARGV[i + 3])
  end
end
acceptExtra(reference, record)
return 1
`;
