-- Enqueues one top-up from any language that can send EVAL to Redis, in the form in which BullMQ 6 stores a job.
-- A BullMQ client of the language is better where there is one (Python, Elixir, PHP): it follows changes of the form.
--
--   KEYS[1]  the queue: "<REDIS_PREFIX>:{0}:submit"
--   ARGV[1]  the top-up as JSON, as for POST /v1/topups, with its reference
--   ARGV[2]  the time in milliseconds since 1970
--
-- Returns the id of the job. Sent again, it adds nothing while the job is there, and pays nothing twice afterwards.
--
--   Python:  client.eval(script, 1, "surefill:{0}:submit", json.dumps(topup), int(time.time() * 1000))
local queue = KEYS[1]
local id = "topup-" .. cjson.decode(ARGV[1]).reference
local job = queue .. ":" .. id
if redis.call("EXISTS", job) == 1 then return id end

redis.call("HSET", job,
  "name", "topup",
  "data", ARGV[1],
  "opts", '{"attempts":0,"removeOnComplete":{"age":3600},"removeOnFail":{"age":604800}}',
  "timestamp", ARGV[2],
  "delay", 0,
  "priority", 0)
redis.call("XADD", queue .. ":events", "MAXLEN", "~", 10000, "*", "event", "added", "jobId", id, "name", "topup")
redis.call("LPUSH", queue .. ":wait", id)
redis.call("ZADD", queue .. ":marker", 0, "0") -- Wakes a worker that waits.
redis.call("XADD", queue .. ":events", "MAXLEN", "~", 10000, "*", "event", "waiting", "jobId", id)
return id
