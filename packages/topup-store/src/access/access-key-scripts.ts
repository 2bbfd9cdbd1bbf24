/** The Lua of keys for programs. Its first arguments are those of every audited script (audit-lua.ts). */
import { AUDITED } from "./audit-lua.js";

/**
 * Stores a new key. KEYS: key. ARGV from 8: id, name, most keys, then pairs. Answers `done`, `exists` where the name
 * belongs to a key that is in force, or `full`. At the limit the oldest key that is no longer in force is forgotten.
 */
export const CREATE_ACCESS_KEY = `${AUDITED}
local names, now = base .. 'ak-names', ledgerNow()
local holder = redis.call('HGET', names, ARGV[9])
if holder then
  local state = redis.call('HMGET', base .. 'ak:' .. holder, 'expiresAt', 'name')
  if state[2] and (not state[1] or tonumber(state[1]) > now) then return { 'exists' } end
end
local function forgetOne()
  for _, id in ipairs(redis.call('ZRANGE', base .. 'ak', 0, -1)) do
    local ends = redis.call('HMGET', base .. 'ak:' .. id, 'revokedAt', 'expiresAt')
    if ends[1] or (ends[2] and tonumber(ends[2]) <= now) then
      redis.call('DEL', base .. 'ak:' .. id)
      return redis.call('ZREM', base .. 'ak', id)
    end
  end
end
if redis.call('ZCARD', base .. 'ak') >= tonumber(ARGV[10]) and not forgetOne() then return { 'full' } end
redis.call('HSET', KEYS[1], 'createdAt', whole(now), unpack(ARGV, 11))
redis.call('HSET', names, ARGV[9], ARGV[8])
redis.call('ZADD', base .. 'ak', whole(now), ARGV[8])
audit()
return { 'done' }
`;

/**
 * Takes a key out of force for good. It stays listed. KEYS: key. ARGV from 8: id, by whom. Answers `done`, `missing`, or
 * `revoked` where it was so before.
 */
export const REVOKE_ACCESS_KEY = `${AUDITED}
local before = redis.call('HMGET', KEYS[1], 'name', 'revokedAt')
if not before[1] then return { 'missing' } end
if before[2] then return { 'revoked' } end
redis.call('HSET', KEYS[1], 'revokedAt', whole(ledgerNow()), 'revokedBy', ARGV[9])
if redis.call('HGET', base .. 'ak-names', before[1]) == ARGV[8] then redis.call('HDEL', base .. 'ak-names', before[1]) end
audit()
return { 'done' }
`;
