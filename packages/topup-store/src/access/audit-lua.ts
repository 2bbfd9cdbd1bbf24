/** The Lua of the audit log, and what every script that changes who may do what begins with. */
import { PRELUDE } from "../scripts.js";

/** Answers the ledger's time, the number of the last entry and its hash. KEYS: head. ARGV: time, base. */
export const READ_AUDIT_HEAD = `${PRELUDE}
local head = redis.call('HMGET', KEYS[1], 'number', 'hash')
return { whole(ledgerNow()), head[1] or '0', head[2] or '' }
`;

/**
 * What a script begins with that writes an entry in the same step as its change. ARGV: time, base, number and hash of
 * the last entry as the caller knows it (the hash is empty where there is none), the new entry as JSON, its hash, and
 * for how many milliseconds entries are kept; a script's own arguments follow from ARGV[8] on. The entry's hash covers
 * the one before, and Redis cannot make it: so the caller does, and where another was faster the script answers
 * `stale`, has changed nothing, and is called again.
 */
export const AUDITED = `${PRELUDE}
local knownHead = redis.call('HMGET', base .. 'al-head', 'number', 'hash')
if (knownHead[1] or '0') ~= ARGV[3] or (knownHead[2] or '') ~= ARGV[4] then return { 'stale' } end
local function audit()
  local now, log = ledgerNow(), base .. 'al'
  local number = tonumber(ARGV[3]) + 1
  redis.call('XADD', log, whole(number) .. '-0', 'at', whole(now), 'entry', ARGV[5])
  redis.call('HSET', base .. 'al-head', 'number', whole(number), 'hash', ARGV[6])
  -- Twice as many go as come, at most: the log shrinks to what it is to keep without a maintenance task.
  for _, old in ipairs(redis.call('XRANGE', log, '-', '+', 'COUNT', 2)) do
    if tonumber(old[2][2]) >= now - tonumber(ARGV[7]) then break end
    redis.call('XDEL', log, old[1])
  end
end
`;

/** Writes an entry and nothing else. KEYS: log. */
export const APPEND_AUDIT_ENTRY = `${AUDITED}
audit()
return { 'done' }
`;
