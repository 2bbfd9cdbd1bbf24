/** A worker without memory on a Redis that was restarted: it says that it cannot know, and a person decides. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PrivateRedis } from "../../../scripts/redis.mjs";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";
import { startPrivateRedis } from "../../support/redis-server.js";
import { newStateDir } from "../../support/state-dir.js";
import { runSurefill } from "../../support/surefill.js";

let server: PrivateRedis;
let pipeline: Pipeline;

beforeEach(async () => {
  server = await startPrivateRedis();
  pipeline = await openPipeline({ redisUrl: server.url });
  const worker = await pipeline.startWorker();
  await pipeline.enqueue(topupTo("1111", "before"));
  await pipeline.until("before", "succeeded");
  await worker.close();
  await pipeline.enqueue(topupTo("2222", "after"));
  await server.kill();
  await server.start();
});
afterEach(async () => {
  await pipeline.close();
  await server.stop();
});

async function readiness(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, text: await response.text() };
}

const metrics = async (url: string) => (await fetch(`${url}/metrics`)).text();

test("with its STATE_DIR it goes on by itself", async () => {
  const worker = await pipeline.startWorker();
  await expect.poll(() => readiness(worker.url)).toMatchObject({ status: 200 });
  await pipeline.until("after", "succeeded");
  expect(await runSurefill(pipeline.env, "reopen")).toMatchObject({ code: 0 });
});

test("without one it sends nothing and says why, until a person has confirmed with name and reason", async () => {
  const lines: string[] = [];
  const worker = await pipeline.startWorker({ STATE_DIR: newStateDir() }, { write: (line) => void lines.push(line) });
  await expect.poll(() => readiness(worker.url)).toMatchObject({ status: 503 });
  expect((await readiness(worker.url)).text).toContain("this cannot be known without a STATE_DIR");
  expect(lines.filter((line) => line.includes("Redis is another server: nothing is sent yet"))).toHaveLength(1);
  expect(await metrics(worker.url)).toMatch(/^surefill_ledger_comparing\{program="worker"\} 1$/m);

  expect(await runSurefill(pipeline.env, "reopen")).toMatchObject({
    code: 1,
    printed: expect.stringContaining("No process has answered that knew the ledger before"),
  });
  expect(await runSurefill(pipeline.env, "reopen", "--confirm", "--by", "Ada")).toMatchObject({ code: 2 });
  const before = pipeline.sandbox.books({ rows: false }).totals.posts;
  expect(before).toBe(1);
  const confirmed = await runSurefill(pipeline.env, "reopen", "--confirm", "--by", "Ada", "--reason", "same disk");
  expect(confirmed).toMatchObject({ code: 0, printed: expect.stringContaining("Opened") });
  expect((await runSurefill(pipeline.env, "changes")).printed).toContain("reopened by Ada");
  await expect.poll(() => readiness(worker.url)).toMatchObject({ status: 200 });
  expect(await metrics(worker.url)).toMatch(/^surefill_ledger_comparing\{program="worker"\} 0$/m);
  await pipeline.until("after", "succeeded");
  expect(pipeline.sandbox.books({ rows: false }).totals.posts).toBe(2);
});
