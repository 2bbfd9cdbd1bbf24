/**
 * Enqueues top-ups from a service that has BullMQ, without HTTP. Copy it: it needs `bullmq` and nothing of Surefill.
 *
 *   const enqueuer = openEnqueuer({ redisUrl: "redis://…", redisPrefix: "surefill" });
 *   await enqueuer.enqueue([{ reference: "order-1", operatorId: 341, amount: "5", recipientPhone: { … } }]);
 */
import { Queue } from "bullmq";

/** The body of `POST /v1/topups`. Here the reference is required: a job may run more than once. */
export type Topup = {
  reference: string;
  operatorId: number | "auto";
  /** Decimal text. */
  amount: string;
  useLocalAmount?: boolean;
  recipientPhone?: { countryCode: string; number: string };
  /** Instead of `recipientPhone`, for Nauta in Cuba. */
  recipientEmail?: string;
  senderPhone?: { countryCode: string; number: string };
  campaign?: string;
  metadata?: Record<string, string>;
};

/** `redisPrefix` is the `REDIS_PREFIX` of producer and worker. */
export function openEnqueuer({ redisUrl, redisPrefix }: { redisUrl: string; redisPrefix: string }) {
  const queue = new Queue<Topup>("submit", { connection: { url: redisUrl }, prefix: `${redisPrefix}:{0}` });
  queue.on("error", (error) => console.error("queue:", error.message)); // Without a listener an error ends the process.
  return {
    /** Resolves when all are in the queue. After an error send them again: what is there already pays nothing twice. */
    async enqueue(topups: readonly Topup[]): Promise<void> {
      await queue.addBulk(
        topups.map((data) => ({
          name: "topup",
          data,
          opts: {
            // A name for the job, so that enqueueing again adds none beside one that still waits.
            jobId: `topup-${data.reference}`,
            removeOnComplete: { age: 3_600 },
            removeOnFail: { age: 7 * 86_400 },
          },
        })),
      );
    },
    close: () => queue.close(),
  };
}
