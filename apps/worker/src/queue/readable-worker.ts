import { readableJobData } from "@surefill/topup";
import { Job, type JobProgress, Worker } from "bullmq";

class ReadableJob<Data, Result, Name extends string, Progress extends JobProgress> extends Job<
  Data,
  Result,
  Name,
  Progress
> {
  static override fromJSON: typeof Job.fromJSON = (queue, json, jobId) =>
    Job.fromJSON(queue, { ...json, data: readableJobData(json.data) }, jobId);
}

/**
 * A worker that hands every job to its processor. BullMQ's own throws on data that is not JSON before a processor sees
 * the job, which then stays active.
 */
export class ReadableWorker extends Worker {
  protected override get Job(): typeof Job {
    return ReadableJob;
  }
}
