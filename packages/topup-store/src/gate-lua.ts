/**
 * Needs PRELUDE. Closes a gate, and keeps why and since when. `gate-info` holds `closings|reason|since|detail` by name:
 * a gate that closes again before it has stayed open for `delayMsMax` counts as closed since the first of these times.
 * `gate-news` holds the changes that no worker has reported yet, and `gate-watch` the gates whose opening is to be
 * reported, by when their time ends.
 */
export const GATES = `
local GATE_NEWS_MAX = 1000
local function reportGate(change, name, atMs)
  local known = redis.call('HGET', base .. 'gate-info', name) or ''
  redis.call('RPUSH', base .. 'gate-news', change .. '|' .. whole(atMs) .. '|' .. name .. '|' .. known)
  redis.call('LTRIM', base .. 'gate-news', -GATE_NEWS_MAX, -1)
end
local function closeGate(name, reason, now, untilMs, firstMs, delayMsMax, detail)
  local gates, info = base .. 'gates', base .. 'gate-info'
  local current = tonumber(redis.call('ZSCORE', gates, name) or '0')
  local before = redis.call('HGET', info, name)
  local closings, since = 1, whole(now)
  local sinceBefore = string.match(before or '', '^%d+|[^|]*|(%d+)')
  if untilMs then
    if current > untilMs then return current end
    if current > now and sinceBefore then since = sinceBefore end
  else
    if current > now then return current end
    if before and now < current + delayMsMax then
      closings = tonumber(string.match(before, '^%d+')) + 1
      since = sinceBefore or since
    end
    untilMs = now + math.min(firstMs * 2 ^ math.min(closings - 1, 30), delayMsMax)
  end
  redis.call('ZADD', gates, whole(untilMs), name)
  redis.call('HSET', info, name, closings .. '|' .. reason .. '|' .. since .. '|' .. (detail or ''))
  if untilMs > now then
    if current <= now then reportGate('closed', name, untilMs) end
    redis.call('ZADD', base .. 'gate-watch', whole(untilMs), name)
  end
  return untilMs
end
`;
