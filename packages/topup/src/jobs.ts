import { z } from "zod";
import { referenceSchema } from "./reference.js";

/** The queues. `poll` carries polls, holds and look-ups. */
export const QUEUES = { submit: "submit", poll: "poll" } as const;
export type QueueName = (typeof QUEUES)[keyof typeof QUEUES];

/** What our own jobs carry: enough to find the record, and nothing personal. */
export const topupJobSchema = z.strictObject({
  reference: referenceSchema,
  attempt: z.number().int().min(1),
});
export type TopupJob = z.infer<typeof topupJobSchema>;

/**
 * The id of the job that rings for a top-up. The fence makes it new for every cycle of claim and poll, since
 * BullMQ ignores an id that it still keeps. `again` (the record's version) marks the sweeper's replacement of a
 * lost job.
 */
export function jobIdOf(queue: QueueName, job: TopupJob & { fence: number; again?: number }): string {
  const id = `${queue}-${job.reference}-${job.attempt}-${job.fence}`;
  return job.again === undefined ? id : `${id}-s${job.again}`;
}
