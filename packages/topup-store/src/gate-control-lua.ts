/**
 * Needs PRELUDE and GATES. The evidence that closes a gate, the way in which it opens again, and the account's pace.
 *
 * `gate-failures` holds `count|recipients|processes|at` by gate: failures since the last success, the different
 * recipients and processes among them, and when the latest was.
 *
 * `gate-control` holds, by gate, `allowed|used|at` while the gate is half-open: after its time has ended as many claims
 * pass as are allowed, and the number doubles with each success. Its field `pace` holds `perSecond|at|tat|slot`: how fast
 * all workers together may send since the provider last asked for less.
 *
 * `workers` holds the processes that run, by when they were last heard of.
 */
export const GATE_CONTROL = `
local FAILURES_AGE_MS = 600000
local WORKER_AGE_MS = 30000
local PROBES_FIRST, PROBES_MAX = 2, 64
-- While probes go first, two failures in a row show that it was too early.
local PROBES_FAILED_MAX = 2
local function addDistinct(list, one, most)
  if one == '' or string.find(',' .. list .. ',', ',' .. one .. ',', 1, true) then return list end
  local _, count = string.gsub(list, '[^,]+', '')
  if count >= most then return list end
  return list == '' and one or list .. ',' .. one
end
local function sizeOf(list)
  local _, count = string.gsub(list, '[^,]+', '')
  return count
end
-- Counts a failure against a gate. Answers whether there are enough to close it.
local function countFailure(name, evidence, recipient, process, now)
  local key = base .. 'gate-failures'
  local count, recipients, processes, at = string.match(redis.call('HGET', key, name) or '', '^(%d+)|([^|]*)|([^|]*)|(%d+)$')
  if not count or now - tonumber(at) > FAILURES_AGE_MS then count, recipients, processes = 0, '', '' end
  count = tonumber(count) + 1
  recipients = addDistinct(recipients, recipient, evidence.recipients)
  processes = addDistinct(processes, process, evidence.processes)
  local isProbed = redis.call('HEXISTS', base .. 'gate-control', name) == 1
  local alive = redis.call('ZCOUNT', base .. 'workers', whole(now - WORKER_AGE_MS), '+inf')
  local isEnough = count >= (isProbed and PROBES_FAILED_MAX or evidence.failures)
    and (isProbed or sizeOf(recipients) >= evidence.recipients)
    and sizeOf(processes) >= math.min(evidence.processes, math.max(alive, 1))
  if isEnough then
    redis.call('HDEL', key, name)
    redis.call('HSET', base .. 'gate-control', name, PROBES_FIRST .. '|0|0')
  else
    redis.call('HSET', key, name, count .. '|' .. recipients .. '|' .. processes .. '|' .. whole(now))
  end
  return isEnough
end
-- Something passed a gate: its failures are forgotten, and while it is half-open twice as many may pass.
local function countSuccess(names, now)
  redis.call('HDEL', base .. 'gate-failures', unpack(names))
  local control = base .. 'gate-control'
  for index, entry in ipairs(redis.call('HMGET', control, unpack(names))) do
    local name, allowed = names[index], tonumber(string.match(entry or '', '^%d+'))
    if allowed and allowed * 2 > PROBES_MAX then
      redis.call('HDEL', control, name)
      if redis.call('ZREM', base .. 'gate-watch', name) == 1 then reportGate('opened', name, now) end
      -- The next closing is the first one in a row.
      redis.call('ZREM', base .. 'gates', name)
      redis.call('HDEL', base .. 'gate-info', name)
    elseif allowed then
      redis.call('HSET', control, name, whole(allowed * 2) .. '|0|' .. whole(now))
    end
  end
end
-- The provider asked for less. Answers of one second come from one and the same overload.
local function lowerPace(perSecond, now)
  local control = base .. 'gate-control'
  local rate, at = string.match(redis.call('HGET', control, 'pace') or '', '^([%d.]+)|(%d+)|')
  if rate and now - tonumber(at) < 1000 then return end
  local alive = redis.call('ZCOUNT', base .. 'workers', whole(now - WORKER_AGE_MS), '+inf')
  local sent = perSecond * math.max(alive, 1)
  local allowed = rate and tonumber(rate) + math.max(0.1 * rate, 0.5) * (now - tonumber(at)) / 1000
  local lower = math.max(0.5, 0.8 * math.min(allowed or sent, sent))
  redis.call('HSET', control, 'pace', string.format('%.3f|%.0f|%.3f|0', lower, now, now))
end
`;

/**
 * Needs PRELUDE. What a claim asks of `gate-control`, in the order in which it asks: reading takes nothing, `take` counts
 * the claim.
 */
export const GATE_ADMISSION = `
-- How much of the pace may be made up at once, when claims come late.
local ACCOUNT_PACE_SLACK_MS = 100
local PACE_AGE_MS = 60000
local PACE_WAIT_MS_MAX = 10000
-- Until when a half-open gate lets no further claim pass; nothing while it does. A probe that has no outcome after
-- \`patienceMs\` makes room for others.
local function probedUntil(entry, now, patienceMs, waitMs)
  local allowed, used, at = string.match(entry or '', '^(%d+)|(%d+)|(%d+)$')
  if not allowed or now >= tonumber(at) + patienceMs then return nil end
  if tonumber(used) >= tonumber(allowed) then return now + waitMs end
end
local function takeProbe(name, entry, now, patienceMs)
  local allowed, used, at = string.match(entry or '', '^(%d+)|(%d+)|(%d+)$')
  if not allowed then return end
  if now >= tonumber(at) + patienceMs then used, at = 0, whole(now) end
  redis.call('HSET', base .. 'gate-control', name, allowed .. '|' .. whole(tonumber(used) + 1) .. '|' .. at)
end
-- The generic cell rate algorithm on claims of all workers. Answers when to ask again, or nothing and counts the claim.
local function paceAccount(entry, now)
  local rate, at, tat, slot = string.match(entry or '', '^([%d.]+)|(%d+)|([%d.]+)|([%d.]+)$')
  if not rate then return nil end
  rate, at, tat, slot = tonumber(rate), tonumber(at), tonumber(tat), tonumber(slot)
  local control = base .. 'gate-control'
  if now - at > PACE_AGE_MS then redis.call('HDEL', control, 'pace'); return nil end
  local spacing = 1000 / (rate + math.max(0.1 * rate, 0.5) * (now - at) / 1000)
  local early, answer = tat - ACCOUNT_PACE_SLACK_MS - now, nil
  if early <= 0 then tat = math.max(now, tat) + spacing
  elseif early <= spacing / 2 then return math.ceil(now + early)
  else
    answer = math.max(slot, now + early)
    slot = answer + spacing
  end
  redis.call('HSET', control, 'pace', string.format('%.3f|%.0f|%.3f|%.3f', rate, at, tat, slot))
  return answer and math.ceil(math.min(answer, now + PACE_WAIT_MS_MAX))
end
`;
