/** The Lua of people and their sessions. The first arguments of a change are those of every audited script. */
import { PRELUDE } from "../scripts.js";
import { AUDITED } from "./audit-lua.js";

/** Adds a person. KEYS: person. ARGV from 8: user, most people, then pairs. Answers `done`, `exists` or `full`. */
export const ADD_PERSON = `${AUDITED}
if redis.call('EXISTS', KEYS[1]) == 1 then return { 'exists' } end
if redis.call('ZCARD', base .. 'pe') >= tonumber(ARGV[9]) then return { 'full' } end
local now = whole(ledgerNow())
redis.call('HSET', KEYS[1], 'version', '1', 'createdAt', now, unpack(ARGV, 10))
redis.call('ZADD', base .. 'pe', now, ARGV[8])
audit()
return { 'done' }
`;

/**
 * Whether this change would leave nobody who may manage people: then it would take the command line to add one. ARGV of
 * the caller: what the role is called.
 */
const LAST_ADMINISTRATOR = `
local function isAdministrator(user)
  local roles = redis.call('HGET', base .. 'pe:' .. user, 'roles')
  return roles and string.find(' ' .. roles .. ' ', ' administrator ', 1, true) ~= nil
end
local function isLastAdministrator(user)
  if not isAdministrator(user) then return false end
  for _, other in ipairs(redis.call('ZRANGE', base .. 'pe', 0, -1)) do
    if other ~= user and isAdministrator(other) then return false end
  end
  return true
end
`;

/**
 * Changes a person as it was read. KEYS: person. ARGV from 8: user, version, whether the role of administrator is taken
 * away (1 or 0), then pairs. Answers `done`, `missing`, `raced` or `last-administrator`.
 */
export const CHANGE_PERSON = `${AUDITED}${LAST_ADMINISTRATOR}
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return { 'missing' } end
if version ~= ARGV[9] then return { 'raced' } end
if ARGV[10] == '1' and isLastAdministrator(ARGV[8]) then return { 'last-administrator' } end
redis.call('HSET', KEYS[1], 'version', whole(tonumber(version) + 1), unpack(ARGV, 11))
audit()
return { 'done' }
`;

/** Removes a person, and with it every session. KEYS: person. ARGV from 8: user. Answers as a change does. */
export const REMOVE_PERSON = `${AUDITED}${LAST_ADMINISTRATOR}
if redis.call('EXISTS', KEYS[1]) == 0 then return { 'missing' } end
if isLastAdministrator(ARGV[8]) then return { 'last-administrator' } end
redis.call('DEL', KEYS[1])
redis.call('ZREM', base .. 'pe', ARGV[8])
audit()
return { 'done' }
`;

/**
 * Begins a session, if the person's sessions are still those of the sign-in: a password that was changed meanwhile
 * lets nobody in. KEYS: session. ARGV from 8: user, sessions, idleMs, mostMs. Answers `done` or `gone`.
 */
export const BEGIN_SESSION = `${AUDITED}
if redis.call('HGET', base .. 'pe:' .. ARGV[8], 'sessions') ~= ARGV[9] then return { 'gone' } end
local now = ledgerNow()
redis.call('HSET', KEYS[1], 'user', ARGV[8], 'sessions', ARGV[9], 'createdAt', whole(now), 'endsAt', whole(now + tonumber(ARGV[11])))
redis.call('PEXPIRE', KEYS[1], math.min(tonumber(ARGV[10]), tonumber(ARGV[11])))
audit()
return { 'done' }
`;

/** Ends one session. KEYS: session. Answers `done` or `missing`. */
export const END_SESSION = `${AUDITED}
if redis.call('DEL', KEYS[1]) == 0 then return { 'missing' } end
audit()
return { 'done' }
`;

/**
 * Finds whose a session is. KEYS: session. ARGV: time, base, idleMs by which it is kept alive, or 0. Answers nothing where
 * it is over: for its age, because nothing was asked for too long, or because all of its person's were ended; else the
 * user, when it will be over, and the person.
 */
export const FIND_SESSION = `${PRELUDE}
local user, sessions, endsAt = unpack(redis.call('HMGET', KEYS[1], 'user', 'sessions', 'endsAt'))
if not user then return false end
local now, person = ledgerNow(), redis.call('HGETALL', base .. 'pe:' .. user)
local current
for i = 1, #person, 2 do if person[i] == 'sessions' then current = person[i + 1] end end
if current ~= sessions or now >= tonumber(endsAt) then
  redis.call('DEL', KEYS[1])
  return false
end
local leftMs = tonumber(endsAt) - now
if ARGV[3] ~= '0' then redis.call('PEXPIRE', KEYS[1], whole(math.min(tonumber(ARGV[3]), leftMs))) end
return { user, whole(now + redis.call('PTTL', KEYS[1])), person }
`;
