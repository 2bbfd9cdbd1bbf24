import type { RedisClient } from "./redis.js";
import type { Finding } from "./redis-checks.js";

/**
 * Every command that the ledger, BullMQ and their scripts run, with an example of its arguments; `%` is a key under the
 * prefix. A test holds the list against the scripts. Redis is asked about each, and none of them is run.
 */
export const NEEDED_COMMANDS: readonly string[] = [
  "BZPOPMIN % 1",
  "DEL %",
  "EVALSHA 0 1 %",
  "EXEC",
  "EXISTS %",
  "GET %",
  "HDEL % f",
  "HEXISTS % f",
  "HGET % f",
  "HGETALL %",
  "HINCRBY % f 1",
  "HLEN %",
  "HMGET % f",
  "HMSET % f v",
  "HSET % f v",
  "HSETNX % f v",
  "INCR %",
  "INCRBY % 1",
  "INFO",
  "LINDEX % 0",
  "LLEN %",
  "LPOP %",
  "LPOS % v",
  "LPUSH % v",
  "LRANGE % 0 1",
  "LREM % 1 v",
  "LSET % 0 v",
  "LTRIM % 0 1",
  "MGET %",
  "MULTI",
  "PERSIST %",
  "PEXPIRE % 1",
  "PEXPIREAT % 1",
  "PTTL %",
  "RENAME % %",
  "RPOP %",
  "RPOPLPUSH % %",
  "RPUSH % v",
  "SADD % v",
  "SCARD %",
  "SET % v",
  "SISMEMBER % v",
  "SMEMBERS %",
  "SRANDMEMBER %",
  "SREM % v",
  "TIME",
  "TYPE %",
  "UNLINK %",
  "XADD % * f v",
  "XDEL % 0-1",
  "XLEN %",
  "XRANGE % - +",
  "XREAD STREAMS % 0",
  "XTRIM % MAXLEN 1",
  "ZADD % 1 v",
  "ZCARD %",
  "ZCOUNT % 0 1",
  "ZLEXCOUNT % - +",
  "ZMSCORE % v",
  "ZPOPMIN %",
  "ZRANGE % 0 1",
  "ZRANGEBYLEX % - +",
  "ZRANGEBYSCORE % 0 1",
  "ZREM % v",
  "ZREMRANGEBYRANK % 0 1",
  "ZREMRANGEBYSCORE % 0 1",
  "ZREVRANGE % 0 1",
  "ZREVRANGEBYLEX % + -",
  "ZREVRANGEBYSCORE % 1 0",
  "ZSCORE % v",
];

/** Answers which of the commands in ARGV this user may not run on KEYS[1]. Where Redis cannot say, nothing. */
const ASK = `
local refused = {}
for _, line in ipairs(ARGV) do
  local words = {}
  for word in string.gmatch(line, '%S+') do words[#words + 1] = word == '%' and KEYS[1] or word end
  local known, allowed = pcall(redis.acl_check_cmd, unpack(words))
  if known and not allowed then refused[#refused + 1] = words[1] end
end
return refused
`;

const SHOWN_MAX = 8;

/**
 * Asks whether this user may do all that a process will do, before one finds out in the middle of a top-up.
 * @returns what is refused: commands, keys, or the node as a whole, where it is one of a cluster that has other keys.
 * @throws when Redis cannot be asked at all.
 */
export async function checkPermissions(client: RedisClient, prefix: string): Promise<Finding[]> {
  try {
    const refused = await client.eval(ASK, 1, `${prefix}:{0}:permissions`, ...NEEDED_COMMANDS);
    const names = Array.isArray(refused) ? refused.map(String) : [];
    return names.length === 0 ? [] : [refusedCommands(names, prefix)];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.message.startsWith("NOPERM")) return [refusedCommands(["EVAL"], prefix, error.message)];
    if (error.message.startsWith("MOVED")) return [anotherNode(prefix)];
    throw error;
  }
}

function refusedCommands(names: readonly string[], prefix: string, words?: string): Finding {
  const more = names.length > SHOWN_MAX ? ` and ${names.length - SHOWN_MAX} more` : "";
  return {
    severity: "refuse",
    setting: "permissions",
    found: `refused: ${names.slice(0, SHOWN_MAX).join(", ")}${more}${words === undefined ? "" : ` (${words})`}`,
    wanted: `every command that Surefill runs, on keys that start with ${prefix}:`,
    why: "A top-up that is sent and cannot be recorded is unknown, and a person or the report must find out.",
    cure: `ACL SETUSER <user> ~${prefix}:* +@all -@dangerous -@admin +info +config|get`,
  };
}

function anotherNode(prefix: string): Finding {
  return {
    severity: "refuse",
    setting: "cluster",
    found: `a node that does not hold the keys of ${prefix}:{0}`,
    wanted: "one primary that holds all of them",
    why: "Every key of the ledger lies in one slot, and this process talks to one node.",
    cure: "Point REDIS_URL at the node that holds the slot, or at a Redis without cluster mode.",
  };
}
