import type { Logger, RedisClient } from "@surefill/runtime";
import { WEBHOOK_JOB_OPTIONS, WEBHOOK_QUEUE, type WebhookJob, webhookJobIdOf } from "@surefill/topup";
import { Queue } from "bullmq";

/** More in one call would keep other commands waiting. */
const ADDED_MAX = 500;

/** The queue of deliveries, as whoever fans events out uses it. */
export class WebhookQueue {
  readonly #queue: Queue;

  constructor(connection: RedisClient, prefix: string, log: Logger) {
    this.#queue = new Queue(WEBHOOK_QUEUE, { connection, prefix, skipWaitingForReady: true });
    this.#queue.on("error", (err) => log.warn({ err, queue: WEBHOOK_QUEUE }, "queue connection failed"));
  }

  /** Stores a job for each delivery; one that is there already stays as it is. Rejects unless all are stored. */
  async add(deliveries: readonly WebhookJob[]): Promise<void> {
    for (let start = 0; start < deliveries.length; start += ADDED_MAX) {
      const jobs = deliveries.slice(start, start + ADDED_MAX).map((data) => ({
        name: WEBHOOK_QUEUE,
        data,
        opts: { ...WEBHOOK_JOB_OPTIONS, jobId: webhookJobIdOf(data) },
      }));
      const added = await this.#queue.addBulk(jobs);
      // BullMQ answers a refused entry with a negative number in place of its id, and throws nothing.
      const refused = added.filter(({ id }, index) => id !== jobs[index]?.opts.jobId);
      if (refused.length > 0) throw new Error(`${refused.length} of ${jobs.length} deliveries were not stored`);
    }
  }

  /** How many jobs are waiting, active, delayed and failed. */
  counts(): Promise<Record<string, number>> {
    return this.#queue.getJobCounts("waiting", "active", "delayed", "failed");
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}
