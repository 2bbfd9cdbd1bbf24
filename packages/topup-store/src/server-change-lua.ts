/**
 * The Lua by which the ledger notices that Redis is another server than the one it was last open on: a replica that was
 * promoted, a restart, a copy of its files. Such a server may lack writes that were acknowledged.
 *
 * A server is named by its replication id (`master_replid` of INFO). A primary has a new one after each start and after
 * each promotion, so no two primaries share one, and it tells more than the run id: a server that was made a replica,
 * and a primary again, keeps its run id. It is read inside the script, so that no proxy and no connection that outlived
 * a promotion can hide which server runs it.
 */

/** A process that was not heard of for so long does not count as one that runs. In milliseconds. */
export const PROCESS_SILENT_MS = 5_000;

/**
 * After a change of server a process that is silent is compared by another that reads its state folder, when so much time
 * is over, and so much after which a claim is not sent any more: a claim that it got, and has not written down, is
 * never sent then. In milliseconds.
 */
export const FOLDER_READ_AFTER_MS = 2_000;
const SEND_MARGIN_MS = 500;

/** Former servers that are remembered, with the sequence at which each one's history ended here. */
const FORMER_SERVERS_MAX = 32;

/** A process that has stopped, or was lost, is listed for so long. In milliseconds. */
const PROCESS_KEPT_MS = 3_600_000;

/** Answers nothing where INFO is refused: a change is not noticed then. */
export const SERVER_ID = `local function serverId()
  local info = redis.pcall('INFO', 'replication')
  if type(info) ~= 'string' then return nil end
  local _, last = string.find(info, 'master_replid:', 1, true)
  return last and string.sub(info, last + 1, last + 40)
end`;

/**
 * Needs `meta` and ARGV[1] and [2], time and base. `changeServer` closes the ledger until what every process that runs
 * knows of it has been compared; `isBeyond` tells whether it lacks what was acknowledged under a server.
 */
export const SERVER_RULES = `
local function whole(number) return string.format('%.0f', number) end
local function timeMs()
  if ARGV[1] ~= '' then return tonumber(ARGV[1]) end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
-- Of a process: when it was last heard of, its state folder, within how many milliseconds of a claim it sends, how
-- people know it. Nothing of one that has stopped.
local function heardOf(entry)
  local atMs, folder, sendWithinMs, label = string.match(entry, '^(%d+)|([^|]*)|(%d+)|(.*)$')
  return tonumber(atMs), folder, sendWithinMs, label
end
-- Those of a list of processes that ran when it was last written.
local function running(list)
  local newest, found = 0, {}
  for i = 2, #list, 2 do newest = math.max(newest, tonumber(string.match(list[i], '%d+')) or 0) end
  for i = 1, #list, 2 do
    local atMs, folder, sendWithinMs, label = heardOf(list[i + 1])
    if atMs and atMs >= newest - ${PROCESS_SILENT_MS} then found[list[i]] = { folder, sendWithinMs, label } end
  end
  return found
end
local function await(processes)
  for id, process in pairs(processes) do
    redis.call('HSET', ARGV[2] .. 'comparison', id, 'awaited|' .. table.concat(process, '|'))
  end
end
local function changeServer(id, former, sequence, since)
  if former then
    local known = redis.call('HMGET', meta, 'servers', 'openServer')
    local servers = {}
    for each in string.gmatch((known[1] or '') .. ' ' .. former .. ':' .. whole(sequence), '%S+') do
      servers[#servers + 1] = each
    end
    while #servers > ${FORMER_SERVERS_MAX} do
      redis.call('HSET', meta, 'serversDropped', string.match(table.remove(servers, 1), ':(%d+)$'))
    end
    redis.call('HSET', meta, 'servers', table.concat(servers, ' '), 'openServer', since and known[2] or former)
    local comparison = redis.call('HGETALL', ARGV[2] .. 'comparison')
    for i = 1, #comparison, 2 do
      local process = { string.match(comparison[i + 1], '^[%a%d:]+|([^|]*)|(%d+)|(.*)$') }
      if process[1] then await({ [comparison[i]] = process }) end
    end
    await(running(redis.call('HGETALL', ARGV[2] .. 'processes')))
    since = whole(timeMs())
    redis.call('HSET', meta, 'comparing', since)
  end
  redis.call('HSET', meta, 'server', id)
  return id, since or false
end
-- Its history ended here before that, or never had that server.
local function isBeyond(server, sequence, current)
  if server == '' or not current or server == current then return false end
  local known = redis.call('HMGET', meta, 'servers', 'serversDropped')
  local ended = string.match(' ' .. (known[1] or ''), ' ' .. server .. ':(%d+)') or known[2]
  return not ended or sequence > tonumber(ended)
end
`;

/**
 * Notes that a process runs, and answers all that do. It writes, since a Redis that is full, that cannot write to its disk
 * or that became a replica refuses only that. KEYS: meta. ARGV: time, base, process, its entry (state folder,
 * within how many milliseconds it sends, and label, with | between them), or two empty ones of a caller that is none.
 * Answers the list of processes.
 */
export const CHECK = `${SERVER_RULES}
local base = ARGV[2]
redis.call('SET', base .. 'check', '1', 'PX', '60000')
if ARGV[3] == '' then return {} end
local now = timeMs()
redis.call('HSET', base .. 'processes', ARGV[3], whole(now) .. '|' .. ARGV[4])
local list = redis.call('HGETALL', base .. 'processes')
for i = 1, #list, 2 do
  local atMs = tonumber(string.match(list[i + 1], '%d+'))
  if not atMs or atMs < now - ${PROCESS_KEPT_MS} then redis.call('HDEL', base .. 'processes', list[i]) end
end
return list
`;

/**
 * Notes that a process has stopped in order. Where this is there, all that the process was told of is. KEYS: meta. ARGV:
 * time, base, process.
 */
export const LEAVE = `${SERVER_RULES}
local base = ARGV[2]
redis.call('HSET', base .. 'processes', ARGV[3], 'left|' .. whole(timeMs()))
return false
`;

/**
 * Takes what a process knows of the ledger, after a change of server, and opens the ledger when everybody who ran has been
 * compared and one at least knew the ledger before the change. A process that is silent is compared by another that has
 * read its state folder. What the caller itself was told has been compared by the time that this runs. KEYS: meta. ARGV:
 * time, base, process and its entry, or two empty ones; 1 where the folder was read; how many values follow of the list of processes that the caller has seen last; that list; then pairs of server and sequence that are known
 * besides. Answers \`[open]\`, \`[behind]\`, or \`[closed, 1 where somebody knew the ledger, labels of who is awaited]\`.
 */
export const COMPARE = `${SERVER_RULES}
local base = ARGV[2]
local comparing = redis.call('HGET', meta, 'comparing')
if not comparing then return { 'open' } end
local comparison, former = base .. 'comparison', redis.call('HGET', meta, 'openServer')
local isKnown = former and toldServer == former
local first = 7 + tonumber(ARGV[6])
for i = first, #ARGV, 2 do
  local known = tonumber(ARGV[i + 1])
  if known > sequence or isBeyond(ARGV[i], known, server) then
    redis.call('HSET', meta, 'behind', whole(known))
    return { 'behind' }
  end
  isKnown = isKnown or ARGV[i] == former
end
local reported = redis.call('HGETALL', comparison)
local state = {}
for i = 1, #reported, 2 do state[reported[i]] = reported[i + 1] end
local unheard = {}
for id, process in pairs(running({ unpack(ARGV, 7, first - 1) })) do
  local here = redis.call('HGET', base .. 'processes', id)
  local hasLeft = here and string.sub(here, 1, 5) == 'left|'
  if id ~= ARGV[3] and not state[id] and not hasLeft then
    unheard[id], state[id] = process, 'awaited|' .. table.concat(process, '|')
  end
end
await(unheard)
if isKnown then state['+known'] = '1' redis.call('HSET', comparison, '+known', '1') end
local now = timeMs()
if ARGV[3] ~= '' then
  state[ARGV[3]] = (ARGV[5] == '1' and 'folder:' .. whole(now - tonumber(comparing)) or 'own') .. '|' .. ARGV[4]
  redis.call('HSET', comparison, ARGV[3], state[ARGV[3]])
  redis.call('HSET', base .. 'processes', ARGV[3], whole(now) .. '|' .. ARGV[4])
end
-- How long after the change each folder was read.
local readAfterMs = {}
for _, entry in pairs(state) do
  local afterMs, folder = string.match(entry, '^folder:(%d+)|([^|]*)|')
  if afterMs then readAfterMs[folder] = math.max(readAfterMs[folder] or 0, tonumber(afterMs)) end
end
local awaited = {}
for _, entry in pairs(state) do
  local folder, sendWithinMs, label = string.match(entry, '^awaited|([^|]*)|(%d+)|(.*)$')
  if folder then
    -- Only then does the folder hold all that the process may have sent.
    local waitMs = math.max(${FOLDER_READ_AFTER_MS}, tonumber(sendWithinMs) + ${SEND_MARGIN_MS})
    if (readAfterMs[folder] or 0) < waitMs then awaited[#awaited + 1] = label end
  end
end
table.sort(awaited)
-- Nothing was ever written to a ledger that was created a moment ago, so nobody needs to know it.
if #awaited > 0 or not (state['+known'] or sequence == 0) then
  return { 'closed', state['+known'] and 1 or 0, awaited }
end
redis.call('HDEL', meta, 'comparing', 'openServer')
redis.call('DEL', comparison)
return { 'open' }
`;

/**
 * A person opens the ledger though not everybody was compared. KEYS: meta. ARGV: time, base, who and why, which is written
 * down. Answers \`none\`, \`lost\`, \`open\` (it was), or \`opened\`.
 */
export const REOPEN = `${SERVER_RULES}
local base = ARGV[2]
local found = redis.call('HMGET', meta, 'epoch', 'behind', 'comparing')
if not found[1] then return 'none' end
if found[2] then return 'lost' end
if not found[3] then return 'open' end
redis.call('RPUSH', base .. 'server-changes', cjson.encode({
  atMs = timeMs(), server = redis.call('HGET', meta, 'server'), by = ARGV[3], reason = ARGV[4],
  comparison = redis.call('HGETALL', base .. 'comparison') }))
redis.call('HDEL', meta, 'comparing', 'openServer')
redis.call('DEL', base .. 'comparison')
return 'opened'
`;
