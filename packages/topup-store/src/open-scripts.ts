/** The Lua that a process runs to find out which ledger it has, and whether it still is that one. */
import { PRELUDE } from "./scripts.js";

/**
 * Opens the ledger, creating its fixed values where it is new. KEYS: meta. ARGV: time, base, epoch, recipientKey, and
 * the epochs of the ledgers that the caller knows of, between spaces: where those are gone nothing is created; and the
 * account that the caller has, or nothing. The first account that opens a ledger is its account from then on. Answers
 * the fixed values. It is no write of the ledger that could be lost, so it is not counted as one.
 */
export const OPEN = `${PRELUDE}
local layout = redis.call('HGET', KEYS[1], 'layout')
if not layout and ARGV[5] == '' then
  redis.call('HSET', KEYS[1], 'layout', '1')
  redis.call('HSETNX', KEYS[1], 'recipientKey', ARGV[4])
  layout = '1'
end
-- A ledger of before there were epochs gets its first one; it has lost nothing that anybody could know of.
if layout == '1' and ARGV[5] == '' then redis.call('HSETNX', KEYS[1], 'epoch', ARGV[3]) end
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if ARGV[6] ~= '' and epoch and (ARGV[5] == '' or string.find(ARGV[5], ' ' .. epoch .. ' ', 1, true)) then
  redis.call('HSETNX', KEYS[1], 'account', ARGV[6])
end
return redis.call('HGETALL', KEYS[1])
`;

/**
 * Answers nothing: being refused, or not, is what a caller wants to know. It writes, since a Redis that is full, that
 * cannot write to its disk or that became a replica refuses only that. KEYS: meta. ARGV: time, base.
 */
export const CHECK = `${PRELUDE}
redis.call('SET', base .. 'check', '1', 'PX', '60000')
return false
`;
