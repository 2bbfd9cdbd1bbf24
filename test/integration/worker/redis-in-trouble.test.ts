/** A Redis that refuses writes: the worker says what is wrong with it, waits without a storm of commands, and recovers. */
import { createLogger } from "@surefill/runtime";
import { loadWorkerConfig, startWorker } from "@surefill/worker";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PrivateRedis } from "../../../scripts/redis.mjs";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";
import { startPrivateRedis } from "../../support/redis-server.js";
import { newStateDir } from "../../support/state-dir.js";
import { waitFor } from "../../support/wait-for.js";

let server: PrivateRedis;
let pipeline: Pipeline;
let close: () => Promise<unknown>;

beforeEach(async () => {
  server = await startPrivateRedis();
  pipeline = await openPipeline({ redisUrl: server.url });
  close = async () => undefined;
});
afterEach(async () => {
  await close();
  await pipeline.close();
  await server.stop();
});

async function start(): Promise<{ url: string; lines: string[] }> {
  const lines: string[] = [];
  const log = createLogger({ name: "worker", level: "info", destination: { write: (line) => lines.push(line) } });
  const worker = await startWorker(loadWorkerConfig({ ...pipeline.env, STATE_DIR: newStateDir() }), log);
  close = () => worker.close();
  return { url: worker.url, lines };
}

const readiness = async (url: string) => {
  const answer = await fetch(`${url}/readyz`);
  return `${answer.status} ${await answer.text()}`;
};

const fetches = async () => {
  const stats = await pipeline.redis.client.info("commandstats");
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? "0");
};

test.each([
  ["is full", ["maxmemory", "1mb"], ["maxmemory", "0"], "Redis is out of memory"],
  [
    "has too few replicas",
    ["min-replicas-to-write", "1"],
    ["min-replicas-to-write", "0"],
    "Redis has too few replicas",
  ],
] as const)(
  "when it %s the worker is not ready and says so, and works again afterwards",
  async (_, trouble, cure, words) => {
    const { url, lines } = await start();
    await pipeline.enqueue(topupTo("0001", "before"));
    await pipeline.until("before", "succeeded");
    await pipeline.redis.client.config("SET", ...trouble);
    await waitFor(async () => expect(await readiness(url)).toContain("503 nothing is sent"));
    expect(await readiness(url)).toContain(words);
    // While housekeeping has failed a number of rounds, the queues have not been asked in a loop.
    const [linesBefore, fetchesBefore] = [lines.length, await fetches()];
    for (let round = 0; round < 10; round += 1) await readiness(url);
    await waitFor(async () => expect(await fetches()).toBeGreaterThan(fetchesBefore + 15));
    expect(lines.length - linesBefore).toBeLessThan(100);
    await pipeline.redis.client.config("SET", ...cure);
    await waitFor(async () => expect(await readiness(url)).toBe("200 ready\n"));
    await pipeline.enqueue(
      topupTo("0001", "after", { recipientPhone: { countryCode: "NG", number: "+2348031239991" } }),
    );
    await pipeline.until("after", "succeeded", "processing", "held", "rejected", "failed");
  },
);

test("a full Redis: the lines about it are few, and say how many were left out", () => {
  const lines: string[] = [];
  let nowMs = 0;
  const clock = { monotonicMs: () => nowMs };
  const log = createLogger({ name: "w", level: "info", destination: { write: (line) => lines.push(line) }, clock });
  const err = new Error("OOM command not allowed when used memory > 'maxmemory'.");
  for (let index = 0; index < 31_479; index += 1) log.warn({ err }, "queue worker failed");
  expect(lines).toHaveLength(5);
  log.warn({ err: new Error("socket hang up") }, "queue worker failed");
  log.info({}, "worker is ready");
  expect(lines).toHaveLength(7);
  nowMs = 10_000;
  log.child({ queue: "poll" }).warn({ err }, "queue worker failed");
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ leftOut: 31_474 });
});
