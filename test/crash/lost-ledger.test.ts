/**
 * A worker process that is killed while its POST is under way, and a Redis that loses everything before anybody has
 * taken its place: all that is left of the top-up is a line of the dead worker's journal. The worker is the compiled
 * one, as it runs in production.
 */
import { appendFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { logFilesIn, stateDirectory } from "@surefill/runtime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type StartedProcess, startProcess } from "../../scripts/processes.mjs";
import type { PrivateRedis } from "../../scripts/redis.mjs";
import { openPipeline, type Pipeline, topupTo } from "../support/pipeline.js";
import { startPrivateRedis } from "../support/redis-server.js";
import { rebuildReport, runSurefill } from "../support/surefill.js";

const script = fileURLToPath(new URL("../../apps/worker/dist/main.js", import.meta.url));

let server: PrivateRedis;
let pipeline: Pipeline;
const workers: StartedProcess[] = [];

beforeEach(async () => {
  server = await startPrivateRedis();
  pipeline = await openPipeline({ redisUrl: server.url, sandbox: { latencyMs: { min: 500, max: 500 } } });
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
  await pipeline.close();
  await server.stop();
});

async function startWorkerProcess(): Promise<StartedProcess> {
  const worker = await startProcess({ name: "worker", script, env: { ...process.env, ...pipeline.env } });
  workers.push(worker);
  return worker;
}

const booksOf = (customIdentifier: string) => pipeline.sandbox.books({ customIdentifier }).identifiers?.[0];
const readiness = async ({ url }: StartedProcess) => (await fetch(`${url}/readyz`)).status;

test("is refused by the next worker, made anew from that line, and adopted without a second POST", async () => {
  const first = await startWorkerProcess();
  await pipeline.enqueue(topupTo("6100", "lost-1"));
  await expect.poll(() => booksOf("lost-1")?.posts ?? 0, { interval: 5 }).toBe(1);
  process.kill(first.pid, "SIGKILL");
  await first.exited;
  await pipeline.redis.client.flushall();
  // A line under way when a process dies is torn off; so is what another program may have written there.
  const { STATE_DIR = "", REDIS_PREFIX = "" } = pipeline.env;
  const [journal = ""] = await logFilesIn(stateDirectory({ STATE_DIR, REDIS_PREFIX }));
  await appendFile(journal, 'not a line of ours\n{"kind":"intent","epoch":"');

  const second = await startWorkerProcess();
  expect(await readiness(second)).toBe(503);
  const report = await rebuildReport(pipeline.env, "--no-report");
  expect(report).toMatchObject({
    loss: "missing",
    journals: { unreadable: 1 },
    recreated: { unknown: ["lost-1"], processing: [] },
  });
  await expect.poll(() => readiness(second)).toBe(200);
  await expect.poll(() => pipeline.ledger.check().then(() => "whole", String)).toBe("whole");
  const record = await pipeline.until("lost-1", "succeeded");
  expect(record).toMatchObject({ attempt: 1, fence: 1 });
  expect(booksOf("lost-1")).toMatchObject({ posts: 1, executions: 1 });
  expect((await runSurefill(pipeline.env, "verify", "--settled")).code).toBe(0);
});
