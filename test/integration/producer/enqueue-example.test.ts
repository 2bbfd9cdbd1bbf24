/** The example of docs/api.md for services that enqueue by themselves is run as it stands there. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { QUEUES } from "@surefill/topup";
import { afterAll, beforeAll, expect, test } from "vitest";
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
