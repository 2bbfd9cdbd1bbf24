/** The Lua that a process runs to find out which ledger it has, and whether it still is that one. */
import { PRELUDE } from "./scripts.js";

/**
 * Creates the fixed values of a ledger where there is none. KEYS: meta. ARGV: time, base, epoch, recipientKey, the
 * account that the caller has, or nothing, and the states of top-ups. Run as one that `watches`. Answers `created`, `exists`, or `remains` where
 * records of a ledger are there and its fixed values are not. What is there is not changed.
 */
export const CREATE = `${PRELUDE}
if redis.call('EXISTS', KEYS[1]) == 1 then return 'exists' end
local remains = redis.call('EXISTS', base .. 'due', base .. 'events', base .. 'k')
for i = 7, #ARGV do remains = remains + redis.call('EXISTS', base .. 's:' .. ARGV[i]) end
if remains > 0 then return 'remains' end
redis.call('HSET', KEYS[1], 'layout', '1', 'recipientKey', ARGV[4], 'epoch', ARGV[3], 'createdAt', whole(ledgerNow()))
if ARGV[6] ~= '' then redis.call('HSET', KEYS[1], 'createdBy', ARGV[6]) end
local first = serverId()
if first then redis.call('HSET', KEYS[1], 'server', first) end
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'account', ARGV[5]) end
return 'created'
`;

/**
 * Opens the ledger. KEYS: meta. ARGV: time, base, epoch, the epochs of the ledgers that the caller knows of, between
 * spaces, and the account that the caller has, or nothing. The first account that opens a ledger without one is its
 * account from then on. Answers the fixed values, nothing where there is no ledger. It is no write of the ledger that
 * could be lost, so it is not counted as one.
 */
export const OPEN = `${PRELUDE}
local layout, behind = unpack(redis.call('HMGET', KEYS[1], 'layout', 'behind'))
-- A ledger of before there were epochs gets its first one; it has lost nothing that anybody could know of. One that a
-- rebuild has begun to make is marked as behind and gets its epoch from there.
if layout == '1' and ARGV[4] == '' and not behind then redis.call('HSETNX', KEYS[1], 'epoch', ARGV[3]) end
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if ARGV[5] ~= '' and epoch and (ARGV[4] == '' or string.find(ARGV[4], ' ' .. epoch .. ' ', 1, true)) then
  redis.call('HSETNX', KEYS[1], 'account', ARGV[5])
end
return redis.call('HGETALL', KEYS[1])
`;
