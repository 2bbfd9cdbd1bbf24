import { readableJobData } from "@surefill/topup";
import { Job, type JobProgress, Queue, type QueueOptions } from "bullmq";
import { createReadableBackend } from "./readable-backend.js";

/** Far more than a job of ours holds, or one of another service that is a top-up. */
const DATA_CHARACTERS_MAX = 100_000;
const BEGINNING_CHARACTERS = 4_000;

/** Of longer data only the beginning, as a text: to take it apart would keep others waiting. */
function shownJobData(text: string): string {
  if (text.length <= DATA_CHARACTERS_MAX) return readableJobData(text);
  return JSON.stringify({ characters: text.length, beginning: text.slice(0, BEGINNING_CHARACTERS) });
}

class ReadableJob<Data, Result, Name extends string, Progress extends JobProgress> extends Job<
  Data,
  Result,
  Name,
  Progress
> {
  static override fromJSON: typeof Job.fromJSON = (queue, json, jobId) =>
    Job.fromJSON(queue, { ...json, data: shownJobData(json.data) }, jobId);
}

/**
 * A queue whose jobs can all be shown: BullMQ's own throws on one whose data is not JSON, and with it on all others of a
 * page. Nothing in the producer works on the data of a job.
 */
export class ReadableQueue<Data> extends Queue<Data> {
  constructor(name: string, options: QueueOptions) {
    super(name, options, createReadableBackend);
  }

  protected override get Job(): typeof Job {
    return ReadableJob;
  }
}
