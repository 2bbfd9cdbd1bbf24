import { Queue } from "bullmq";
import type { TopupRequest } from "./topups.js";

/** A top-up for the queue. Here the reference is required: a job may run more than once. */
export type EnqueuedTopup = TopupRequest & { reference: string };

/** Where the queue is. */
export type EnqueuerOptions = {
  redisUrl: string;
  /** `REDIS_PREFIX` of producer and worker. Default: `surefill`. */
  redisPrefix?: string;
  /** Hears of connections that broke. BullMQ opens them again. */
  onError?: (error: Error) => void;
};

/** Puts top-ups into Surefill's queue without HTTP. */
export type Enqueuer = {
  /**
   * Resolves when all are in the queue. A worker checks them: one that is wrong ends as a failed job that names its
   * fields. After an error send them again: what is there already pays nothing twice.
   */
  enqueue(topups: readonly EnqueuedTopup[]): Promise<void>;
  close(): Promise<void>;
};

const REMOVE_COMPLETED_AFTER_S = 3_600;
const REMOVE_FAILED_AFTER_S = 7 * 86_400;

/** Opens the queue. Whoever can write to this Redis can send top-ups: there are no API keys on this way. */
export function openEnqueuer({ redisUrl, redisPrefix = "surefill", onError }: EnqueuerOptions): Enqueuer {
  const queue = new Queue<EnqueuedTopup>("submit", { connection: { url: redisUrl }, prefix: `${redisPrefix}:{0}` });
  queue.on("error", (error) => onError?.(error)); // Without a listener an error ends the process.
  return {
    async enqueue(topups) {
      const jobs = topups.map((data) => ({
        name: "topup",
        data,
        opts: {
          // A name for the job, so that enqueueing again adds none beside one that still waits.
          jobId: `topup-${data.reference}`,
          removeOnComplete: { age: REMOVE_COMPLETED_AFTER_S },
          removeOnFail: { age: REMOVE_FAILED_AFTER_S },
        },
      }));
      await queue.addBulk(jobs);
    },
    close: () => queue.close(),
  };
}
