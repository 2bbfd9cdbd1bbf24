import type { Logger, RedisClient } from "@surefill/runtime";
import { WEBHOOK_JOB_OPTIONS, WEBHOOK_QUEUE, type WebhookJob, webhookJobIdOf } from "@surefill/topup";
import type { Queue } from "bullmq";
import { ReadableQueue } from "./readable-queue.js";

/** The queue of deliveries, as whoever asks for one uses it. */
export class WebhookQueue {
  readonly #queue: Queue<WebhookJob>;

  /** Opens it on a connection of the role `queue-producer`, which stays the caller's to close. */
  constructor(connection: RedisClient, prefix: string, log: Logger) {
    this.#queue = new ReadableQueue<WebhookJob>(WEBHOOK_QUEUE, { connection, prefix });
    this.#queue.on("error", (err) => log.warn({ err }, "queue error"));
  }

  /**
   * Stores a job for each delivery. `again` marks them as jobs of their own, beside those that the event log led to.
   * Rejects unless all are stored.
   */
  async add(deliveries: readonly WebhookJob[], again: string): Promise<void> {
    const jobs = deliveries.map((data) => ({
      name: WEBHOOK_QUEUE,
      data,
      opts: { ...WEBHOOK_JOB_OPTIONS, jobId: webhookJobIdOf(data, again) },
    }));
    const added = await this.#queue.addBulk(jobs);
    // BullMQ answers a refused entry with a negative number in place of its id, and throws nothing.
    const refused = added.filter(({ id }, index) => id !== jobs[index]?.opts.jobId);
    if (refused.length > 0) throw new Error(`${refused.length} of ${jobs.length} deliveries were not stored`);
  }

  /**
   * Makes the delivery that the event log led to ring now, where it waits for its next attempt. `false`: it does not
   * wait.
   */
  async hurry(delivery: Pick<WebhookJob, "endpointId" | "eventId">): Promise<boolean> {
    const job = await this.#queue.getJob(webhookJobIdOf(delivery));
    if ((await job?.getState()) !== "delayed") return false;
    // Refused when it has started meanwhile, which is what was wanted.
    await job?.promote().catch(() => undefined);
    return true;
  }

  /** For the board, which shows it. */
  get shown(): Queue {
    return this.#queue;
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}
