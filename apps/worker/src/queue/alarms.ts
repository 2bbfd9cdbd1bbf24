import type { JobMark, JobRank, QueueName, TopupJob } from "@surefill/topup";

/** Whom to ring for, in which cycle of claim and poll, and after whom. */
export type Ringing = TopupJob & JobRank & { fence: number; mark?: JobMark };

/** Rings for a top-up: puts a job into a queue that makes somebody look at the record. */
export interface Alarms {
  /** Rings after `delayMs`. */
  ring(queue: QueueName, job: Ringing, delayMs: number): Promise<void>;
  /** Whether the job still waits, runs, or is gone (also when it only stands there as finished). */
  find(queue: QueueName, jobId: string): Promise<"waiting" | "delayed" | "active" | "gone">;
  /** Lets a delayed job ring now; nothing happens when it is not delayed any more. */
  hurry(queue: QueueName, jobId: string): Promise<void>;
}

/** Rings for many top-ups at once. */
export interface BulkAlarms {
  /** Rings the first time for each of them. Rejects unless all alarms are set; those that are stay. */
  ringMany(queue: QueueName, alarms: readonly { job: Ringing; delayMs: number }[]): Promise<void>;
}

/** What a processor asks the queue to do with the job at hand. */
export type JobResult =
  | { do: "finish" }
  /** Ring for the same top-up again. */
  | { do: "ring-again"; delayMs: number }
  /** The job cannot be worked on, now or ever; it stays visible as failed, with this reason. */
  | { do: "refuse"; reason: string };
