/** One run of one pipeline on fresh processes and a fresh Redis. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { startBackgroundProcess } from "../scripts/background-process.mjs";
import { startRedis } from "../scripts/redis.mjs";
import { openFeed } from "./feed.mjs";
import { cpuSeconds, difference, machineCpuSeconds, percentile, redisCounters, redisDataBytes } from "./figures.mjs";
import { topupOf } from "./recipients.mjs";

const SANDBOX = fileURLToPath(new URL("../packages/reloadly-sandbox/bin/reloadly-sandbox.js", import.meta.url));
/** Settles before the first poll, has money for everybody, and lets one phone be topped up at any time. */
const SANDBOX_ARGS = "--port 0 --json --balance 100000000 --processing-ms 100 --phone-recharge-window-ms 0".split(" ");

const WARM_UP = 500;
const ONE_BY_ONE = 1_000;
const ONE_BY_ONE_PER_SECOND = 200;
const MEMORY = 2_000;
const LOOK_EVERY_MS = 50;
const DONE_DEADLINE_MS = 180_000;

/**
 * Runs `topups` top-ups through a pipeline, then measures accepting one at a time, then memory.
 * @param {{ pipeline: import("./pipelines.mjs").Pipeline, topups: number,
 *   server: import("../scripts/find-redis.mjs").RedisServer, nodeArgs?: Record<string, string[]>,
 *   onStarted?: (stop: () => Promise<void>) => void }} options `nodeArgs` by process, for profiling.
 */
export async function runOnce({ pipeline, topups, server, nodeArgs = {}, onStarted = () => undefined }) {
  const stops = [];
  const stopAll = async () => {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
  };
  onStarted(stopAll);
  try {
    const parts = await startParts({ pipeline, server, nodeArgs, stops });
    const { feed, redis, start, isDone } = parts;
    let worker = await start("worker");
    let sent = 0;
    const take = (count) => Array.from({ length: count }, () => topupOf("bench", sent++));
    const untilDone = () => waitUntilDone(isDone, () => sent);

    await feed.batches(take(WARM_UP));
    await untilDone();

    const throughput = await measureThroughput({ ...parts, worker, batch: take(topups), untilDone });
    const latencies = await feed.oneByOne(take(ONE_BY_ONE), ONE_BY_ONE_PER_SECOND);
    await untilDone();

    await worker.stop();
    const idleBytes = await redisDataBytes(redis);
    const waiting = take(MEMORY);
    await feed.batches(waiting);
    const pendingBytes = await redisDataBytes(redis);
    const recordBytes = await memoryUsage(redis, pipeline.recordKeys(waiting[0].reference));
    worker = await start("worker");
    await untilDone();
    await worker.stop();
    const finalBytes = await redisDataBytes(redis);

    await checkBooks(parts.sandbox.url, sent);
    return {
      ...throughput,
      acceptMs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
      bytesPerTopup: {
        pending: (pendingBytes - idleBytes) / MEMORY,
        final: (finalBytes - idleBytes) / MEMORY,
        keysOfOnePending: recordBytes,
      },
    };
  } finally {
    await stopAll();
  }
}

async function startParts({ pipeline, server, nodeArgs, stops }) {
  const logDir = await mkdtemp(join(tmpdir(), "surefill-bench-"));
  stops.push(() => rm(logDir, { recursive: true, force: true }));
  const redisServer = await startRedis({ server });
  stops.push(() => redisServer.stop());
  const redis = new Redis(redisServer.url);
  stops.push(async () => redis.disconnect());

  const launch = async (name, script, { args, env } = {}) => {
    const logPath = join(logDir, `${name}.log`);
    const process_ = await startBackgroundProcess({ name, script, args, env, nodeArgs: nodeArgs[name], logPath });
    stops.push(process_.stop);
    return process_;
  };
  const sandbox = await launch("sandbox", SANDBOX, { args: SANDBOX_ARGS });
  const urls = { REDIS_URL: redisServer.url, RELOADLY_URL: sandbox.url };
  const env = { ...pipeline.env, ...urls, STATE_DIR: join(logDir, "state") };
  const start = (name) => launch(name, pipeline.scripts[name], { env });
  await pipeline.prepare(redis);
  const producer = await start("producer");
  const feed = openFeed(producer.url, pipeline);
  stops.push(() => feed.close());
  return { redis, sandbox, producer, start, feed, isDone: await pipeline.watch(redis) };
}

async function measureThroughput({ feed, redis, sandbox, producer, worker, batch, untilDone }) {
  const read = async () => ({
    redis: await redisCounters(redis),
    cpu: {
      producer: await cpuSeconds(producer.pid),
      worker: await cpuSeconds(worker.pid),
      sandbox: await cpuSeconds(sandbox.pid),
    },
    feeder: await cpuSeconds(process.pid),
    machine: await machineCpuSeconds(),
  });
  const before = await read();
  const startedAtMs = performance.now();
  await feed.batches(batch);
  const acceptedAtMs = performance.now();
  await untilDone();
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const after = await read();

  const { cpuSeconds: redisCpu, ...counters } = difference(before.redis, after.redis);
  const cpu = { ...difference(before.cpu, after.cpu), redis: redisCpu };
  const measured = Object.values(cpu).reduce((sum, used) => sum + used, after.feeder - before.feeder);
  return {
    topupsPerSecond: batch.length / seconds,
    acceptedPerSecond: batch.length / ((acceptedAtMs - startedAtMs) / 1_000),
    cpuSecondsPer1000: perTopup(cpu, batch.length / 1_000),
    redisPerTopup: perTopup(counters, batch.length),
    // Not below zero: the counters tick in hundredths of a second.
    cpusUsedByOthers: Math.max(0, (after.machine - before.machine - measured) / seconds),
  };
}

function perTopup(figures, count) {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, value / count]));
}

async function waitUntilDone(isDone, expected) {
  const giveUpAtMs = Date.now() + DONE_DEADLINE_MS;
  while (!(await isDone(expected()))) {
    if (Date.now() > giveUpAtMs) throw new Error(`not done within ${DONE_DEADLINE_MS / 1_000} s`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function memoryUsage(redis, keys) {
  const sizes = await Promise.all(keys.map((key) => redis.memory("USAGE", key)));
  return sizes.reduce((sum, size) => sum + (size ?? 0), 0);
}

/** A pipeline that is fast because it lost or doubled something has not won. */
async function checkBooks(sandboxUrl, expected) {
  const response = await fetch(`${sandboxUrl}/_sandbox/books?rows=false`, { signal: AbortSignal.timeout(10_000) });
  const { totals } = await response.json();
  const { posts, executions, identifiersWithSeveralExecutions: duplicates, byStatus } = totals;
  const isRight = posts === expected && executions === expected && duplicates === 0;
  if (isRight && byStatus.SUCCESSFUL === expected) return;
  throw new Error(`the provider's books are wrong: ${JSON.stringify({ expected, ...totals })}`);
}
