/** What the apps' boot checks ask of a Redis (packages/runtime/src/redis-checks.ts). */
export const DURABLE_SETTINGS = {
  appendonly: "yes",
  appendfsync: "always",
  "no-appendfsync-on-rewrite": "no",
  "maxmemory-policy": "noeviction",
};

/** Settings by their names in redis.conf, as arguments of redis-server. */
export function redisArgs(settings) {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** The command line that starts a Redis on which the apps agree to start. */
export const DURABLE_REDIS_COMMAND = ["redis-server", ...redisArgs(DURABLE_SETTINGS)].join(" ");
