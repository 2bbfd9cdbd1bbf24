/** Jobs that can never be a top-up must cost a worker nothing that a good one would notice. */
import { QUEUES } from "@surefill/topup";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cpuMsOf } from "../../support/cpu-time.js";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";

let pipeline: Pipeline;
const lines: string[] = [];

beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker({}, { write: (line) => lines.push(line) });
});
afterAll(() => pipeline.close());

async function reasonOf(jobId: string): Promise<string> {
  const failedReason = async () => (await pipeline.queue(QUEUES.submit).getJob(jobId))?.failedReason ?? "";
  await expect.poll(failedReason).not.toBe("");
  return failedReason();
}

const REFUSED = 200;
const CPU_MS_MAX_PER_JOB = 15;
/** Of this process, which is the worker, the provider and BullMQ as well. */
const CPU_MS_MAX_OF_MEGABYTE = 2_000;

test("200 refused jobs with a field's name of 8,000 characters leave the worker free for a good one", async () => {
  const queue = pipeline.queue(QUEUES.submit);
  const data = { ...topupTo("1116", "long-key"), ["a".repeat(8_000)]: 1 };
  const cpuMs = await cpuMsOf(async () => {
    await queue.addBulk(
      Array.from({ length: REFUSED }, (_, index) => ({ name: "topup", data, opts: { jobId: `long-key-${index}` } })),
    );
    await queue.add("topup", topupTo("1115", "behind-them"), { jobId: "behind-them" });
    await pipeline.until("behind-them", "succeeded");
    await expect.poll(() => queue.getFailedCount()).toBe(REFUSED);
  });
  const reason = await reasonOf("long-key-0");

  expect(cpuMs / REFUSED).toBeLessThan(CPU_MS_MAX_PER_JOB);
  expect(reason.length).toBeLessThan(1_000);
  expect(reason).toContain("is not a known field");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(10_000);
});

describe("a job whose data is no JSON, written straight to Redis", () => {
  const texts = ["", "{", "not json", '{"reference": "x"', "undefined", "\u0000"];

  test.each(texts.slice(1))("%j is failed with the reason, and the next job is run", async (text) => {
    const queue = pipeline.queue(QUEUES.submit);
    const jobId = `no-json-${texts.indexOf(text)}`;
    await queue.pause();
    await queue.add("topup", {}, { jobId });
    await pipeline.redis.client.hset(queue.toKey(jobId), "data", text);
    await queue.add("topup", topupTo("1115", `after-${jobId}`), { jobId: `after-${jobId}` });
    await queue.resume();
    await pipeline.until(`after-${jobId}`, "succeeded");
    const failedReason = () => pipeline.redis.client.hget(queue.toKey(jobId), "failedReason");
    await expect.poll(failedReason).toBe("the data of the job is not JSON");
    await pipeline.redis.client.hset(queue.toKey(jobId), "data", "{}"); // Or the test's own BullMQ throws on it.

    expect(await queue.getJobState(jobId)).toBe("failed");
  });

  test.each(["null", "5", '"text"', "[[]]"])(
    "%s, which is JSON but no object, is failed as no top-up",
    async (text) => {
      const queue = pipeline.queue(QUEUES.submit);
      const jobId = `no-object-${text.length}`;
      await queue.pause();
      await queue.add("topup", {}, { jobId });
      await pipeline.redis.client.hset(queue.toKey(jobId), "data", text);
      await queue.resume();

      expect(await reasonOf(jobId)).toContain("not a valid top-up");
    },
  );
});

describe("a job whose options, progress or parent are no JSON, written straight to Redis", () => {
  const broken: [field: "opts" | "progress" | "parent", text: string][] = [
    ["opts", "{"],
    ["opts", ""],
    ["opts", "null"],
    ["opts", '"text"'],
    ["opts", '{"backoff":"x","attempts":"many","delay":-1,"removeOnComplete":"?"}'],
    ["progress", "{"],
    ["progress", "not json"],
    ["parent", "{"],
    ["parent", ""],
  ];

  test.each(broken)("%s %j: its top-up is sent all the same, and so is the next one", async (field, text) => {
    const queue = pipeline.queue(QUEUES.submit);
    const name = `${field}-${broken.findIndex((one) => one[0] === field && one[1] === text)}`;
    await queue.pause();
    await queue.add("topup", topupTo("1115", `of-${name}`), { jobId: `of-${name}` });
    await pipeline.redis.client.hset(queue.toKey(`of-${name}`), field, text);
    await queue.add("topup", topupTo("1115", `after-${name}`), { jobId: `after-${name}` });
    await queue.resume();
    for (const reference of [`of-${name}`, `after-${name}`]) await pipeline.until(reference, "succeeded");
    await expect.poll(() => queue.getJobCounts("active", "waiting")).toEqual({ active: 0, waiting: 0 });
    expect(lines.filter((line) => line.length > 10_000)).toEqual([]);
  });
});

test("a job of 1 MB is failed with the reason, cut, and the next one is paid", async () => {
  const queue = pipeline.queue(QUEUES.submit);
  const data = { ...topupTo("1115", "megabyte"), metadata: { note: "+2348012345678 ".repeat(70_000) } };
  const cpuMs = await cpuMsOf(async () => {
    await queue.add("topup", data, { jobId: "megabyte" });
    await queue.add("topup", topupTo("1115", "after-megabyte"), { jobId: "after-megabyte" });
    await pipeline.until("after-megabyte", "succeeded");
  });
  const reason = await reasonOf("megabyte");

  expect(cpuMs).toBeLessThan(CPU_MS_MAX_OF_MEGABYTE);
  expect(reason.length).toBeLessThan(1_000);
  expect(reason).toContain("metadata");
  expect(reason).not.toContain("2348012345678");
  expect(lines.filter((line) => line.length > 10_000 || line.includes("2348012345678"))).toEqual([]);
});
