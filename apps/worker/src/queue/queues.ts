import type { Clock, Logger, RedisClient } from "@surefill/runtime";
import { jobIdOf, QUEUES, type QueueName, type TopupJob, topupJobOptions, type WEBHOOK_QUEUE } from "@surefill/topup";
import { Queue, type Worker } from "bullmq";
import type { Alarms, BulkAlarms, Ringing } from "./alarms.js";
import { ReadableWorker } from "./readable-worker.js";
import { type Processor, runProcessor } from "./run-processor.js";

/** BullMQ's settings on which the pipeline relies, each with its reason. */
const WORKER_OPTIONS = {
  autorun: false, // app.ts starts it when everything stands.
  // What a dead worker held is taken over when its locks have run out and the next check has come: within 7 to 9 s. A
  // live one that cannot renew its locks for that long loses jobs to another, which the ledger makes harmless.
  lockDuration: 7_000,
  stalledInterval: 2_000,
  // A job that stalls more often than this fails without its processor being asked. The ledger's sweeper would replace
  // a top-up's; a webhook's delivery would be lost, and a bad night of outages makes a job stall dozens of times. So
  // this only bounds how often a job that kills its process is tried.
  maxStalledCount: 1_000,
} as const;

/** The queues a worker rings on. Failures to add are the caller's to handle: the sweeper replaces a lost alarm. */
export class Queues implements Alarms, BulkAlarms {
  readonly #queues: Readonly<Record<QueueName, Queue>>;

  constructor(connection: RedisClient, prefix: string, log: Logger) {
    const open = (name: QueueName) => {
      const queue = new Queue(name, { connection, prefix, skipWaitingForReady: true });
      queue.on("error", (err) => log.warn({ err, queue: name }, "queue connection failed"));
      return queue;
    };
    this.#queues = { submit: open(QUEUES.submit), poll: open(QUEUES.poll) };
  }

  async ring(queue: QueueName, job: Ringing, delayMs: number): Promise<void> {
    const data: TopupJob = { reference: job.reference, attempt: job.attempt };
    const jobId = jobIdOf(queue, job);
    // A replacement that has ended and is still kept would make the next one of the same name a silent no-op.
    if (job.mark !== undefined && (await this.find(queue, jobId)) === "gone") await this.#queues[queue].remove(jobId);
    await this.#queues[queue].add(queue, data, {
      ...topupJobOptions(job),
      jobId,
      delay: Math.max(0, Math.round(delayMs)),
    });
  }

  async ringMany(queue: QueueName, alarms: readonly { job: Ringing; delayMs: number }[]): Promise<void> {
    const jobs = alarms.map(({ job, delayMs }) => ({
      name: queue,
      data: { reference: job.reference, attempt: job.attempt },
      opts: { ...topupJobOptions(job), jobId: jobIdOf(queue, job), delay: Math.max(0, Math.round(delayMs)) },
    }));
    const added = await this.#queues[queue].addBulk(jobs);
    // BullMQ answers a refused entry with a negative number in place of its id, and throws nothing.
    const refused = added.filter(({ id }, index) => id !== jobs[index]?.opts.jobId);
    if (refused.length > 0) throw new Error(`${refused.length} of ${jobs.length} jobs were not added`);
  }

  async find(queue: QueueName, jobId: string): Promise<"waiting" | "delayed" | "active" | "gone"> {
    const state = await this.#queues[queue].getJobState(jobId);
    switch (state) {
      case "waiting":
      case "prioritized":
      case "waiting-children":
        return "waiting";
      case "delayed":
      case "active":
        return state;
      default:
        return "gone";
    }
  }

  async hurry(queue: QueueName, jobId: string): Promise<void> {
    const job = await this.#queues[queue].getJob(jobId);
    // A job that started meanwhile cannot be promoted, and need not be.
    await job?.promote().catch(() => undefined);
  }

  /** How many jobs are waiting, waiting with a priority, active, delayed and failed in a queue. */
  counts(queue: QueueName): Promise<Record<string, number>> {
    return this.#queues[queue].getJobCounts("waiting", "prioritized", "active", "delayed", "failed");
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#queues).map((queue) => queue.close()));
  }
}

/** Takes jobs from one queue. `start` returns at once; `stop` waits for running jobs, without a limit of its own. */
export class QueueWorker {
  readonly #worker: Worker;
  readonly #log: Logger;

  constructor(
    queue: QueueName | typeof WEBHOOK_QUEUE,
    processor: Processor,
    options: { connection: RedisClient; prefix: string; concurrency: number; clock: Clock; log: Logger },
  ) {
    const { connection, prefix, concurrency, log } = options;
    this.#log = log.child({ queue });
    this.#worker = new ReadableWorker(queue, (job, token) => runProcessor(processor, job, token, options.clock), {
      ...WORKER_OPTIONS,
      connection,
      prefix,
      concurrency,
      clock: options.clock,
    });
    this.#worker.on("error", (err) => this.#log.warn({ err }, "queue worker failed"));
    this.#worker.on("failed", (job, err) => this.#log.warn({ jobId: job?.id, err }, "job failed"));
    this.#worker.on("stalled", (jobId) => this.#log.warn({ jobId }, "job stalled: its worker was lost"));
  }

  start(): void {
    // The id begins the token of every lock that this worker takes: so a stuck job is traced to its process.
    this.#log.info({ workerId: this.#worker.id }, "queue worker takes jobs");
    this.#worker.run().catch((err: unknown) => this.#log.error({ err }, "queue worker stopped by an error"));
  }

  /** Takes no further jobs; those that run go on. A stop ends the pause. */
  async pause(): Promise<void> {
    await this.#worker.pause(true);
  }

  async resume(): Promise<void> {
    await this.#worker.resume();
  }

  async stop(): Promise<void> {
    await this.#worker.close();
  }
}
