/** A job whose workers are lost again and again, as in a night of outages, is still a job. */
import { connectRedis, createLogger, systemClock } from "@surefill/runtime";
import { WEBHOOK_QUEUE } from "@surefill/topup";
import { queuePrefix } from "@surefill/topup-store";
import { Queue, Worker } from "bullmq";
import { expect, onTestFinished, test } from "vitest";
import { QueueWorker } from "../../../apps/worker/src/queue/queues.js";
import { openTestRedis } from "../../support/redis-server.js";

test("a delivery whose worker was lost a hundred times is taken over once more, and not given up", async () => {
  const redis = await openTestRedis();
  onTestFinished(() => redis.close());
  const prefix = queuePrefix(redis.prefix);
  const queue = new Queue(WEBHOOK_QUEUE, { connection: { url: redis.url }, prefix });
  onTestFinished(() => queue.close());
  const job = await queue.add("delivery", {}, { jobId: "unlucky" });

  // Takes the job and dies: its lock is gone, and nobody gave the job back.
  const lost = new Worker(WEBHOOK_QUEUE, null, { connection: { url: redis.url }, prefix, autorun: false });
  await lost.getNextJob("lost-worker");
  await lost.close(true);
  await redis.client.del(`${prefix}:${WEBHOOK_QUEUE}:unlucky:lock`);
  await redis.client.hset(`${prefix}:${WEBHOOK_QUEUE}:unlucky`, "stc", 100);
  expect(await job.getState()).toBe("active");

  const { url } = redis;
  const connection = await connectRedis({ url, role: "queue-worker", name: "test", onError: () => undefined });
  onTestFinished(() => connection.disconnect());
  const log = createLogger({ name: "test", level: "silent" });
  const worker = new QueueWorker(WEBHOOK_QUEUE, async () => ({ do: "finish" }), {
    connection,
    prefix,
    concurrency: 1,
    clock: systemClock,
    log,
  });
  onTestFinished(() => worker.stop());
  worker.start();
  await expect.poll(() => job.getState()).toBe("completed");
});
