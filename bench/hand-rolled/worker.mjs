/** The hand-rolled pipeline's worker: one queue sends, the other asks until the answer is final. */
import { DelayedError, Queue, UnrecoverableError, Worker } from "bullmq";
import { Redis } from "ioredis";
import { reloadly } from "./reloadly.mjs";
import { jobOptions, settings } from "./settings.mjs";

const POLL_DELAYS_MS = [3, 5, 8, 15, 30, 60, 300].map((seconds) => seconds * 1_000);
const JITTER_RATIO = 0.2;

function pollDelayMs(poll) {
  const delayMs = POLL_DELAYS_MS[Math.min(poll, POLL_DELAYS_MS.length) - 1];
  return Math.round(delayMs * settings.scheduleScale * (1 - JITTER_RATIO + 2 * JITTER_RATIO * Math.random()));
}

const connect = () => new Redis(settings.redisUrl, { maxRetriesPerRequest: null });
const connections = [connect(), connect(), connect()];
const [queueConnection, submitConnection, pollConnection] = connections;
const pollQueue = new Queue("poll", { connection: queueConnection });

const submitWorker = new Worker(
  "submit",
  async (job) => {
    const { reference, ...topup } = job.data;
    const { transactionId } = await reloadly.send({ ...topup, customIdentifier: reference });
    const opts = { ...jobOptions, jobId: reference, delay: pollDelayMs(1) };
    await pollQueue.add("poll", { reference, transactionId, polls: 1 }, opts);
  },
  { connection: submitConnection, concurrency: settings.submitConcurrency },
);

const pollWorker = new Worker(
  "poll",
  async (job, token) => {
    const { transactionId, polls } = job.data;
    const { status } = await reloadly.status(transactionId);
    if (status === "SUCCESSFUL") return;
    if (status === "REFUNDED" || status === "FAILED") throw new UnrecoverableError(status);
    await job.updateData({ ...job.data, polls: polls + 1 });
    await job.moveToDelayed(Date.now() + pollDelayMs(polls + 1), token);
    throw new DelayedError();
  },
  { connection: pollConnection, concurrency: settings.pollConcurrency },
);

for (const worker of [submitWorker, pollWorker]) worker.on("error", (error) => console.error(error.message));
await Promise.all([submitWorker.waitUntilReady(), pollWorker.waitUntilReady()]);
console.log(JSON.stringify({ ready: true }));

process.once("SIGTERM", async () => {
  await Promise.all([submitWorker.close(), pollWorker.close()]);
  await pollQueue.close();
  for (const connection of connections) connection.disconnect();
});
