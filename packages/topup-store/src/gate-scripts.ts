import { GATE_CONTROL } from "./gate-control-lua.js";
import { GATES } from "./gate-lua.js";
import { PRELUDE } from "./scripts.js";

/**
 * Closes a gate by name. KEYS: gates. ARGV: time, base, name, reason, untilMs, firstMs, delayMsMax, detail. Answers its
 * end.
 */
export const CLOSE_GATE = `${PRELUDE}${GATES}
return whole(closeGate(ARGV[3], ARGV[4], ledgerNow(), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8]))
`;

/**
 * Counts a failure against a gate that no top-up's move tells of, and closes it when there are enough. KEYS: gates. ARGV:
 * time, base, name, process, closing as JSON. Answers its end, also where it is
 * closed already, or nothing when it stays open.
 */
export const COUNT_FAILURE = `${PRELUDE}${GATES}${GATE_CONTROL}
local now, closing = ledgerNow(), cjson.decode(ARGV[5])
local closedUntil = redis.call('ZSCORE', KEYS[1], ARGV[3])
if closedUntil and tonumber(closedUntil) > now then return closedUntil end
if not countFailure(ARGV[3], closing.evidence, '', ARGV[4], now) then return '' end
return whole(closeGate(ARGV[3], closing.reason, now, nil, closing.firstMs, closing.delayMsMax, closing.detail))
`;

/** Notes that a process runs. KEYS: gates. ARGV: time, base, process. */
export const NOTE_WORKER = `${PRELUDE}
local now = ledgerNow()
redis.call('ZADD', base .. 'workers', whole(now), ARGV[3])
redis.call('ZREMRANGEBYSCORE', base .. 'workers', '-inf', whole(now - 3600000))
return 1
`;

/** Opens a gate at once. KEYS: gates. ARGV: time, base, name. */
export const OPEN_GATE = `${PRELUDE}${GATES}
local now = ledgerNow()
local closedUntil = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[3]) or '0')
if closedUntil > now then reportGate('opened', ARGV[3], now) end
redis.call('ZREM', KEYS[1], ARGV[3])
redis.call('HDEL', base .. 'gate-info', ARGV[3])
redis.call('ZREM', base .. 'gate-watch', ARGV[3])
redis.call('HDEL', base .. 'gate-failures', ARGV[3])
redis.call('HDEL', base .. 'gate-control', ARGV[3])
return 1
`;

/**
 * Takes the changes of gates that no process has reported yet, oldest first: each is given out once. A gate whose time
 * has ended counts as opened once it has stayed open for a while. KEYS: gates. ARGV: time, base, milliseconds that it
 * must have stayed open, most changes. Answers `change|at|name|closings|reason|since|detail` for each.
 */
export const TAKE_GATE_NEWS = `${PRELUDE}${GATES}
local opened = redis.call('ZRANGEBYSCORE', base .. 'gate-watch', '-inf', whole(ledgerNow() - tonumber(ARGV[3])),
  'WITHSCORES', 'LIMIT', 0, ARGV[4])
for i = 1, #opened, 2 do
  redis.call('ZREM', base .. 'gate-watch', opened[i])
  reportGate('opened', opened[i], tonumber(opened[i + 1]))
end
return redis.call('LPOP', base .. 'gate-news', ARGV[4]) or {}
`;
