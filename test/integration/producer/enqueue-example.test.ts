/** The examples for services that enqueue by themselves, in docs/api.md and in examples/enqueue, are run as they stand. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { QUEUES } from "@surefill/topup";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEnqueuer, type Topup } from "../../../examples/enqueue/enqueue.js";
import { openPipeline, type Pipeline } from "../../support/pipeline.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker();
});
afterAll(() => pipeline.close());

async function exampleIn(page: string): Promise<string> {
  const [, example] =
    /<!-- This example is run by a test. -->\n```js\n(.+?)```/s.exec(await readFile(page, "utf8")) ?? [];
  if (example === undefined) throw new Error(`${page} has no example`);
  return example;
}

/** Runs a module as a service with BullMQ installed would; answers what it wrote to the standard error. */
async function runModule(source: string): Promise<{ code: unknown; errors: string }> {
  const child = spawn(process.execPath, ["--input-type=module"], {
    cwd: `${root}apps/producer`,
    env: {
      PATH: process.env["PATH"],
      REDIS_URL: pipeline.env["REDIS_URL"],
      REDIS_PREFIX: pipeline.env["REDIS_PREFIX"],
    },
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  child.stdin.end(source);
  const [code] = await once(child, "close");
  return { code, errors };
}

test("a top-up that is enqueued as docs/api.md shows is paid, once, however often it is enqueued", async () => {
  const example = await exampleIn(`${root}docs/api.md`);
  expect(await runModule(example)).toEqual({ code: 0, errors: "" });
  await pipeline.until("survey-42.resp-983", "succeeded");
  expect(await runModule(example)).toEqual({ code: 0, errors: "" });
  await expect.poll(() => pipeline.queue(QUEUES.submit).getCompletedCount()).toBeGreaterThan(1);

  const { identifiers } = pipeline.sandbox.books({ customIdentifier: "survey-42.resp-983" });
  expect(identifiers).toMatchObject([{ posts: 1, executions: 1 }]);
});

function topupOf(reference: string): Topup {
  return { reference, operatorId: 341, amount: "5", recipientPhone: { countryCode: "NG", number: "08031231111" } };
}

const postsOf = (reference: string) =>
  pipeline.sandbox
    .books({ customIdentifier: reference })
    .identifiers?.map(({ posts, executions }) => [posts, executions]);

test("top-ups that examples/enqueue/enqueue.ts enqueues are paid, once, however often they are enqueued", async () => {
  const { REDIS_URL: redisUrl = "", REDIS_PREFIX: redisPrefix = "" } = pipeline.env;
  const enqueuer = openEnqueuer({ redisUrl, redisPrefix });
  const topups = ["typed-1", "typed-2"].map(topupOf);
  await enqueuer.enqueue(topups);
  await enqueuer.enqueue(topups);
  for (const { reference } of topups) await pipeline.until(reference, "succeeded");
  await enqueuer.enqueue(topups);
  await enqueuer.close();
  await expect.poll(() => pipeline.queue(QUEUES.submit).getActiveCount()).toBe(0);

  for (const { reference } of topups) expect(postsOf(reference)).toEqual([[1, 1]]);
});

test("a top-up that examples/enqueue/enqueue.lua enqueues, as any language may, is a job like BullMQ's own", async () => {
  const { client, prefix } = pipeline.redis;
  const script = await readFile(`${root}examples/enqueue/enqueue.lua`, "utf8");
  const send = (reference: string) =>
    client.eval(script, 1, `${prefix}:{0}:submit`, JSON.stringify(topupOf(reference)), String(Date.now()));
  expect(await send("wire-1")).toBe("topup-wire-1");
  expect(await send("wire-1")).toBe("topup-wire-1");
  await pipeline.until("wire-1", "succeeded");
  await expect.poll(() => pipeline.queue(QUEUES.submit).getJobState("topup-wire-1")).toBe("completed");

  expect(postsOf("wire-1")).toEqual([[1, 1]]);
  expect((await pipeline.queue(QUEUES.submit).getJob("topup-wire-1"))?.data).toMatchObject({ reference: "wire-1" });
});
