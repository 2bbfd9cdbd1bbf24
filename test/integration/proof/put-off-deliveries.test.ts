// What a chaos run takes for late and not for lost: deliveries that stand in the queue, for a time that has not come.
import { readPutOff } from "@surefill/proof";
import { WEBHOOK_QUEUE, type WebhookJob, webhookJobIdOf } from "@surefill/topup";
import { queuePrefix } from "@surefill/topup-store";
import { Queue } from "bullmq";
import { expect, onTestFinished, test } from "vitest";
import { openTestRedis } from "../../support/redis-server.js";

const endpointId = "whe_01890a5d-ac96-774b-bcce-b302099a8057";

test("a delivery is put off when the queue holds it for later, and not when it waits or is gone", async () => {
  const redis = await openTestRedis();
  onTestFinished(() => redis.close());
  const queue = new Queue(WEBHOOK_QUEUE, { connection: redis.client, prefix: queuePrefix(redis.prefix) });
  onTestFinished(() => queue.close());
  const add = async (eventId: string, delay: number) => {
    const job: WebhookJob = { endpointId, eventId, attempt: 1 };
    return queue.add(WEBHOOK_QUEUE, job, { jobId: webhookJobIdOf(job), delay });
  };
  await add("1-1", 86_400_000);
  await add("2-1", 0);
  await add("3-1", 1); // Its time has come, though nobody is there to take it.
  const gone = await add("4-1", 86_400_000);
  await gone.remove();
  const rig = { client: redis.client, prefix: redis.prefix };
  await expect.poll(() => readPutOff(rig)).toEqual(new Set(["1-1"]));
});
