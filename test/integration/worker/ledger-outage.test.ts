/** A ledger that does not answer costs a job nothing but time. */
import { connectRedis, createLogger, systemClock } from "@surefill/runtime";
import { QUEUES } from "@surefill/topup";
import { LedgerUnavailableError, queuePrefix } from "@surefill/topup-store";
import { afterEach, expect, test } from "vitest";
import { QueueWorker } from "../../../apps/worker/src/queue/queues.js";
import { openPipeline, type Pipeline } from "../../support/pipeline.js";

let pipeline: Pipeline;
afterEach(() => pipeline.close());

test("a job of another service that may run once only outlives an outage of the ledger", async () => {
  pipeline = await openPipeline();
  const connection = await connectRedis({
    url: pipeline.redis.url,
    role: "queue-worker",
    name: "test",
    onError: () => undefined,
  });
  let runs = 0;
  const worker = new QueueWorker(
    QUEUES.submit,
    async () => {
      runs += 1;
      if (runs === 1) throw new LedgerUnavailableError(new Error("away"));
      return { do: "finish" };
    },
    {
      connection,
      prefix: queuePrefix(pipeline.redis.prefix),
      concurrency: 1,
      clock: systemClock,
      log: createLogger({ name: "test", level: "silent" }),
    },
  );
  worker.start();
  try {
    const job = await pipeline.queue(QUEUES.submit).add("topup", {}, { jobId: "only-copy", attempts: 1 });
    await expect.poll(() => job.getState()).toBe("completed");
    expect(runs).toBe(2);
  } finally {
    await worker.stop();
    connection.disconnect();
  }
});
