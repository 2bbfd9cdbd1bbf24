/** The producer's side of BullMQ: rings the alarm clock of top-ups. No other file of this app but the board knows it. */

import type { RedisClient } from "@surefill/runtime";
import {
  jobIdOf,
  QUEUES,
  type QueueName,
  rankOf,
  type TopupJob,
  type TopupRecord,
  topupJobOptions,
} from "@surefill/topup";
import type { Queue } from "bullmq";
import { ReadableQueue } from "./queue/readable-queue.js";

/** How many jobs a queue holds in each state, by BullMQ's names. */
export type QueueCounts = Readonly<Record<string, number>>;

/** What became of a poll job that should ring now. */
export type HurriedPoll = "hurried" | "rings" | "runs";

/** The queues as the producer uses them. */
export interface Queues {
  /**
   * Puts a submit job for each record. Harmless when there is one already (job ids). Rejects when Redis does not take
   * them all; then the sweeper puts the missing ones.
   */
  ringSubmit(records: readonly Pick<TopupRecord, "reference" | "attempt" | "fence" | "row">[]): Promise<void>;
  /**
   * Makes the poll job of a record ring now. Pull the record's alarm forward first, or the job will think that it
   * rings too early. `hurried`: it was delayed. `rings`: it waits for a worker already, or was missing and is there
   * again. `runs`: somebody is asking at this moment.
   */
  hurryPoll(record: Pick<TopupRecord, "reference" | "attempt" | "fence" | "version" | "row">): Promise<HurriedPoll>;
  /** The jobs waiting, delayed, active and failed in each queue. */
  counts(): Promise<Readonly<Record<QueueName, QueueCounts>>>;
  /** For the board, which shows them. */
  readonly all: readonly Queue[];
  close(): Promise<void>;
}

/** Opens the queues on a connection of the role `queue-producer`, which stays the caller's to close. */
export function openQueues(options: {
  connection: RedisClient;
  prefix: string;
  onError: (error: Error) => void;
}): Queues {
  const open = (name: QueueName) => {
    const queue = new ReadableQueue<TopupJob>(name, { connection: options.connection, prefix: options.prefix });
    queue.on("error", options.onError); // Without a listener an error event ends the process.
    return queue;
  };
  const queues = { submit: open(QUEUES.submit), poll: open(QUEUES.poll) } as const;
  return {
    all: Object.values(queues),
    async ringSubmit(records) {
      const jobs = records.map((record) => {
        const { reference, attempt, fence } = record;
        const jobId = jobIdOf(QUEUES.submit, { reference, attempt, fence });
        const opts = { ...topupJobOptions(rankOf(record)), jobId };
        return { name: QUEUES.submit, data: { reference, attempt }, opts };
      });
      const added = await queues.submit.addBulk(jobs);
      // BullMQ answers a refused entry with a negative number in place of its id, and throws nothing.
      const refused = added.filter(({ id }, index) => id !== jobs[index]?.opts.jobId);
      if (refused.length > 0) throw new Error(`${refused.length} of ${jobs.length} jobs were not added`);
    },
    hurryPoll: (record) => hurryPoll(queues.poll, record),
    async counts() {
      // Rows of campaigns have a priority, and wait as "prioritized".
      const states = ["waiting", "prioritized", "delayed", "active", "failed"] as const;
      const [submit, poll] = await Promise.all([
        queues.submit.getJobCounts(...states),
        queues.poll.getJobCounts(...states),
      ]);
      return { submit, poll };
    },
    async close() {
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
    },
  };
}

async function hurryPoll(
  queue: Queue<TopupJob>,
  record: Pick<TopupRecord, "reference" | "attempt" | "fence" | "version" | "row">,
): Promise<HurriedPoll> {
  const { reference, attempt, fence, version } = record;
  const job = await queue.getJob(jobIdOf(QUEUES.poll, { reference, attempt, fence }));
  switch (await job?.getState()) {
    case "delayed":
      // Refused when it has started meanwhile.
      return (
        (await job?.promote().then(
          () => "hurried" as const,
          () => "runs" as const,
        )) ?? "runs"
      );
    case "active":
      return "runs";
    case "waiting":
    case "prioritized":
    case "waiting-children":
      return "rings";
    default: {
      const jobId = jobIdOf(QUEUES.poll, { reference, attempt, fence, mark: { spare: version } });
      await queue.add(QUEUES.poll, { reference, attempt }, { ...topupJobOptions(rankOf(record)), jobId });
      return "rings";
    }
  }
}
